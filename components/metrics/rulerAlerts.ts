import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";
import { rulerAccount, rulerSet } from "./thanosRuler";

const job = `job="${rulerAccount}"`;
const hour = 3600;

/**
 * Of who evaluates all other rules, and so evaluated by Prometheus itself, in the shard that scrapes it. By the series' names in
 * their source (thanos-io/thanos v0.42: cmd/thanos/rule.go, pkg/alert/alert.go; prometheus/prometheus: rules/manager.go;
 * kube-state-metrics: docs/metrics/workload/statefulset-metrics.md).
 */
export const rulerAlerts: Readonly<Record<string, AlertRule>> = {
  "thanos-ruler-away": {
    severity: "critical",
    description: "Thanos: no ruler is ready. Nothing alerts but this, and nothing is recorded.",
    expr: `kube_statefulset_status_replicas_ready{namespace="${namespaces.monitoring}", statefulset="${rulerSet}"} == 0`,
    minutes: 2,
  },
  "thanos-ruler-failing": {
    severity: "critical",
    description:
      "Thanos: more than 5 % of a ruler's rules can't be evaluated. What they would alert on nobody is told.",
    expr: `sum by (job, pod) (rate(prometheus_rule_evaluation_failures_total{${job}}[5m])) / (sum by (job, pod) (rate(prometheus_rule_evaluations_total{${job}}[5m])) > 0) > 0.05`,
    minutes: 5,
  },
  "thanos-ruler-idle": {
    severity: "critical",
    description: "Thanos: a ruler has rules and evaluates none.",
    expr: `sum by (job, pod) (rate(prometheus_rule_evaluations_total{${job}}[5m])) == 0 and sum by (job, pod) (thanos_rule_loaded_rules{${job}}) > 0`,
    minutes: 5,
  },
  "thanos-ruler-dropping": {
    severity: "critical",
    description: "Thanos: a ruler's alerts are lost on their way: no Alertmanager takes them.",
    expr: `sum by (job, pod) (rate(thanos_alert_sender_alerts_dropped_total{${job}}[5m])) + sum by (job, pod) (rate(thanos_alert_queue_alerts_dropped_total{${job}}[5m])) > 0`,
    minutes: 5,
  },
  "thanos-ruler-late": {
    severity: "warning",
    description:
      "Thanos: a group of rules takes longer than there is time between two evaluations. Its alerts come late.",
    expr: `prometheus_rule_group_last_duration_seconds{${job}} > prometheus_rule_group_interval_seconds{${job}}`,
  },
  "thanos-ruler-upload": {
    severity: "warning",
    description:
      "Thanos: a ruler has written no block to the archive for six hours. What it recorded is lost with its disk.",
    // a block is written every two hours
    expr: `(time() - process_start_time_seconds{${job}} > ${6 * hour}) unless on (pod) (time() - thanos_objstore_bucket_last_successful_upload_time{${job}} < ${6 * hour})`,
  },
};
