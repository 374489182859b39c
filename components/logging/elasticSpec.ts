import type { Redaction } from "./redaction";

/** What a blueprint says of Elasticsearch for its logs; `{}` asks for it as it is. */
export interface ElasticStackSpec {
  /**
   * Log lines of all pods of the cluster before they are indexed, GiB a day: what disks follow from.
   *
   * @default 10 - of some forty pods, each with thirty lines of 100 bytes a second
   */
  readonly gibPerDay?: number;
  /**
   * How long logs are kept, days.
   *
   * @default - as long as Prometheus keeps metrics
   */
  readonly retentionDays?: number;
  /**
   * How long what is kept for an audit is, days; no less than the rest.
   *
   * @default - as long as the stack keeps its other audit logs (`logRetentionDays`)
   */
  readonly auditRetentionDays?: number;
  /**
   * What is taken out of lines before they are indexed.
   *
   * @default `defaultRedactions`
   */
  readonly redact?: readonly Redaction[];
}

/** Where a blueprint does not say. */
export const defaultGiBPerDay = 10;

/** Name of the cluster, from which those of its Services and Secrets are made. */
export const telemetryCluster = "telemetry";

/** What logs are of: each has data streams and a retention of its own. */
export const datasets = ["application", "platform", "audit", "deadletters"] as const;
export type Dataset = (typeof datasets)[number];

/** Data streams of a dataset, of all systems. */
export function streamsOf(dataset: Dataset): string {
  return `logs-${dataset}-*`;
}

/** Users of the cluster beside those of the traces, by what they are for. */
export const elasticUsers = {
  /** Writes lines and reads none. */
  writer: "logstash",
  /** Says what is kept how long, and when snapshots are taken. */
  settings: "settings",
  /** Looks how the nodes are. */
  exporter: "exporter",
  /** Makes Kibana's spaces. */
  spaces: "spaces",
  /** Whose browser shows logs, and not those for an audit. */
  reader: "reader",
  /** Whose browser shows those for an audit, and no other. */
  auditor: "auditor",
  /** Whom Grafana signs in as. */
  grafana: "grafana",
  /** Writes and reads traces. */
  traces: "jaeger",
} as const;

/** One of them. */
export type ElasticUser = (typeof elasticUsers)[keyof typeof elasticUsers];

/** Kibana's spaces by their ids: what each is for, and the data streams that are looked at there. */
export const spaces = {
  logs: { title: "Logs", streams: ["logs-application-*", "logs-platform-*", "logs-deadletters-*"] },
  audit: { title: "Audit", streams: ["logs-audit-*"] },
} as const;
