import type * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterPart } from "../../components/cluster/clusterPart";
import {
  checkServerlessNamespaces,
  platformNodes,
  type ServerlessCluster,
  type ServerlessClusterArgs,
} from "../../components/cluster/serverlessCluster";
import { physicalName } from "../../components/names";
import { type Destination, internet } from "../../components/platform/networkPolicy";
import { controlPlaneParts } from "./clusterParts";
import { AwsCluster, type AwsClusterArgs, maxClusterName } from "./cluster";
import {
  fargateLogging,
  fargateLogGroup,
  fargateProfiles,
  fargateSecurityGroup,
  securityGroupPolicy,
} from "./fargate";
import { TokenCluster, type TokenIssuer } from "./tokenIssuer";

/** Arguments of an {@link AwsServerlessCluster}. */
export interface AwsServerlessClusterArgs
  extends ServerlessClusterArgs, Pick<AwsClusterArgs, "region" | "accountId" | "tags"> {}

/**
 * {@link ServerlessCluster} as EKS with Fargate: a profile for each serverless namespace, and for the platform's own pods,
 * with their volumes and what runs once a node, a pool of small nodes, which no pod of those namespaces ever runs on.
 *
 * The pods of Fargate sign in by IAM roles for service accounts, have a security group of their own in place of network
 * policies, which nothing enforces there, and a log group. Fargate spreads them over the zones as it can: it reads no
 * topology spread (https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html).
 */
export class AwsServerlessCluster extends TokenCluster implements ServerlessCluster {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly ready: readonly pulumi.Resource[];
  readonly storageClassName: string;
  readonly identityEndpoints: readonly Destination[];
  readonly parts: readonly ClusterPart[];
  readonly controlPlane = controlPlaneParts;
  // as Fargate labels the node that it makes of each pod
  readonly singlePodNodes = { label: "eks.amazonaws.com/compute-type", value: "fargate" } as const;
  readonly keepsPodLogs = true;
  /** Log group of what its pods on Fargate say. */
  readonly podLogGroupName: pulumi.Output<string>;
  private readonly namespaces: readonly string[];
  private readonly tokens: TokenIssuer;
  private readonly podGroup: ReturnType<typeof fargateSecurityGroup>;

  constructor(name: string, args: AwsServerlessClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:ServerlessCluster", name, {}, opts);
    const { serverlessNamespaces, ...rest } = args;
    const { network, version, region, accountId, logRetentionDays = 365, protect = true } = rest;
    checkServerlessNamespaces(serverlessNamespaces);
    const physical = physicalName(maxClusterName, name);
    const facts = {
      name: physical,
      arn: `arn:aws:eks:${region}:${accountId}:cluster/${physical}`,
      version,
      region,
      accountId,
    };
    const child = { parent: this };

    const cluster = new AwsCluster(
      name,
      { ...rest, nodePools: { system: platformNodes(network.zones.length) }, oidcProvider: true },
      child,
    );
    const logGroup = fargateLogGroup(
      `${name}-pod-logs`,
      { cluster: facts, retentionDays: logRetentionDays, protect },
      child,
    );
    const logging = fargateLogging(
      `${name}-pod-logging`,
      { cluster: facts, logGroup },
      { ...child, provider: cluster.provider, dependsOn: [...cluster.ready] },
    );
    const profiles: readonly aws.eks.FargateProfile[] = fargateProfiles(
      `${name}-fargate`,
      { cluster: facts, network, namespaces: serverlessNamespaces, logGroup },
      { ...child, dependsOn: [...cluster.ready] },
    );

    this.podGroup = fargateSecurityGroup(
      `${name}-pods`,
      { network, clusterGroupId: cluster.securityGroupId },
      child,
    );
    // STS, in the network where it has an endpoint and on the internet where not
    this.identityEndpoints = [{ cidrs: network.workloadCidrs, ports: [443] }, internet(443)];
    this.namespaces = [...serverlessNamespaces, ...(args.tokenNamespaces ?? [])];
    this.tokens = cluster.tokenIssuer;
    this.podLogGroupName = logGroup.name;
    this.clusterName = cluster.clusterName;
    this.endpoint = cluster.endpoint;
    this.kubeconfig = cluster.kubeconfig;
    this.provider = cluster.provider;
    this.storageClassName = cluster.storageClassName;
    this.parts = cluster.parts;
    this.ready = [...cluster.ready, ...logging, ...profiles];
    this.registerOutputs({ clusterName: this.clusterName, endpoint: this.endpoint });
  }

  tokenIssuerOf(namespace: string): TokenIssuer | undefined {
    return this.namespaces.includes(namespace) ? this.tokens : undefined;
  }

  /** The pods' security group; without its rules the first of them would reach nothing. */
  prepareNamespace(
    name: string,
    namespace: pulumi.Output<string>,
    { parent }: { readonly parent: pulumi.Resource },
  ): readonly pulumi.Resource[] {
    const { group, rules } = this.podGroup;
    return [
      securityGroupPolicy(
        `${name}-security-group`,
        { namespace, groupId: group.id },
        { parent, provider: this.provider, dependsOn: [...rules] },
      ),
    ];
  }
}
