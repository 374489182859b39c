import type { PostgresArgs } from "../components/data/postgres";
import type { RedisArgs } from "../components/data/redis";
import type { Preset } from "./presets";

/** The size of a PostgreSQL server; its version and backups are the stack's to say. */
export type PostgresSize = Pick<PostgresArgs, "machine" | "diskGiB" | "highAvailability" | "readReplicas">;

/** The size of a Redis; its snapshots are the stack's to say. */
export type RedisSize = Pick<RedisArgs, "nodeMemoryGiB" | "shards" | "replicasPerShard">;

/** What a system keeps its data in, by the names that its services' `stores` use. */
export interface StoreSizes {
  readonly postgres?: PostgresSize;
  readonly redis?: RedisSize;
}

/** Smallest disk that both Cloud SQL and RDS take, GiB. */
const leastDiskGiB = 20;

/** The stores in the size of a preset. */
export function sizeStores({ postgres, redis, ...rest }: StoreSizes, preset: Preset): StoreSizes {
  return {
    ...rest,
    ...(postgres !== undefined && { postgres: sizedPostgres(postgres, preset) }),
    ...(redis !== undefined && { redis: sizedRedis(redis, preset) }),
  };
}

function sizedPostgres(size: PostgresSize, preset: Preset): PostgresSize {
  return {
    ...size,
    diskGiB: Math.max(leastDiskGiB, Math.ceil(size.diskGiB * preset.diskShare)),
    highAvailability: size.highAvailability && preset.highAvailability,
    readReplicas: Math.min(size.readReplicas, preset.readReplicas),
  };
}

function sizedRedis(size: RedisSize, { redisShards, redisReplicasPerShard }: Preset): RedisSize {
  return {
    ...size,
    shards: Math.min(size.shards, redisShards),
    replicasPerShard: Math.min(size.replicasPerShard, redisReplicasPerShard),
  };
}
