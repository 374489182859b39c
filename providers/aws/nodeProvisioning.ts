import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import {
  checkNodeProvisioning,
  consolidationDelayMinutes,
  leastProvisionedVcpus,
  type NodeProvisioning,
  type Placement,
  provisionedDiskGiB,
  provisionedPool,
  usesSpot,
} from "../../components/cluster/nodeProvisioning";
import type { ClusterFacts } from "./addons";
import type { ControllerOpts } from "./controller";
import { interruptionQueue } from "./interruptionQueue";
import { karpenter } from "./karpenter";
import type { NodeClassSpec, NodePoolSpec } from "./karpenterKinds";
import { maxPods } from "./nodePools";
import { nodeRole } from "./nodeRole";

/** Arguments of {@link nodeProvisioning}. */
export interface NodeProvisioningArgs {
  readonly cluster: ClusterFacts;
  readonly provisioning: NodeProvisioning;
  /** Subnets of the nodes. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Group that EKS makes for the cluster; nodes of the managed groups are in it too. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Key of the nodes' disks. */
  readonly volumeKeyArn: pulumi.Input<string>;
  /** Labels of the nodes that carry the platform's own pods. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Tags of instances, disks and interfaces. */
  readonly tags: Readonly<Record<string, string>>;
  /** Refuse to take the pool away, and all its nodes with it. */
  readonly protect: boolean;
}

/** Nodes made to measure, as a cluster has them. */
export interface ProvisionedNodes {
  /** What pods say that are to run there. */
  readonly placement: Placement;
  /** What must stand before such pods can run. */
  readonly ready: readonly pulumi.Resource[];
}

/** Which release of the nodes' image, for every minor: the newest whose use was seen on 2026-11-21, on a cluster of 1.35. */
const nodeImage = "al2023@v20260930";

/** Keeps away every pod that did not ask for these nodes. */
const taint = { key: "groundwork.dev/provisioned", effect: "NoSchedule" } as const;

/** How long a node may take to drain, hours: a pod that never goes does not keep an outdated node alive. */
const drainHours = 24;

/** How long the nodes may take to drain when the pool goes, as `customTimeouts` has it. */
const deleteTimeout = "30m";

/**
 * Nodes by Karpenter, in one pool of its own, tainted, for the pods that select it.
 *
 * So it and Cluster Autoscaler never answer the same pod. A pod of the pool names a label that no managed group has, and
 * the autoscaler lets it be; any other does not tolerate the taint, and Karpenter lets it be. With an open pool both would
 * start a node for a pod that fits either, and each would then take away what the other started.
 *
 * Subnets and group are named by id, the instance profile is ours, the image is of one release: nothing is discovered, so
 * that a plan shows what changes.
 */
export function nodeProvisioning(
  name: string,
  args: NodeProvisioningArgs,
  opts: ControllerOpts,
): ProvisionedNodes {
  const { cluster, provisioning, volumeKeyArn, nodeSelector, protect } = args;
  checkNodeProvisioning(provisioning);
  const { parent, kubernetes } = opts;
  const { role, permissions } = nodeRole(`${name}-node`, { parent });
  const profile = new aws.iam.InstanceProfile(
    `${name}-node`,
    { role: role.name },
    { parent, dependsOn: [...permissions] },
  );
  // managed groups get theirs from EKS
  const entry = new aws.eks.AccessEntry(
    `${name}-node`,
    { clusterName: cluster.name, principalArn: role.arn, type: "EC2_LINUX" },
    { parent, dependsOn: [...opts.dependsOn] },
  );
  const interruptions = interruptionQueue(`${name}-queue`, { accountId: cluster.accountId }, { parent });
  const controller = karpenter(
    name,
    {
      cluster,
      interruptions,
      nodeRoleArn: role.arn,
      instanceProfileArn: profile.arn,
      volumeKeyArn,
      spot: usesSpot(provisioning),
      nodeSelector,
    },
    opts,
  );
  const inCluster = { parent, provider: kubernetes, protect };
  const nodeClass = new k8s.apiextensions.CustomResource(
    `${name}-class`,
    {
      apiVersion: "karpenter.k8s.aws/v1",
      kind: "EC2NodeClass",
      metadata: { name: provisionedPool },
      spec: nodeClassSpec(args, profile.name),
    },
    { ...inCluster, dependsOn: [controller, entry] },
  );
  const pool = new k8s.apiextensions.CustomResource(
    `${name}-pool`,
    {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: provisionedPool },
      spec: nodePoolSpec(provisioning),
    },
    // goes before the class and the controller, which drain its nodes first
    { ...inCluster, dependsOn: [nodeClass], customTimeouts: { delete: deleteTimeout } },
  );
  return {
    placement: {
      nodeSelector: { "karpenter.sh/nodepool": provisionedPool },
      tolerations: [{ ...taint, operator: "Exists" }],
      ...(usesSpot(provisioning) && {
        spot: { labels: { "karpenter.sh/capacity-type": "spot" }, tolerations: [] },
      }),
    },
    ready: [pool],
  };
}

function nodeClassSpec(
  { provisioning, subnetIds, securityGroupId, volumeKeyArn, tags }: NodeProvisioningArgs,
  instanceProfile: pulumi.Input<string>,
): NodeClassSpec {
  const { diskGiB = provisionedDiskGiB } = provisioning;
  return {
    amiSelectorTerms: [{ alias: nodeImage }],
    instanceProfile,
    subnetSelectorTerms: subnetIds.apply((ids) => ids.map((id) => ({ id }))),
    securityGroupSelectorTerms: [{ id: securityGroupId }],
    associatePublicIPAddress: false,
    metadataOptions: {
      httpEndpoint: "enabled",
      httpTokens: "required",
      // keeps pods from the node's own role: they have Pod Identity
      httpPutResponseHopLimit: 1,
      httpProtocolIPv6: "disabled",
    },
    blockDeviceMappings: [
      {
        deviceName: "/dev/xvda",
        ebs: {
          volumeType: "gp3",
          volumeSize: `${diskGiB}Gi`,
          encrypted: true,
          kmsKeyID: volumeKeyArn,
          deleteOnTermination: true,
        },
      },
    ],
    kubelet: { maxPods },
    tags: { ...tags },
  };
}

const capacityTypes = {
  onDemand: ["on-demand"],
  spot: ["spot"],
  // it takes spot first, and on-demand within moments where EC2 has none
  mixed: ["spot", "on-demand"],
} as const;

function nodePoolSpec(provisioning: NodeProvisioning): NodePoolSpec {
  const { cpuLimit, memoryGiBLimit, capacity = "onDemand", architectures = ["amd64"] } = provisioning;
  const { labels = {}, expireAfterDays = 30 } = provisioning;
  return {
    template: {
      metadata: { labels: { ...labels } },
      spec: {
        nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: provisionedPool },
        taints: [taint],
        requirements: [
          { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
          { key: "kubernetes.io/arch", operator: "In", values: [...architectures] },
          { key: "karpenter.sh/capacity-type", operator: "In", values: [...capacityTypes[capacity]] },
          // many types, so that spot has whence to take, and none so old that it is no Nitro machine
          { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
          { key: "karpenter.k8s.aws/instance-generation", operator: "Gte", values: ["6"] },
          { key: "karpenter.k8s.aws/instance-cpu", operator: "Gte", values: [`${leastProvisionedVcpus}`] },
          { key: "karpenter.k8s.aws/instance-cpu", operator: "Lte", values: ["16"] },
        ],
        expireAfter: `${24 * expireAfterDays}h`,
        terminationGracePeriod: `${drainHours}h`,
      },
    },
    limits: { cpu: `${cpuLimit}`, memory: `${memoryGiBLimit}Gi` },
    disruption: {
      consolidationPolicy: "WhenEmptyOrUnderutilized",
      consolidateAfter: `${consolidationDelayMinutes}m`,
      budgets: [{ nodes: "10%" }],
    },
  };
}
