import type { Board, Section, Variable } from "./board";

/** What is shown of a store, whoever runs it. */
export interface StoreView {
  /** @default [] */
  readonly variables?: readonly Variable[];
  readonly sections: readonly Section[];
}

/** Stores that have a dashboard, by the names that services use. */
export const shownStores = [
  "postgres",
  "mysql",
  "redis",
  "kafka",
  "mongo",
  "search",
  "vectors",
  "queues",
  "bucket",
] as const;
export type ShownStore = (typeof shownStores)[number];

/**
 * What a cloud's own monitoring tells of the stores that it runs, which no exporter in the cluster does. Each is asked for by
 * the store's logical name, with which the names of all that belongs to it begin.
 */
export type CloudStoreViews = Readonly<
  Record<"postgres" | "mysql" | "redis" | "kafka" | "queues" | "bucket", (name: string) => StoreView>
> & {
  /** @default - the cloud has none of its own */
  readonly search?: (name: string) => StoreView;
};

const stores: Readonly<Record<ShownStore, Pick<Board, "title" | "description" | "runbook">>> = {
  postgres: {
    title: "PostgreSQL",
    description: "Load, connections, disk and replicas of the relational database.",
    runbook: "docs/runbooks/postgres.md",
  },
  mysql: {
    title: "MySQL",
    description: "Load, connections, disk and replicas of the ledger's database.",
    runbook: "docs/runbooks/mysql.md",
  },
  redis: {
    title: "Redis",
    description: "Memory, load and evictions of the cache.",
    runbook: "docs/runbooks/redis.md",
  },
  kafka: {
    title: "Kafka",
    description: "Messages, consumers that are behind, and brokers.",
    runbook: "docs/runbooks/kafka.md",
  },
  mongo: {
    title: "MongoDB",
    description: "The set of nodes, their work and their room.",
    runbook: "docs/runbooks/mongo.md",
  },
  search: {
    title: "Search",
    description: "Health, searches and writes of the search index, and its nodes.",
    runbook: "docs/runbooks/search.md",
  },
  vectors: {
    title: "Vectors",
    description: "Requests, pods and etcd of the vector database.",
    runbook: "docs/runbooks/milvus.md",
  },
  queues: {
    title: "Queues",
    description: "What waits in each queue, since when, and what was put aside.",
    runbook: "docs/runbooks/queue.md",
  },
  bucket: {
    title: "Bucket",
    description: "Requests, failures and size of the bucket.",
    runbook: "docs/runbooks/bucket.md",
  },
};

/** A store's dashboard. */
export function storeBoard(store: ShownStore, { variables = [], sections }: StoreView): Board {
  return {
    uid: `groundwork-${store}`,
    folder: "Stores",
    tags: ["stores", store],
    ...stores[store],
    variables,
    sections,
  };
}
