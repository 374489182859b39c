import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  checkTeams,
  type TeamAccess,
  type TeamAccessArgs,
  type TeamRole,
  teamRoles,
} from "../../components/cluster/teamAccess";
import { physicalName } from "../../components/names";

/**
 * EKS's own policies of the same rights as Kubernetes' user-facing roles.
 * https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
 */
const policies: Readonly<Record<TeamRole, { readonly policy: string; readonly inNamespace: boolean }>> = {
  admin: { policy: "AmazonEKSClusterAdminPolicy", inNamespace: false },
  operator: { policy: "AmazonEKSEditPolicy", inNamespace: true },
  viewer: { policy: "AmazonEKSViewPolicy", inNamespace: true },
};

/** Longest name made of a principal, characters. */
const maxPrincipalKey = 63;

/** {@link TeamAccess} by an access entry for each principal, with EKS's policy for its role. */
export class AwsTeamAccess extends pulumi.ComponentResource implements TeamAccess {
  constructor(name: string, args: TeamAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:TeamAccess", name, {}, opts);
    const { cluster, namespace, teams } = args;
    checkTeams(teams);
    for (const role of teamRoles) {
      for (const principalArn of teams[role]) {
        letIn(`${name}-${role}-${keyOf(principalArn)}`, { cluster, namespace, role, principalArn }, this);
      }
    }
    this.registerOutputs({});
  }
}

interface EntryArgs extends Pick<TeamAccessArgs, "cluster" | "namespace"> {
  readonly role: TeamRole;
  readonly principalArn: string;
}

function letIn(
  name: string,
  { cluster, namespace, role, principalArn }: EntryArgs,
  parent: pulumi.Resource,
): void {
  const { policy, inNamespace } = policies[role];
  const entry = new aws.eks.AccessEntry(name, { clusterName: cluster.clusterName, principalArn }, { parent });
  new aws.eks.AccessPolicyAssociation(
    name,
    {
      clusterName: cluster.clusterName,
      principalArn: entry.principalArn,
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
      accessScope: inNamespace ? { type: "namespace", namespaces: [namespace] } : { type: "cluster" },
    },
    { parent },
  );
}

/** The part after the account, which no other principal of it has: `role-platform-admin`. */
function keyOf(principalArn: string): string {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/.test(principalArn)) {
    throw new Error(`teams: expected the ARN of an IAM role or user, got "${principalArn}"`);
  }
  return physicalName(maxPrincipalKey, principalArn.split(":").slice(5).join(":"));
}
