import type * as pulumi from "@pulumi/pulumi";
import type { PortRange } from "../platform/networkPolicy";
import type { Store, StorePlace } from "./store";

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
