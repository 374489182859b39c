import type { MySqlArgs } from "../components/data/mysql";
import type { MongoArgs } from "../components/data/mongo";
import type { KafkaArgs } from "../components/data/kafka";
import type { PostgresArgs } from "../components/data/postgres";
import type { RedisArgs } from "../components/data/redis";
import type { SearchArgs } from "../components/data/search";
import type { VectorStoreArgs } from "../components/data/vectorStore";
import type { Preset } from "./presets";

/** The size of a PostgreSQL server; its version and backups are the stack's to say. */
export type PostgresSize = Pick<
  PostgresArgs,
  "machine" | "diskGiB" | "highAvailability" | "readReplicas" | "pooling"
>;

/** The size of a MySQL server; its version and backups are the stack's to say. */
export type MySqlSize = Pick<MySqlArgs, "machine" | "diskGiB" | "highAvailability">;

/** The size of a Redis; its snapshots are the stack's to say. */
export type RedisSize = Pick<RedisArgs, "nodeMemoryGiB" | "shards" | "replicasPerShard">;

/** The size of a search index; its versions are the stack's to say. */
export type SearchSize = Pick<
  SearchArgs,
  "hosting" | "dataNodes" | "masterNodes" | "machine" | "diskGiB" | "rebuildMinutes"
>;

/** The size of a MongoDB; its version, its backups and who runs it are the stack's to say. */
export type MongoSize = Pick<MongoArgs, "machine" | "diskGiB" | "nodes">;

/** The size of a Kafka, and its topics; who runs it is the stack's to say. */
export type KafkaSize = Pick<KafkaArgs, "brokers" | "machine" | "diskGiB" | "retentionHours" | "topics">;

/** The size of a vector database; its version and backups are the stack's to say. */
export type VectorStoreSize = Pick<
  VectorStoreArgs,
  "queryNodes" | "machine" | "cacheGiB" | "highAvailability" | "restoreMinutes"
>;

/** What a system keeps its data in, by the names that its services' `stores` use. */
export interface StoreSizes {
  readonly postgres?: PostgresSize;
  readonly mysql?: MySqlSize;
  readonly redis?: RedisSize;
  readonly kafka?: KafkaSize;
  readonly mongo?: MongoSize;
  readonly search?: SearchSize;
  readonly vectors?: VectorStoreSize;
}

/** Smallest machine that Atlas has for production. */
const leastMongo = { vcpus: 2, memoryGiB: 8 } as const;

/** Smallest disk that both Cloud SQL and RDS take, GiB. */
const leastDiskGiB = 20;

/** The stores in the size of a preset. */
export function sizeStores(
  { postgres, mysql, redis, kafka, mongo, search, vectors, ...rest }: StoreSizes,
  preset: Preset,
): StoreSizes {
  return {
    ...rest,
    ...(postgres !== undefined && { postgres: sizedPostgres(postgres, preset) }),
    ...(mysql !== undefined && { mysql: sizedServer(mysql, preset) }),
    ...(redis !== undefined && { redis: sizedRedis(redis, preset) }),
    ...(kafka !== undefined && { kafka: sizedKafka(kafka, preset) }),
    ...(mongo !== undefined && { mongo: sizedMongo(mongo, preset) }),
    ...(search !== undefined && { search: sizedSearch(search, preset) }),
    ...(vectors !== undefined && { vectors: sizedVectors(vectors, preset) }),
  };
}

function sizedPostgres(size: PostgresSize, preset: Preset): PostgresSize {
  return {
    ...sizedServer(size, preset),
    readReplicas: Math.min(size.readReplicas, preset.readReplicas),
  };
}

/** A relational server: a smaller disk, and a standby only where there is one of everything else as well. */
function sizedServer<Size extends MySqlSize>(size: Size, preset: Preset): Size {
  return {
    ...size,
    diskGiB: Math.max(leastDiskGiB, Math.ceil(size.diskGiB * preset.diskShare)),
    highAvailability: size.highAvailability && preset.highAvailability,
  };
}

/** Fewest data nodes that stand in three zones. */
const leastDataNodes = 3;

/** One node that is master as well, or no fewer than three of each. */
function sizedSearch(size: SearchSize, { highAvailability, replicaShare, diskShare }: Preset): SearchSize {
  const dataNodes = Math.min(
    size.dataNodes,
    Math.max(leastDataNodes, Math.ceil(size.dataNodes * replicaShare)),
  );
  return {
    ...size,
    ...(highAvailability ? { dataNodes } : { dataNodes: 1, masterNodes: 0 }),
    diskGiB: Math.max(leastDiskGiB, Math.ceil(size.diskGiB * diskShare)),
  };
}

/** One query node and one of each other part, or no fewer than two of each. */
function sizedVectors(size: VectorStoreSize, { highAvailability, replicaShare }: Preset): VectorStoreSize {
  const available = size.highAvailability && highAvailability;
  return {
    ...size,
    highAvailability: available,
    queryNodes: available ? Math.max(2, Math.ceil(size.queryNodes * replicaShare)) : 1,
  };
}

/** Three nodes always, as two could elect nobody; they are smaller where the disks are. */
function sizedMongo({ machine, diskGiB, nodes }: MongoSize, { diskShare }: Preset): MongoSize {
  return {
    machine: diskShare < 1 ? leastMongo : machine,
    diskGiB: Math.max(leastDiskGiB, Math.ceil(diskGiB * diskShare)),
    nodes,
  };
}

/** Fewest brokers: with one, its loss would lose what was acknowledged. */
const leastKafkaBrokers = 2;

/** The topics stay as they are: partitions can't be taken away again. */
function sizedKafka(size: KafkaSize, { highAvailability, diskShare }: Preset): KafkaSize {
  return {
    ...size,
    brokers: highAvailability ? size.brokers : Math.min(size.brokers, leastKafkaBrokers),
    diskGiB: Math.max(leastDiskGiB, Math.ceil(size.diskGiB * diskShare)),
  };
}

function sizedRedis(size: RedisSize, { redisShards, redisReplicasPerShard }: Preset): RedisSize {
  return {
    ...size,
    shards: Math.min(size.shards, redisShards),
    replicasPerShard: Math.min(size.replicasPerShard, redisReplicasPerShard),
  };
}
