import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { PortRange } from "../platform/networkPolicy";
import { lost, type RecoveryPlanner } from "./recovery";
import type { SpecOf, Store, StorePlace } from "./store";

/**
 * Most nodes of a cluster, all shards with their replicas: "the node or shard limit can be increased to a maximum of 500 per
 * cluster" (ElastiCache API, CreateReplicationGroup).
 */
export const maxRedisNodes = 500;

/** Arguments of a {@link Redis}, the same on every cloud. */
export interface RedisArgs extends StorePlace {
  /** Memory of one node, GiB; each cloud takes the next larger node type it has. */
  readonly nodeMemoryGiB: number;
  /** Shards of the cluster, each a primary. 1 to 250. */
  readonly shards: number;
  /** Replicas of each shard, 0 to 2; with one or more a shard fails over to another zone. */
  readonly replicasPerShard: number;
  /** How long daily snapshots are kept, days, 0 to 35; 0 takes none. */
  readonly snapshotRetentionDays: number;
}

/**
 * A Redis-compatible store in cluster mode: private, encrypted at rest with our key and in transit, clients signed in by
 * IAM.
 *
 * `connection` holds `REDIS_HOST`, `REDIS_PORT`, `REDIS_TLS` and `REDIS_CLUSTER`; `REDIS_CA_FILE` names the file of
 * `caBundle` where there is one.
 */
export interface Redis extends Store {
  /** Discovery endpoint of the cluster. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  /** Every port that a client of the cluster opens: discovery and, where they differ, the nodes'. */
  readonly ports: readonly PortRange[];
}

/** How far the cluster in the other region may be behind before somebody is told, seconds, and for how long, minutes. */
export const redisLag = { seconds: 60, minutes: 5 } as const;

/** What a failover to it is made of, minutes. */
const failover = {
  /** An alarm is answered, and somebody decides. */
  decide: 15,
  /** "In less than a minute" on ElastiCache; Memorystore says nothing. */
  promote: 5,
  /** The workloads are told its address. */
  repoint: 15,
} as const;

/** Where each cloud says how one cluster follows another. */
const sources: Readonly<Record<Cloud, string>> = {
  aws: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastore.html",
  gcp: "https://docs.cloud.google.com/memorystore/docs/cluster/about-cross-region-replication",
};

/**
 * What comes back of a Redis when its region is lost: all that a cluster in the other region had received, which nothing
 * waits for, so that what bounds it is the alarm at which somebody sees to it.
 */
export const redisRecovery: RecoveryPlanner<SpecOf<RedisArgs>> = (_, { cloud, recoveryRegion }) => {
  if (!recoveryRegion) return lost;
  const { decide, promote, repoint } = failover;
  return {
    by: "cluster in the other region that follows, promoted",
    rpoMinutes: redisLag.seconds / 60 + redisLag.minutes,
    rtoMinutes: decide + promote + repoint,
    source:
      `${redisLag.seconds / 60} minute of lag, for which an alarm waits ${redisLag.minutes}; ` +
      `${decide} minutes to decide, ${promote} to promote (${sources[cloud]}), ${repoint} to point workloads to it`,
  };
};
