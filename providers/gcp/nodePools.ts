import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { checkNodePools, type Gpus, type NodePoolArgs, nodeTraits } from "../../components/cluster/nodePools";
import { digest, physicalName } from "../../components/names";
import { acceleratorTypes, nodeMachineType } from "./machines";
import { accountId, type GcpPlacement } from "./project";

/** Longest name of a GKE cluster or node pool, characters. */
export const gkeNameLength = 40;

/** What a node's own account may do, and no more: logs and metrics, and pulling images. */
const nodeRoles = {
  node: "roles/container.defaultNodeServiceAccount",
  images: "roles/artifactregistry.reader",
} as const;

/** Most nodes that GKE upgrades at once. */
const maxSurge = 20;

/**
 * How the old nodes of a blue-green upgrade go: https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies
 * ("Blue-green upgrades", defaults).
 */
const blueGreen = {
  /** Old nodes drained at once. */
  batchNodes: 1,
  /** Wait after each of those, seconds. */
  batchSoakSeconds: 0,
  /** How long drained nodes stay, so that the upgrade can be taken back, seconds. */
  poolSoakSeconds: 3600,
} as const;

/** What nodes of every pool share. */
export interface NodeArgs {
  /** E-mail of the nodes' own service account. */
  readonly serviceAccount: pulumi.Input<string>;
  /** Key of the boot disks. */
  readonly diskKeyId: pulumi.Input<string>;
}

/** An account for the nodes, with the least they need: the project's default one may edit everything in it. */
export function nodeServiceAccount(
  name: string,
  { project }: Pick<GcpPlacement, "project">,
  opts: { readonly parent: pulumi.Resource },
): { readonly account: gcp.serviceaccount.Account; readonly grants: readonly pulumi.Resource[] } {
  const account = new gcp.serviceaccount.Account(
    `${name}-nodes`,
    { accountId: accountId(name, "nodes"), displayName: `nodes of ${name}` },
    { ...opts, dependsOn: [project.api("iam")] },
  );
  const grants = Object.entries(nodeRoles).map(
    ([key, role]) =>
      new gcp.projects.IAMMember(
        `${name}-nodes-${key}`,
        { project: project.projectId, role, member: account.member },
        { ...opts, dependsOn: [project.api("cloudresourcemanager")] },
      ),
  );
  return { account, grants };
}

/**
 * A node's settings. The same for the first pool, which GKE wants and is removed at once, as for those that stay: a key,
 * a verified boot, a container-optimised system, and for pods the metadata server that knows their own identity only.
 */
export function nodeConfig(
  { serviceAccount, diskKeyId }: NodeArgs,
  pool: NodePoolArgs,
): gcp.types.input.container.NodePoolNodeConfig & gcp.types.input.container.ClusterNodeConfig {
  const { machine } = pool;
  const { diskGiB, spot, labels, taints } = nodeTraits(pool);
  return {
    machineType: nodeMachineType(machine),
    ...(machine.gpu !== undefined && { guestAccelerators: [accelerator(machine.gpu)] }),
    imageType: "COS_CONTAINERD",
    bootDisk: { diskType: "pd-balanced", sizeGb: diskGiB },
    bootDiskKmsKey: diskKeyId,
    serviceAccount,
    // IAM roles alone decide what the account may do; scopes are the older, coarser fence
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    metadata: { "disable-legacy-endpoints": "true" },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
    gcfsConfig: { enabled: true },
    gvnic: { enabled: true },
    spot,
    labels: { ...labels },
    taints: taints.map(({ key, value, effect }) => ({ key, value, effect: taintEffects[effect] })),
  };
}

/**
 * GKE installs the driver that it has for the node's version, which Google signs: without a signature the installer refuses
 * one, and a verified boot stays (cos.googlesource.com/cos/tools, cos_gpu_installer, `-allow-unsigned-driver`).
 */
function accelerator({ type, count }: Gpus): gcp.types.input.container.NodePoolNodeConfigGuestAccelerator {
  return {
    type: acceleratorTypes[type],
    count,
    gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
  };
}

const taintEffects = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
} as const;

/** Refuses pools that Compute Engine has no machines for, before anything is made. */
export function checkPools(nodePools: Readonly<Record<string, NodePoolArgs>>): void {
  checkNodePools(nodePools);
  for (const { machine } of Object.values(nodePools)) nodeMachineType(machine);
}

/** Arguments of {@link nodePool}. */
export interface GcpNodePoolArgs {
  readonly cluster: pulumi.Input<string>;
  /** Key in the cluster's `nodePools`. */
  readonly key: string;
  readonly pool: NodePoolArgs;
  readonly node: NodeArgs;
  /** Zones in full. */
  readonly zones: readonly string[];
  readonly dependsOn: readonly pulumi.Resource[];
}

/** A pool over all zones that repairs, upgrades and scales itself, a few nodes beyond its size at a time. */
export function nodePool(
  name: string,
  { cluster, key, pool, node, zones, dependsOn }: GcpNodePoolArgs,
  opts: { readonly parent: pulumi.Resource },
): gcp.container.NodePool {
  const { minNodes, initialNodes, maxNodes, spot = false } = pool;
  checkCounts(key, pool);
  return new gcp.container.NodePool(
    `${name}-${key}`,
    {
      cluster,
      name: poolName(key, pool),
      nodeLocations: [...zones],
      // GKE counts a zone's nodes here, and the whole pool's below
      initialNodeCount: Math.min(Math.ceil(initialNodes / zones.length), Math.floor(maxNodes / zones.length)),
      autoscaling: {
        totalMinNodeCount: minNodes,
        totalMaxNodeCount: maxNodes,
        // spot nodes come from wherever they are least likely to be taken back
        locationPolicy: spot ? "ANY" : "BALANCED",
      },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: upgradeSettings(pool),
      nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
      networkConfig: { enablePrivateNodes: true },
      nodeConfig: nodeConfig(node, pool),
    },
    {
      ...opts,
      dependsOn: [...dependsOn],
      // the autoscaler's from the start on, and a change of it would replace the pool
      ignoreChanges: ["initialNodeCount"],
    },
  );
}

/** Of a second set of nodes GKE's own defaults, said so that a plan shows them. */
function upgradeSettings({
  upgradeStrategy = "surge",
  initialNodes,
}: NodePoolArgs): gcp.types.input.container.NodePoolUpgradeSettings {
  if (upgradeStrategy === "blueGreen") {
    const { batchNodes, batchSoakSeconds, poolSoakSeconds } = blueGreen;
    return {
      strategy: "BLUE_GREEN",
      blueGreenSettings: {
        standardRolloutPolicy: {
          batchNodeCount: batchNodes,
          batchSoakDuration: `${batchSoakSeconds}s`,
        },
        nodePoolSoakDuration: `${poolSoakSeconds}s`,
      },
    };
  }
  return {
    strategy: "SURGE",
    // of a pool that starts with no node, too
    maxSurge: Math.min(maxSurge, Math.max(1, Math.ceil(initialNodes / 10))),
    maxUnavailable: 0,
  };
}

/**
 * The pool's name in GKE, with digits of what replaces it: a new pool stands beside the old one until that is drained.
 * Not auto-named, since a cluster's name and a pool's together pass the limit.
 */
function poolName(key: string, { machine, diskGiB, spot }: NodePoolArgs): string {
  const replaced = [
    nodeMachineType(machine),
    diskGiB,
    spot,
    ...(machine.gpu === undefined ? [] : [machine.gpu]),
  ];
  return physicalName(gkeNameLength, key, digest(JSON.stringify(replaced)));
}

function checkCounts(key: string, { minNodes, initialNodes, maxNodes }: NodePoolArgs): void {
  if (!(minNodes <= initialNodes && initialNodes <= maxNodes && maxNodes >= 1)) {
    throw new Error(
      `nodePools.${key}: expected minNodes <= initialNodes <= maxNodes, got ${minNodes}, ${initialNodes}, ${maxNodes}`,
    );
  }
}
