import type { CollectorConfig } from "./collectorConfig";
import { collectorPorts, ownTelemetry, serverTls } from "./parts";

/** Ports of the part that is asked for traces: the UI with its API, and the same by gRPC. */
export const queryPorts = { http: 16686, grpc: 16685 } as const;

/** Folder with what Elasticsearch knows it by, and the files in it. */
const storage = "/etc/tracing/elasticsearch";
export const storageFiles = {
  folder: storage,
  authority: `${storage}/ca.crt`,
  password: `${storage}/password`,
} as const;

/** What Jaeger knows of Elasticsearch. */
export interface ElasticsearchFacts {
  readonly url: string;
  readonly username: string;
  /** How long traces are kept, days. */
  readonly retentionDays: number;
  /** Whether each shard has a second one on another node. */
  readonly replicated: boolean;
}

/** Name of the one place that traces are kept in. */
const store = "elasticsearch";

/** Answers the kubelet's probes, at `/status`. */
const health = {
  healthcheckv2: { use_v2: true, http: { endpoint: `0.0.0.0:${collectorPorts.health}` } },
} as const;

/**
 * An index a day, of which the oldest are deleted (`esIndexCleaner`): of spans in three shards, which reach for 150 GiB a day
 * at the fifty of each that Elastic advises, and of what services there are in one. The mappings are its own to keep.
 */
function storageExtension({ url, username, retentionDays, replicated }: ElasticsearchFacts): object {
  const replicas = replicated ? 1 : 0;
  return {
    backends: {
      [store]: {
        elasticsearch: {
          server_urls: [url],
          auth: {
            basic: { username, password_file: storageFiles.password, reload_interval: "1m" },
          },
          tls: { ca_file: storageFiles.authority },
          create_mappings: true,
          // traces are looked for as far back as they are kept
          max_span_age: `${retentionDays * 24}h`,
          indices: {
            spans: { shards: 3, replicas },
            services: { shards: 1, replicas },
            dependencies: { shards: 1, replicas },
            sampling: { shards: 1, replicas },
          },
        },
      },
    },
  };
}

/** The part that hears gateways and writes what they say. */
export function collectorConfig(facts: ElasticsearchFacts): CollectorConfig {
  return {
    extensions: { ...health, jaeger_storage: storageExtension(facts) },
    receivers: {
      otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${collectorPorts.grpc}`, tls: serverTls } } },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
      batch: { send_batch_size: 2048, timeout: "1s" },
    },
    exporters: {
      jaeger_storage_exporter: {
        trace_storage: store,
        queue: { num_consumers: 10, queue_size: 500 },
        retry_on_failure: {
          enabled: true,
          initial_interval: "1s",
          max_interval: "30s",
          max_elapsed_time: "5m",
        },
      },
    },
    service: {
      extensions: ["jaeger_storage", ...Object.keys(health)],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: ownTelemetry,
    },
  };
}

/** The part that answers: to people by its UI, and to Grafana. It hears nobody's spans. */
export function queryConfig(facts: ElasticsearchFacts): CollectorConfig {
  return {
    extensions: {
      ...health,
      jaeger_storage: storageExtension(facts),
      jaeger_query: {
        storage: { traces: store },
        http: { endpoint: `0.0.0.0:${queryPorts.http}` },
        grpc: { endpoint: `0.0.0.0:${queryPorts.grpc}` },
      },
    },
    receivers: { nop: {} },
    exporters: { nop: {} },
    service: {
      extensions: ["jaeger_storage", "jaeger_query", ...Object.keys(health)],
      pipelines: { traces: { receivers: ["nop"], exporters: ["nop"] } },
      telemetry: ownTelemetry,
    },
  };
}
