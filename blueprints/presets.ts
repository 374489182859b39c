import type { Cloud, Environment } from "../components/cloud";
import type { NodePoolArgs } from "../components/cluster/nodePools";
import type { NodeProvisioning } from "../components/cluster/nodeProvisioning";
import type { DrillSchedule } from "../components/data/backups";
import type { KafkaHosting } from "../components/data/kafka";
import type { MongoHosting } from "../components/data/mongo";
import type { Egress } from "../components/network/network";
import type { MonitoringSize } from "../components/platform/monitoringSize";
import type { PlatformSpec } from "../components/platform/platformSpec";
import type { WorkloadSpec } from "../components/workload/spec";
import type { Blueprint } from "./blueprint";
import { sizeStores } from "./stores";

/** The sizes in which any system can be had. `ha` is what its blueprint says; the others are made smaller. */
export const presetNames = ["small", "standard", "ha"] as const;
export type PresetName = (typeof presetNames)[number];

/** What an environment is unless its stack says otherwise: dev and staging differ from prod by nothing else. */
export const presetOf: Readonly<Record<Environment, PresetName>> = {
  dev: "small",
  staging: "standard",
  prod: "ha",
};

/** How large a system is, whatever the cloud. The shape stays: same services, same stores, same policies. */
interface Size {
  /** Zones, the first of the cloud's list. */
  readonly zones: number;
  /** Nodes, as a part of the blueprint's; never fewer than two where it has any, so that a node can be drained. */
  readonly nodeShare: number;
  /**
   * Most nodes, as a part of the blueprint's: more of them than of the fewest, since stores and what keeps logs don't shrink as far as
   * services do, and a node that is not needed is not there.
   */
  readonly maxNodeShare: number;
  /** Nodes of all pools but `system` on spot capacity, which is taken away at short notice and costs a third. */
  readonly spotNodes: boolean;
  /**
   * Whether the fewest nodes run long enough to be worth a commitment of a year (Savings Plan, committed use). The stack
   * says how much that is, and buys nothing: a purchase can't be taken back.
   */
  readonly commit: boolean;
  /** Most replicas of a service, as a part of the blueprint's. */
  readonly replicaShare: number;
  /** Fewest replicas of a service; the blueprint's own number where that is less. */
  readonly minReplicas: number;
  readonly highAvailability: boolean;
  /** Whether CDN and web application firewall stand before the load balancer, where the blueprint has them. */
  readonly edge: boolean;
  /** Most read replicas of a database. */
  readonly readReplicas: number;
  readonly redisShards: number;
  readonly redisReplicasPerShard: number;
  /** Disks, as a part of the blueprint's. */
  readonly diskShare: number;
  /** How long backups and the log for point-in-time recovery are kept, days. */
  readonly backupRetentionDays: number;
  /** Whether backups lie in a vault as well, where nobody deletes them, unless the stack says so itself. */
  readonly backupVault: boolean;
  /** How often a restore is rehearsed. */
  readonly drill: DrillSchedule;
  /** How long snapshots of Redis are kept, days. */
  readonly snapshotRetentionDays: number;
  /** Who runs MongoDB, unless the stack says: Atlas is paid by the node and hour, and asks for an account of it. */
  readonly mongoHosting: MongoHosting;
  /** How long audit, control-plane and flow logs are kept, days. */
  readonly logRetentionDays: number;
  /** Whether what the blueprint asks of its stores when their region is lost is held to. */
  readonly recovery: boolean;
  /** Undefined where it is the blueprint's. */
  readonly monitoring?: MonitoringSize;
}

const sizes: Readonly<Record<PresetName, Size>> = {
  // The least that still runs every part.
  small: {
    zones: 2,
    nodeShare: 0.1,
    maxNodeShare: 0.25,
    spotNodes: true,
    commit: false,
    replicaShare: 0.1,
    minReplicas: 1,
    highAvailability: false,
    edge: false,
    readReplicas: 0,
    redisShards: 1,
    redisReplicasPerShard: 1,
    diskShare: 0.1,
    backupRetentionDays: 7,
    backupVault: false,
    drill: "never",
    snapshotRetentionDays: 1,
    mongoHosting: "cluster",
    logRetentionDays: 30,
    recovery: false,
    monitoring: {
      prometheusReplicas: 1,
      alertmanagerReplicas: 1,
      retentionDays: 7,
      diskGiB: 20,
      memoryGiB: 2,
    },
  },
  // Like `ha` in kind, so that a roll-out, a failover and a drain are rehearsed before they are needed.
  standard: {
    zones: 3,
    // a little more than the replicas' share, which is rounded up service by service
    nodeShare: 0.27,
    maxNodeShare: 0.5,
    spotNodes: false,
    commit: false,
    replicaShare: 0.25,
    minReplicas: 2,
    highAvailability: true,
    edge: true,
    readReplicas: 1,
    redisShards: 2,
    redisReplicasPerShard: 1,
    diskShare: 0.25,
    backupRetentionDays: 14,
    backupVault: true,
    drill: "monthly",
    snapshotRetentionDays: 7,
    mongoHosting: "cluster",
    logRetentionDays: 90,
    recovery: false,
    monitoring: {
      prometheusReplicas: 2,
      alertmanagerReplicas: 3,
      retentionDays: 15,
      diskGiB: 80,
      memoryGiB: 2,
    },
  },
  ha: {
    zones: 3,
    nodeShare: 1,
    maxNodeShare: 1,
    spotNodes: false,
    commit: true,
    replicaShare: 1,
    minReplicas: Infinity,
    highAvailability: true,
    edge: true,
    readReplicas: Infinity,
    redisShards: Infinity,
    redisReplicasPerShard: Infinity,
    diskShare: 1,
    backupRetentionDays: 30,
    backupVault: true,
    drill: "weekly",
    snapshotRetentionDays: 30,
    mongoHosting: "atlas",
    logRetentionDays: 365,
    recovery: true,
  },
};

/** A size, with what only this cloud has to choose. */
export interface Preset extends Size {
  /** How private subnets reach the internet. */
  readonly egress: Egress;
  /** Who runs Kafka, unless the stack says. */
  readonly kafkaHosting: KafkaHosting;
}

/**
 * Presets by cloud. On AWS NAT gateways are paid by the hour and zone, and with them go the interface endpoints: a network
 * whose zones share one gateway has none. On GCP one NAT spans the zones of a region, and private access is free; brokers are
 * in the cluster there, as where Google's own answer has to be asked of its API for want of an output of the provider.
 */
export const presets: Readonly<Record<Cloud, Readonly<Record<PresetName, Preset>>>> = {
  aws: {
    small: { ...sizes.small, egress: "shared", kafkaHosting: "cloud" },
    standard: { ...sizes.standard, egress: "shared", kafkaHosting: "cloud" },
    ha: { ...sizes.ha, egress: "perZone", kafkaHosting: "cloud" },
  },
  gcp: {
    small: { ...sizes.small, egress: "shared", kafkaHosting: "cluster" },
    standard: { ...sizes.standard, egress: "shared", kafkaHosting: "cluster" },
    ha: { ...sizes.ha, egress: "shared", kafkaHosting: "cluster" },
  },
};

/** A node in each of three zones, so that a pod whose volume is in one of them can start again there. */
const leastMaxNodes = 3;

/** The blueprint in the size of a preset; a pool whose nodes come and go with the pods starts from none in each. */
export function sizeFor({ recovery, ...blueprint }: Blueprint, preset: Preset): Blueprint {
  return {
    ...blueprint,
    ...(recovery !== undefined && preset.recovery && { recovery }),
    nodePools: mapValues(blueprint.nodePools, (pool, name) => sizedPool(pool, name, preset)),
    ...(blueprint.nodeProvisioning !== undefined && {
      nodeProvisioning: sizedProvisioning(blueprint.nodeProvisioning, preset),
    }),
    stores: sizeStores(blueprint.stores, preset),
    services: mapValues(blueprint.services, (service) => sizedService(service, preset)),
    platform: sizedPlatform(blueprint.platform, preset),
    highlyAvailable: blueprint.highlyAvailable && preset.highAvailability,
    monitoring: preset.monitoring ?? blueprint.monitoring,
  };
}

/** Fewest and most replicas; the same number where the service is not autoscaled. */
export function replicaBounds({ replicas }: WorkloadSpec): { readonly min: number; readonly max: number } {
  return typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
}

/** What fewer replicas say is less. */
function sizedPlatform(
  { elasticStack, jaeger, ...platform }: PlatformSpec,
  { replicaShare }: Preset,
): PlatformSpec {
  const sized = <T extends { readonly gibPerDay?: number | undefined }>(spec: T): T =>
    spec.gibPerDay === undefined ? spec : { ...spec, gibPerDay: share(spec.gibPerDay, replicaShare) };
  return {
    ...platform,
    ...(elasticStack !== undefined && { elasticStack: sized(elasticStack) }),
    ...(jaeger !== undefined && { jaeger: sized(jaeger) }),
  };
}

function sizedService(service: WorkloadSpec, { minReplicas, replicaShare }: Preset): WorkloadSpec {
  const { min, max } = replicaBounds(service);
  const least = Math.min(min, minReplicas);
  const most = Math.max(least, share(max, replicaShare));
  return most === least && typeof service.replicas === "number"
    ? { ...service, replicas: most }
    : { ...service, replicas: { min: least, max: most } };
}

function sizedPool(
  pool: NodePoolArgs,
  name: string,
  { nodeShare, maxNodeShare, spotNodes }: Preset,
): NodePoolArgs {
  const minNodes = pool.minNodes === 0 ? 0 : Math.max(2, share(pool.minNodes, nodeShare));
  const initialNodes = Math.max(minNodes, share(pool.initialNodes, nodeShare));
  return {
    ...pool,
    minNodes,
    initialNodes,
    // the platform's own pods are nearly as many in a small system as in a large one
    maxNodes: Math.max(
      initialNodes,
      leastMaxNodes,
      name === "system" ? pool.maxNodes : share(pool.maxNodes, maxNodeShare),
    ),
    // the platform's own pods are not taken away with the nodes
    ...(spotNodes && name !== "system" && { spot: true }),
  };
}

/** Room for the smallest node made to measure in each of three zones: four vCPUs, with up to 8 GiB each. */
const leastProvisioned = { cpuLimit: leastMaxNodes * 4, memoryGiBLimit: leastMaxNodes * 4 * 8 };

/** As much smaller as the pools are, but never without room for a node in each of three zones. */
function sizedProvisioning(
  provisioning: NodeProvisioning,
  { nodeShare, spotNodes }: Preset,
): NodeProvisioning {
  const { cpuLimit, memoryGiBLimit } = provisioning;
  return {
    ...provisioning,
    cpuLimit: Math.min(cpuLimit, Math.max(leastProvisioned.cpuLimit, share(cpuLimit, nodeShare))),
    memoryGiBLimit: Math.min(
      memoryGiBLimit,
      Math.max(leastProvisioned.memoryGiBLimit, share(memoryGiBLimit, nodeShare)),
    ),
    ...(spotNodes && provisioning.capacity !== "spot" && { capacity: "mixed" }),
  };
}

function share(whole: number, part: number): number {
  return Math.ceil(whole * part);
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
