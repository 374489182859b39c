import { thresholds } from "../governance/alarms";
import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

/** Free part of a disk below which somebody looks: Elasticsearch gives a node no more shards from 85 % on. */
const leastFree = 0.2;

/** Free part of a disk above which it still takes writes: from 95 % on Elasticsearch takes none (`flood_stage`). */
const floodFree = 0.1;

/** Age of the last snapshot that says that one was missed, seconds: a day and a half. */
const snapshotAgeSeconds = 36 * 3600;

/** Heap in use, a part of 1, from which collections take longer than the work. */
const mostHeap = 0.95;

/** Part of Logstash's queue that says that lines come faster than they are indexed. */
const mostQueued = 0.5;

/** Errors a second, and how many times as many as in the day before, that are no longer one user's. */
const burst = { perSecond: 0.5, times: 5 } as const;

/** Refused sign-ins in five minutes that somebody is guessing, and not forgetting. */
const guesses = 30;

/** Of this Elasticsearch, and not of the index that services use. */
const here = `namespace="${namespaces.logging}"`;

/** What is watched. */
export interface ElasticAlertsArgs {
  readonly nodeCount: number;
  /** Whether logs are in it, or traces alone. */
  readonly hasLogs: boolean;
}

/**
 * Of the nodes, by the exporter's series (prometheus-community/elasticsearch_exporter v1.11.0, collector/cluster_health.go, nodes.go,
 * snapshots.go, ilm.go and indices.go).
 */
export function elasticAlerts({
  nodeCount,
  hasLogs,
}: ElasticAlertsArgs): Readonly<Record<string, AlertRule>> {
  const free = `elasticsearch_filesystem_data_available_bytes{${here}} / elasticsearch_filesystem_data_size_bytes{${here}}`;
  const heap = (series: string) => `elasticsearch_jvm_memory_${series}_bytes{area="heap",${here}}`;
  return {
    "logging-red": {
      severity: "critical",
      description:
        "Logs and traces: a part of an index is on no node. It is not found, and may not be written to.",
      expr: `elasticsearch_cluster_health_status{color="red",${here}} == 1`,
      minutes: 5,
    },
    "logging-nodes": {
      severity: "warning",
      description: "Logs and traces: Elasticsearch has fewer nodes than there should be.",
      expr: `elasticsearch_cluster_health_number_of_nodes{${here}} < ${nodeCount}`,
      minutes: 15,
    },
    "logging-disk": {
      severity: "warning",
      description:
        "Logs and traces: a fifth of a disk is free, or less. More is written than the disks were made for.",
      expr: `${free} < ${leastFree}`,
    },
    "logging-disk-full": {
      severity: "critical",
      description: "Logs and traces: a tenth of a disk is free, or less. Soon nothing more can be written.",
      expr: `${free} < ${floodFree}`,
      minutes: 5,
    },
    "logging-memory": {
      severity: "warning",
      description: "Logs and traces: the heap of a node is full. Searches fail, and the node may go.",
      expr: `${heap("used")} / ${heap("max")} > ${mostHeap}`,
    },
    "logging-cpu": {
      severity: "warning",
      description: "Logs and traces: the processors of a node are busy all the time. Searches are slow.",
      expr: `elasticsearch_process_cpu_percent{${here}} > ${thresholds.storeCpu * 100}`,
      minutes: 30,
    },
    "logging-snapshot": {
      severity: "warning",
      description: "Logs and traces: no snapshot for a day and a half.",
      expr: `time() - max(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${here}}) > ${snapshotAgeSeconds}`,
    },
    "logging-silent": {
      severity: "critical",
      description:
        "Logs and traces: nobody knows how Elasticsearch's nodes are; the exporter does not reach them.",
      expr: `absent(elasticsearch_cluster_health_status{${here}})`,
    },
    ...(hasLogs &&
      ({
        "logging-lifecycle": {
          severity: "warning",
          description:
            "Logs: an index stays where it is, as a step of its retention failed. Disks fill, or what should be gone is kept.",
          expr: `sum by (index) (elasticsearch_ilm_index_status{step="ERROR",${here}}) > 0`,
        },
        "logging-audit-tampering": {
          severity: "critical",
          description:
            "Audit: lines were taken out of an index, or are fewer than an hour before. Nobody has the right to that.",
          // who writes may only add: a document that is deleted, or written again, was so by nobody of ours
          expr: [
            `sum by (index) (elasticsearch_indices_deleted_docs_primary{index=~"\\\\.ds-logs-audit-.*",${here}}) > 0`,
            // an index goes as a whole as its retention ends, and so is not compared with nothing
            `sum by (index) (elasticsearch_indices_docs_primary{index=~"\\\\.ds-logs-audit-.*",${here}}) < sum by (index) (elasticsearch_indices_docs_primary{index=~"\\\\.ds-logs-audit-.*",${here}} offset 1h)`,
          ]
            .map((expr) => `(${expr})`)
            .join(" or "),
          minutes: 0,
        },
      } satisfies Record<string, AlertRule>)),
  };
}

/** What Logstash counts of the lines, and says of itself: names of its series. */
export const lineSeries = {
  errors: "logs_errors_total",
  refused: "logs_refused_total",
  shipped: "logs_shipped_total",
  deadLetters: "logs_dead_letters_total",
  queued: "logstash_queue_bytes",
  queueSize: "logstash_queue_max_bytes",
} as const;

/** Of what lines say, and of what brings them. */
export const lineAlerts: Readonly<Record<string, AlertRule>> = {
  "logging-errors": {
    severity: "warning",
    description: "A service writes far more errors into its log than on the day before.",
    expr: `(sum by (log_namespace, service) (rate(${lineSeries.errors}[5m])) > ${burst.perSecond}) and (sum by (log_namespace, service) (rate(${lineSeries.errors}[5m])) > ${burst.times} * (sum by (log_namespace, service) (rate(${lineSeries.errors}[1d] offset 15m)) or sum by (log_namespace, service) (0 * rate(${lineSeries.errors}[5m]))))`,
    minutes: 5,
  },
  "logging-refused": {
    severity: "warning",
    description: "A service refuses sign-ins one after the other: somebody guesses passwords or tokens.",
    expr: `sum by (log_namespace, service) (increase(${lineSeries.refused}[5m])) > ${guesses}`,
    minutes: 5,
  },
  "logging-queue": {
    severity: "warning",
    description:
      "Logs: half of Logstash's queue is full. Lines come faster than Elasticsearch takes them, and are late.",
    expr: `max by (pod) (${lineSeries.queued}{${here}} / ${lineSeries.queueSize}{${here}}) > ${mostQueued}`,
    minutes: 10,
  },
  "logging-dead-letters": {
    severity: "warning",
    description: "Logs: Elasticsearch refuses lines for what is in them. They are kept as dead letters.",
    expr: `sum(increase(${lineSeries.deadLetters}{${here}}[1h])) > 0`,
  },
  "logging-pipeline": {
    severity: "critical",
    description: "Logs: no Logstash tells how it is. Lines wait on their nodes, until those throw them away.",
    expr: `absent(${lineSeries.queued}{${here}})`,
    minutes: 15,
  },
  "logging-shipper": {
    severity: "warning",
    description: "Logs: Filebeat does not run on some nodes. What is written there is not shipped.",
    expr: `kube_daemonset_status_number_unavailable{namespace="${namespaces.filebeat}"} > 0`,
    minutes: 30,
  },
  "logging-shipper-silent": {
    severity: "warning",
    description: "Logs: of a node nothing arrives any more, though its Filebeat writes a line each minute.",
    // of nodes that are older than the lines may be
    expr: `kube_node_info unless on (node) (sum by (node) (increase(${lineSeries.shipped}[15m])) > 0) unless on (node) (time() - kube_node_created < 1800)`,
    minutes: 15,
  },
};
