import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity, WorkloadIdentityArgs } from "../../components/identity/workloadIdentity";
import { gkeCluster } from "./gkeCluster";
import { accountId, type GcpPlacement } from "./project";

/** {@link WorkloadIdentity} as a service account that one Kubernetes service account of the cluster may act as. */
export class GcpWorkloadIdentity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly principal: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;
  /** Resource name of the service account, by which roles on it are granted. */
  readonly accountName: pulumi.Output<string>;
  /** Number of the service account that no other ever has: the subject of its tokens. */
  readonly uniqueId: pulumi.Output<string>;

  constructor(
    name: string,
    args: WorkloadIdentityArgs & GcpPlacement,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:gcp:WorkloadIdentity", name, {}, opts);
    const { namespace, serviceAccount, project } = args;
    const { workloadPool } = gkeCluster(args.cluster);

    const account = new gcp.serviceaccount.Account(
      name,
      {
        accountId: accountId(name),
        displayName: `${namespace}/${serviceAccount}`,
      },
      { parent: this, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
    );
    new gcp.serviceaccount.IAMMember(
      `${name}-binding`,
      {
        serviceAccountId: account.name,
        role: "roles/iam.workloadIdentityUser",
        member: pulumi.interpolate`serviceAccount:${workloadPool}[${namespace}/${serviceAccount}]`,
      },
      { parent: this },
    );

    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
    this.principal = account.member;
    this.identifier = account.email;
    this.accountName = account.name;
    this.uniqueId = account.uniqueId;
    this.serviceAccountAnnotations = account.email.apply((email): Record<string, string> => ({
      "iam.gke.io/gcp-service-account": email,
    }));
    this.registerOutputs({ principal: this.principal });
  }
}

/** The identity as this cloud made it: stores know its service account by more than its name. */
export function gcpIdentity(to: WorkloadIdentity): GcpWorkloadIdentity {
  if (!(to instanceof GcpWorkloadIdentity)) {
    throw new Error(`grant: expected an identity of this cloud, got a ${to.constructor.name}`);
  }
  return to;
}
