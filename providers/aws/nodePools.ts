import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  checkNodePools,
  type NodePoolArgs,
  nodeTraits,
  type Taint,
} from "../../components/cluster/nodePools";
import { podsPerNode } from "../../components/capacity/pods";
import { shareOf } from "../../components/cluster/zoneShares";
import { acceleratorLabels } from "./gpus";
import { nodeInstanceTypes } from "./machines";
import { nodeRole } from "./nodeRole";
import { guardNodes } from "./upgradeGuard";
import { UnsupportedOnCloudError } from "../unsupported";

/** Arguments of {@link nodeGroups}. */
export interface NodeGroupsArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Minor of the nodes' kubelet; the control plane's, or up to two behind it. */
  readonly version: string;
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  /** Zones of the network, such as `us-east-1a`. */
  readonly zones: readonly string[];
  /** A subnet a zone, in their order. */
  readonly subnetIds: pulumi.Output<string[]>;
  /** Key of the nodes' disks. */
  readonly volumeKeyArn: pulumi.Input<string>;
  /** Tags of instances, disks and interfaces, which the provider's default tags do not reach through a launch template. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The part of a node group's name that auto-naming leaves to us, of the 63 characters it may have. */
const maxNodeGroupName = 63 - 8;

/** What kubelet is told; without it a node counts addresses as if they were handed out one by one. */
export const maxPods = podsPerNode;

/** EKS's words for the effects of a taint. */
const taintEffects: Readonly<Record<Taint["effect"], string>> = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
};

/** Refuses pools that EC2 has no machines for, before anything is made. */
export function checkPools(nodePools: NodeGroupsArgs["nodePools"]): void {
  checkNodePools(nodePools);
  for (const { machine, upgradeStrategy } of Object.values(nodePools)) {
    nodeInstanceTypes(machine);
    if (upgradeStrategy === "blueGreen") {
      throw new UnsupportedOnCloudError("cluster.nodePools.upgradeStrategy");
    }
  }
}

/**
 * A managed node group for each pool and zone. EKS makes the access entry of the nodes' role and tags the groups for
 * Cluster Autoscaler by itself.
 *
 * The autoscaler takes a group's nodes for alike, zone and all: of a group over several zones it cannot say where the next
 * node will stand, so a pod that waits for its volume's zone may never get one (kubernetes/autoscaler,
 * cluster-autoscaler/cloudprovider/aws/README.md, "Common Notes and Gotchas"). It keeps the groups of a pool even by
 * `--balance-similar-node-groups`.
 *
 * A group on spot starts another node when EC2 says that one is at risk, and drains that one, both by itself
 * (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html, "Spot").
 */
export function nodeGroups(
  name: string,
  args: NodeGroupsArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): readonly aws.eks.NodeGroup[] {
  const { parent, dependsOn } = opts;
  for (const [pool, nodePool] of Object.entries(args.nodePools)) {
    checkPool(`${name}-${pool}-z`, pool, nodePool);
  }
  const { role, permissions } = nodeRole(`${name}-node`, { parent });
  const hooks = guardNodes(name, { parent });
  return Object.entries(args.nodePools).flatMap(([pool, nodePool]) => {
    const template = launchTemplate(`${name}-${pool}`, { ...args, nodePool }, parent);
    return zoneShares(nodePool, args.zones).map(({ zone, place, counts }) =>
      nodeGroup(
        `${name}-${pool}-${suffixOf(zone)}`,
        { ...args, nodePool, counts, template, roleArn: role.arn, subnetId: subnetAt(args.subnetIds, place) },
        { parent, dependsOn: [...permissions, ...dependsOn], hooks },
      ),
    );
  });
}

type NodeCounts = Pick<NodePoolArgs, "minNodes" | "initialNodes" | "maxNodes">;

/** What a zone has of a pool. */
interface ZoneShare {
  readonly zone: string;
  /** The zone's place among the network's. */
  readonly place: number;
  readonly counts: NodeCounts;
}

/**
 * A pool's counts over the zones: each zone's share is whole, the first zones have what is left over, and the shares sum
 * to the pool's counts. A zone that would have no node at most has no group, as EKS takes no maximum of 0.
 */
export function zoneShares(
  { minNodes, initialNodes, maxNodes }: NodeCounts,
  zones: readonly string[],
): readonly ZoneShare[] {
  return zones
    .map((zone, place) => {
      const share = (count: number) => shareOf(count, place, zones.length);
      return {
        zone,
        place,
        counts: { minNodes: share(minNodes), initialNodes: share(initialNodes), maxNodes: share(maxNodes) },
      };
    })
    .filter(({ counts }) => counts.maxNodes > 0);
}

/** The letter by which a zone goes in its region. */
function suffixOf(zone: string): string {
  return zone.slice(-1);
}

function subnetAt(subnetIds: pulumi.Output<string[]>, place: number): pulumi.Output<string> {
  return subnetIds.apply((ids) => {
    const id = ids[place];
    if (id === undefined) {
      throw new Error(`subnetIds: expected a subnet for each zone, got ${ids.length}`);
    }
    return id;
  });
}

interface NodeGroupArgs extends Omit<NodeGroupsArgs, "subnetIds"> {
  readonly nodePool: NodePoolArgs;
  readonly counts: NodeCounts;
  readonly template: aws.ec2.LaunchTemplate;
  readonly roleArn: pulumi.Input<string>;
  readonly subnetId: pulumi.Input<string>;
}

function nodeGroup(
  name: string,
  args: NodeGroupArgs,
  opts: {
    readonly parent: pulumi.Resource;
    readonly dependsOn: readonly pulumi.Resource[];
    readonly hooks: pulumi.ResourceHookBinding;
  },
): aws.eks.NodeGroup {
  const { clusterName, version, subnetId, roleArn, template, nodePool, counts } = args;
  const { machine } = nodePool;
  const { spot, labels, taints } = nodeTraits(nodePool);
  return new aws.eks.NodeGroup(
    name,
    {
      clusterName,
      version,
      nodeRoleArn: roleArn,
      subnetIds: [subnetId],
      // with the driver and the runtime that hands GPUs to containers
      amiType: machine.gpu === undefined ? "AL2023_x86_64_STANDARD" : "AL2023_x86_64_NVIDIA",
      capacityType: spot ? "SPOT" : "ON_DEMAND",
      // spot takes whichever is cheapest to keep; on demand the template names the one type, so that a change of it rolls
      // through the group in place of making another
      ...(spot ? { instanceTypes: [...nodeInstanceTypes(machine)] } : {}),
      launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
      scalingConfig: { minSize: counts.minNodes, desiredSize: counts.initialNodes, maxSize: counts.maxNodes },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      labels: { ...labels, ...acceleratorLabels(machine) },
      taints: taints.map(({ key, value, effect }) => ({ key, value, effect: taintEffects[effect] })),
    },
    {
      parent: opts.parent,
      dependsOn: [...opts.dependsOn],
      hooks: opts.hooks,
      // the autoscaler's from here on; what the state says of it is sent with the bounds nonetheless: see checkNodeCount
      ignoreChanges: ["scalingConfig.desiredSize"],
    },
  );
}

function launchTemplate(
  name: string,
  { nodePool, volumeKeyArn, tags }: Pick<NodeGroupArgs, "nodePool" | "volumeKeyArn" | "tags">,
  parent: pulumi.Resource,
): aws.ec2.LaunchTemplate {
  const { machine } = nodePool;
  const { diskGiB, spot } = nodeTraits(nodePool);
  return new aws.ec2.LaunchTemplate(
    name,
    {
      ...(spot ? {} : { instanceType: nodeInstanceTypes(machine)[0] }),
      // a burst that lasts is billed, not throttled
      ...(machine.burstable === true ? { creditSpecification: { cpuCredits: "unlimited" } } : {}),
      updateDefaultVersion: true,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // keeps pods from the node's own role: they have Pod Identity
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: diskGiB,
            encrypted: "true",
            kmsKeyId: volumeKeyArn,
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { ...tags, Name: name },
      })),
      userData: Buffer.from(nodeConfig()).toString("base64"),
    },
    { parent },
  );
}

/**
 * Settings of the kubelet, which EKS merges with its own (https://awslabs.github.io/amazon-eks-ami/nodeadm/): without
 * `maxPods` a node counts addresses as if they were handed out one by one.
 */
function nodeConfig(): string {
  return `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: ${maxPods}

--//--
`;
}

function checkPool(name: string, pool: string, { minNodes, initialNodes, maxNodes }: NodePoolArgs): void {
  if (minNodes > initialNodes || initialNodes > maxNodes) {
    throw new Error(
      `nodePools.${pool}: expected minNodes <= initialNodes <= maxNodes, ` +
        `got ${minNodes}, ${initialNodes}, ${maxNodes}`,
    );
  }
  if (name.length > maxNodeGroupName) {
    throw new Error(
      `nodePools.${pool}: expected a name of at most ${maxNodeGroupName} characters with the cluster's, ` +
        `got "${name}", ${name.length} long`,
    );
  }
}
