import type { Exporter } from "./exporter";

/** Prometheus of itself and of what it asks. */
export const prometheus: Exporter = {
  source:
    "prometheus/prometheus v3.13: tsdb/head.go, tsdb/db.go, rules/group.go, rules/manager.go, notifier/metric.go; up, scrape_* and ALERTS: docs/concepts/jobs_instances.md, docs/configuration/alerting_rules.md",
  there: () => true,
  series: {
    up: [],
    scrape_samples_post_metric_relabeling: [],
    ALERTS: ["alertname", "alertstate", "severity"],
    prometheus_notifications_errors_total: ["alertmanager"],
    prometheus_notifications_sent_total: ["alertmanager"],
    prometheus_rule_evaluation_failures_total: ["rule_group"],
    prometheus_rule_group_iterations_missed_total: ["rule_group"],
    prometheus_rule_group_last_duration_seconds: ["rule_group"],
    prometheus_rule_group_rules: ["rule_group"],
    prometheus_tsdb_head_samples_appended_total: ["type"],
    prometheus_tsdb_head_series: [],
    prometheus_tsdb_storage_blocks_bytes: [],
  },
};
