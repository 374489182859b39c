import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity, WorkloadIdentityArgs } from "../../components/identity/workloadIdentity";
import type { AddressDestination } from "../../components/platform/networkPolicy";
import { AwsContainerIdentity } from "./containerIdentity";
import { awsRole } from "./role";
import { TokenCluster, type TokenIssuer } from "./tokenIssuer";

/** The EKS Pod Identity agent, on each node. */
export const podIdentityAgent: AddressDestination = { cidrs: ["169.254.170.23/32"], ports: [80] };

/** Arguments of an {@link AwsWorkloadIdentity}. */
export interface AwsWorkloadIdentityArgs extends WorkloadIdentityArgs {
  readonly region: string;
  /** Account of the cluster and the role, 12 digits. */
  readonly accountId: string;
}

/** Which service account of which cluster. */
export interface PodSubject {
  readonly clusterArn: pulumi.Input<string>;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly accountId: string;
}

/**
 * {@link WorkloadIdentity} by EKS Pod Identity: an IAM role that only this service account of this cluster can assume,
 * through the agent on its node. The pod carries neither key nor annotation.
 *
 * Where the pods run on Fargate no agent stands beside them. There the role trusts the token of the service account, which
 * names the role in an annotation (IAM roles for service accounts).
 */
export class AwsWorkloadIdentity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly principal: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;
  readonly namespace: string;
  readonly serviceAccount: string;

  constructor(name: string, args: AwsWorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:WorkloadIdentity", name, {}, opts);
    const { cluster, namespace, serviceAccount, region, accountId } = args;
    const clusterArn = pulumi.interpolate`arn:aws:eks:${region}:${accountId}:cluster/${cluster.clusterName}`;

    const tokens = cluster instanceof TokenCluster ? cluster.tokenIssuerOf(namespace) : undefined;
    const { role } = awsRole(
      name,
      {
        description: `Pods of ${namespace}/${serviceAccount}`,
        trust: [
          tokens === undefined
            ? trustPod({ clusterArn, namespace, serviceAccount, accountId })
            : trustToken(tokens, { namespace, serviceAccount }),
        ],
      },
      { parent: this },
    );
    if (tokens === undefined) {
      new aws.eks.PodIdentityAssociation(
        name,
        { clusterName: cluster.clusterName, namespace, serviceAccount, roleArn: role.arn },
        { parent: this },
      );
    }

    this.namespace = namespace;
    this.serviceAccount = serviceAccount;
    this.principal = role.name;
    this.identifier = role.arn;
    this.serviceAccountAnnotations =
      tokens === undefined
        ? pulumi.output<Record<string, string>>({})
        : role.arn.apply((arn): Record<string, string> => ({ "eks.amazonaws.com/role-arn": arn }));
    this.registerOutputs({
      principal: this.principal,
      serviceAccountAnnotations: this.serviceAccountAnnotations,
    });
  }
}

/** The identity as this cloud made it, of a pod or of a task on ECS: stores name their users by its service account. */
export function awsIdentity(to: WorkloadIdentity): AwsWorkloadIdentity | AwsContainerIdentity {
  if (!(to instanceof AwsWorkloadIdentity || to instanceof AwsContainerIdentity)) {
    throw new Error(`grant: expected an identity of this cloud, got a ${to.constructor.name}`);
  }
  return to;
}

/**
 * Trust in EKS Pod Identity for one service account of one cluster: the request's tags are set by EKS, not by the pod
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html, pod-id-abac.html).
 */
export function trustPod(subject: PodSubject): aws.iam.PolicyStatement {
  const { clusterArn, namespace, serviceAccount, accountId } = subject;
  return {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Condition: {
      StringEquals: {
        "aws:SourceAccount": accountId,
        "aws:RequestTag/eks-cluster-arn": clusterArn,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    },
  };
}

/**
 * Trust in the tokens that the cluster signs for one service account, made for STS and nobody else
 * (https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html).
 */
function trustToken(
  { providerArn, issuer }: TokenIssuer,
  { namespace, serviceAccount }: Pick<PodSubject, "namespace" | "serviceAccount">,
): aws.iam.PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: issuer.apply((host) => ({
      StringEquals: {
        [`${host}:aud`]: "sts.amazonaws.com",
        [`${host}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
      },
    })),
  };
}
