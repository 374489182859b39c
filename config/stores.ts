import { blueprints } from "../blueprints/catalogue";
import type { Preset } from "../blueprints/presets";
import type { StoreSizes } from "../blueprints/stores";
import type { MySqlArgs } from "../components/data/mysql";
import type { MongoHosting, MongoSpec } from "../components/data/mongo";
import type { KafkaArgs } from "../components/data/kafka";
import type { PostgresArgs } from "../components/data/postgres";
import type { RedisArgs } from "../components/data/redis";
import type { SearchSpec } from "../components/data/search";
import type { SpecOf } from "../components/data/store";
import type { VectorStoreSpec } from "../components/data/vectorStore";
import { type ConfigProblem, show } from "./errors";
import { present } from "./present";
import type { StackFile } from "./schema";
import {
  defaultMySqlVersion,
  defaultPostgresVersion,
  defaultElasticsearchVersion,
  defaultOpenSearchVersion,
  defaultMongoVersion,
  defaultMilvusVersion,
} from "./storeFields";

/** The stores that a blueprint asks for, whole: in the preset's size, with what the stack says of them. */
export interface StoreSpecs {
  readonly postgres?: SpecOf<PostgresArgs>;
  readonly mysql?: SpecOf<MySqlArgs>;
  readonly redis?: SpecOf<RedisArgs>;
  readonly kafka?: SpecOf<KafkaArgs>;
  readonly mongo?: MongoSpec;
  readonly search?: SearchSpec;
  readonly vectors?: VectorStoreSpec;
}

/** Stores that a blueprint may do without, by their keys in a stack file. */
const optionalStores = [
  "postgres",
  "mysql",
  "redis",
  "mongo",
  "search",
  "vectors",
  "kafka",
] as const satisfies readonly (keyof StoreSpecs)[];

/** What the stack says takes the place of what the blueprint and the preset say. */
export function storesOf(
  { postgres, mysql, redis, kafka, mongo, search, vectors }: StoreSizes,
  file: StackFile,
  preset: Preset,
): StoreSpecs {
  return {
    ...(postgres !== undefined && {
      postgres: {
        version: defaultPostgresVersion,
        backupRetentionDays: preset.backupRetentionDays,
        ...postgres,
        ...present(file.postgres ?? {}),
      },
    }),
    ...(mysql !== undefined && {
      mysql: {
        version: defaultMySqlVersion,
        backupRetentionDays: preset.backupRetentionDays,
        ...mysql,
        ...present(file.mysql ?? {}),
      },
    }),
    ...(search !== undefined && {
      search: {
        openSearchVersion: defaultOpenSearchVersion,
        elasticsearchVersion: defaultElasticsearchVersion,
        snapshotRetentionDays: preset.backupRetentionDays,
        ...search,
        ...present(file.search ?? {}),
      },
    }),
    ...vectorsOf(vectors, file, preset),
    ...(mongo !== undefined && {
      mongo: {
        version: defaultMongoVersion,
        hosting: preset.mongoHosting,
        backupRetentionDays: preset.backupRetentionDays,
        ...mongo,
        ...present(file.mongo ?? {}),
      },
    }),
    ...(redis !== undefined && {
      redis: {
        snapshotRetentionDays: preset.snapshotRetentionDays,
        ...redis,
        ...present(file.redis ?? {}),
      },
    }),
    ...kafkaOf(kafka, file, preset),
  };
}

/** Who runs the blueprint's MongoDB; undefined where it has none. */
export function mongoHostingOf(
  { blueprint, mongo }: Pick<StackFile, "blueprint" | "mongo">,
  { mongoHosting }: Preset,
): MongoHosting | undefined {
  return blueprints[blueprint].stores.mongo === undefined ? undefined : (mongo?.hosting ?? mongoHosting);
}

/** Brokers are run by whom the preset says, which goes by the cloud, unless the stack says. */
function kafkaOf(
  kafka: StoreSizes["kafka"],
  file: StackFile,
  { kafkaHosting: hosting }: Preset,
): Pick<StoreSpecs, "kafka"> {
  return kafka === undefined ? {} : { kafka: { hosting, ...kafka, ...present(file.kafka ?? {}) } };
}

/** The vector database, with the preset's days of backups. */
function vectorsOf(
  vectors: StoreSizes["vectors"],
  file: StackFile,
  { backupRetentionDays }: Preset,
): Pick<StoreSpecs, "vectors"> {
  if (vectors === undefined) return {};
  const said = { version: defaultMilvusVersion, backupRetentionDays } as const;
  return { vectors: { ...said, ...vectors, ...present(file.vectors ?? {}) } };
}

/** A store's settings where the blueprint has no such store would be without effect: that is a mistake. */
export function checkKnownStores({ blueprint, ...file }: StackFile): ConfigProblem[] {
  return optionalStores.flatMap((store) =>
    file[store] === undefined || blueprints[blueprint].stores[store] !== undefined
      ? []
      : [
          {
            key: store,
            expected: `no key where groundwork:blueprint is ${blueprint}, which has no such store`,
            got: show(file[store]),
          },
        ],
  );
}
