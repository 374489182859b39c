import type { Environment } from "../components/cloud";
import type { NodePoolArgs } from "../components/cluster/nodePools";
import type { WorkloadSpec } from "../components/workload/spec";
import type { MonitoringSize } from "../components/platform/monitoringValues";
import type { Blueprint } from "./blueprint";

/** How an environment is made smaller than prod. The shape stays: same services, same stores, same policies. */
interface Preset {
  /** Nodes, as a part of prod's; never fewer than two, so that a node can be drained. */
  readonly nodeShare: number;
  /** Most replicas of a service, as a part of prod's. */
  readonly replicaShare: number;
  /** Fewest replicas of a service. */
  readonly minReplicas: number;
  readonly highAvailability: boolean;
  readonly readReplicas: number;
  readonly redisShards: number;
  readonly redisReplicasPerShard: number;
  /** Disks, as a part of prod's. */
  readonly diskShare: number;
  readonly monitoring: MonitoringSize;
}

const presets: Readonly<Record<Exclude<Environment, "prod">, Preset>> = {
  // Like prod in kind, so that a roll-out, a failover and a drain are rehearsed before they are needed.
  staging: {
    // a little more than the replicas' share, which is rounded up service by service
    nodeShare: 0.27,
    replicaShare: 0.25,
    minReplicas: 2,
    highAvailability: true,
    readReplicas: 1,
    redisShards: 2,
    redisReplicasPerShard: 1,
    diskShare: 0.25,
    monitoring: {
      prometheusReplicas: 2,
      alertmanagerReplicas: 3,
      retentionDays: 15,
      diskGiB: 50,
      memoryGiB: 2,
    },
  },
  // The least that still runs every part.
  dev: {
    nodeShare: 0.1,
    replicaShare: 0.1,
    minReplicas: 1,
    highAvailability: false,
    readReplicas: 0,
    redisShards: 1,
    redisReplicasPerShard: 1,
    diskShare: 0.1,
    monitoring: {
      prometheusReplicas: 1,
      alertmanagerReplicas: 1,
      retentionDays: 7,
      diskGiB: 20,
      memoryGiB: 1,
    },
  },
};

/** A node in each of three zones, so that a pod whose volume is in one of them can start again there. */
const leastMaxNodes = 3;

/** Smallest disk that both Cloud SQL and RDS take, GiB. */
const leastDiskGiB = 20;

/** The blueprint in the size of an environment: prod is what it says, the others are made smaller by their preset. */
export function sizeFor(blueprint: Blueprint, environment: Environment): Blueprint {
  if (environment === "prod") return blueprint;
  const preset = presets[environment];
  const { postgres, redis } = blueprint.stores;
  return {
    ...blueprint,
    nodePools: mapValues(blueprint.nodePools, (pool) => smallerPool(pool, preset)),
    stores: {
      postgres: {
        ...postgres,
        diskGiB: Math.max(leastDiskGiB, share(postgres.diskGiB, preset.diskShare)),
        highAvailability: postgres.highAvailability && preset.highAvailability,
        readReplicas: Math.min(postgres.readReplicas, preset.readReplicas),
      },
      redis: {
        ...redis,
        shards: Math.min(redis.shards, preset.redisShards),
        replicasPerShard: Math.min(redis.replicasPerShard, preset.redisReplicasPerShard),
      },
    },
    services: mapValues(blueprint.services, (service) => {
      const { min, max } = replicaBounds(service);
      const least = Math.min(min, preset.minReplicas);
      return { ...service, replicas: { min: least, max: Math.max(least, share(max, preset.replicaShare)) } };
    }),
    highlyAvailable: preset.highAvailability,
    monitoring: preset.monitoring,
  };
}

/** Fewest and most replicas; the same number where the service is not autoscaled. */
export function replicaBounds({ replicas }: WorkloadSpec): { readonly min: number; readonly max: number } {
  return typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
}

function smallerPool(pool: NodePoolArgs, { nodeShare }: Preset): NodePoolArgs {
  const minNodes = Math.max(2, share(pool.minNodes, nodeShare));
  const initialNodes = Math.max(minNodes, share(pool.initialNodes, nodeShare));
  return {
    ...pool,
    minNodes,
    initialNodes,
    maxNodes: Math.max(initialNodes, leastMaxNodes, share(pool.maxNodes, nodeShare)),
  };
}

function share(whole: number, part: number): number {
  return Math.ceil(whole * part);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
