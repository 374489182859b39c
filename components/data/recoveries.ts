import { type BucketArgs, bucketRecovery } from "./bucket";
import { type KafkaArgs, kafkaRecovery } from "./kafka";
import { mongoRecovery, type MongoSpec } from "./mongo";
import { type MySqlArgs, mysqlRecovery } from "./mysql";
import { type PostgresArgs, postgresRecovery } from "./postgres";
import { queueRecovery, type QueueSpec } from "./queue";
import type { Recovery, RecoveryFacts, RecoveryGoal, RecoveryPlanner } from "./recovery";
import { type RedisArgs, redisRecovery } from "./redis";
import { searchRecovery, type SearchSpec } from "./search";
import type { SpecOf } from "./store";
import { vectorStoreRecovery, type VectorStoreSpec } from "./vectorStore";

/** The stores of a stack, by the names that the blueprint's services use. */
export interface RecoverySpecs {
  readonly postgres?: SpecOf<PostgresArgs>;
  readonly mysql?: SpecOf<MySqlArgs>;
  readonly redis?: SpecOf<RedisArgs>;
  readonly mongo?: MongoSpec;
  readonly kafka?: SpecOf<KafkaArgs>;
  readonly search?: SearchSpec;
  readonly vectors?: VectorStoreSpec;
  readonly bucket: SpecOf<BucketArgs>;
  /** By their own names. */
  readonly queues: Readonly<Record<string, QueueSpec>>;
}

/** How each store comes back from the loss of its region, by its name. */
export function planRecoveries(
  { queues, ...stores }: RecoverySpecs,
  facts: RecoveryFacts,
): Readonly<Record<string, Recovery>> {
  const plan = <Spec>(name: string, spec: Spec | undefined, planner: RecoveryPlanner<Spec>) =>
    spec === undefined ? {} : { [name]: planner(spec, facts) };
  return {
    ...plan("postgres", stores.postgres, postgresRecovery),
    ...plan("mysql", stores.mysql, mysqlRecovery),
    ...plan("redis", stores.redis, redisRecovery),
    ...plan("mongo", stores.mongo, mongoRecovery),
    ...plan("kafka", stores.kafka, kafkaRecovery),
    ...plan("search", stores.search, searchRecovery),
    ...plan("vectors", stores.vectors, vectorStoreRecovery),
    ...plan("bucket", stores.bucket, bucketRecovery),
    ...Object.fromEntries(Object.entries(queues).map(([name, spec]) => [name, queueRecovery(spec, facts)])),
  };
}

/** A store that comes back too late, or with too much lost. */
export interface Shortfall {
  /** Name of the store, as the blueprint has it. */
  readonly store: string;
  readonly objective: keyof RecoveryGoal;
  /** Minutes asked. */
  readonly asked: number;
  /** Minutes that it takes, or that are lost; `Infinity` where nothing bounds them. */
  readonly planned: number;
  readonly recovery: Recovery;
}

/** Every store whose recovery is not what the system asks. */
export function shortfalls(
  goal: RecoveryGoal,
  recoveries: Readonly<Record<string, Recovery>>,
): readonly Shortfall[] {
  return Object.entries(recoveries).flatMap(([store, recovery]) =>
    (["rpoMinutes", "rtoMinutes"] as const).flatMap((objective) => {
      const asked = goal[objective];
      const planned = recovery[objective];
      return asked === undefined || planned <= asked ? [] : [{ store, objective, asked, planned, recovery }];
    }),
  );
}
