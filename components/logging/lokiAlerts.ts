import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

/** Part of requests that may fail before somebody is told. */
const errorShare = 0.05;

/** Age of the last run of what compacts, and of what deletes, that is too old, seconds: each runs every ten minutes. */
const lateSeconds = 3 * 3600;

/**
 * Loki by its own metrics (grafana/loki 3.7.6: pkg/validation/validate.go, pkg/ingester/metrics.go, pkg/compactor/metrics.go,
 * pkg/ruler/base/manager_metrics.go), and Alloy by its own (grafana/alloy 1.18.1, internal/component/common/loki/client).
 */
export function lokiAlerts(replicas: number): Readonly<Record<string, AlertRule>> {
  const here = `namespace="${namespaces.loki}"`;
  const up = `(sum(up{${here},job="loki"}) or vector(0))`;
  const quorum = Math.floor(replicas / 2) + 1;
  const age = (gauge: string) => `time() - max(${gauge}{${here}}) > ${lateSeconds}`;
  return {
    "loki-unavailable": {
      severity: "critical",
      description: "Loki: too few answer. No line is kept, none is found, and no alert comes from logs.",
      expr: `${up} < ${quorum}`,
      minutes: 5,
    },
    ...(replicas > quorum && {
      "loki-ingester": {
        severity: "warning",
        description: "Loki: one does not answer. With another one away no line is kept.",
        expr: `${up} < ${replicas}`,
        minutes: 15,
      },
    }),
    "loki-errors": {
      severity: "warning",
      description: "Loki: more than one of twenty requests fails.",
      expr:
        `sum by (route) (rate(loki_request_duration_seconds_count{${here},status_code=~"5.."}[5m])) ` +
        `/ sum by (route) (rate(loki_request_duration_seconds_count{${here}}[5m])) > ${errorShare}`,
      minutes: 15,
    },
    "loki-flush": {
      severity: "critical",
      description:
        "Loki: the bucket does not take what is written. It stays in memory and on disks, until those are full.",
      expr: `sum(rate(loki_ingester_chunks_flush_failures_total{${here}}[10m])) > 0`,
      minutes: 30,
    },
    "loki-wal": {
      severity: "critical",
      description: "Loki: a disk is full. What is written is in memory alone.",
      expr: `sum by (pod) (increase(loki_ingester_wal_disk_full_failures_total{${here}}[10m])) > 0`,
      minutes: 5,
    },
    "loki-discarded": {
      severity: "warning",
      description:
        "Loki: lines are refused, for there are too many of them, too many streams, or they are too old.",
      expr: `sum by (tenant, reason) (rate(loki_discarded_samples_total{${here}}[10m])) > 0`,
      minutes: 15,
    },
    "loki-compactor": {
      severity: "warning",
      description: "Loki: the index has not been compacted for three hours. Searches become slow.",
      expr: age("loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds"),
      minutes: 60,
    },
    "loki-retention": {
      severity: "warning",
      description: "Loki: nothing has been deleted for three hours. What is past its days is still there.",
      expr: age("loki_compactor_apply_retention_last_successful_run_timestamp_seconds"),
      minutes: 60,
    },
    "loki-rules": {
      severity: "warning",
      description: "Loki: alerts from logs can't be looked at.",
      expr: `sum by (rule_group) (rate(loki_prometheus_rule_evaluation_failures_total{${here}}[10m])) > 0`,
      minutes: 15,
    },
    "loki-collector": {
      severity: "warning",
      description:
        "Loki: a node has no Alloy that runs. What its pods say stays on the node, and is lost with it.",
      expr: `kube_daemonset_status_number_unavailable{namespace="${namespaces.alloy}"} > 0 or absent(kube_daemonset_status_number_unavailable{namespace="${namespaces.alloy}"})`,
      minutes: 30,
    },
    "loki-dropped": {
      severity: "warning",
      description: "Loki: Alloy has given up sending lines.",
      expr: `sum by (namespace, reason) (rate(loki_write_dropped_entries_total{namespace=~"${namespaces.alloy}|${namespaces.alloyEvents}"}[10m])) > 0`,
      minutes: 5,
    },
    "loki-silent": {
      severity: "critical",
      description: "Loki: no node has sent a line. There are no logs, and no alerts from them.",
      expr: `(sum(rate(loki_write_sent_entries_total{namespace="${namespaces.alloy}"}[10m])) or vector(0)) == 0`,
      minutes: 15,
    },
  };
}
