import { chart, type Exporter } from "./exporter";

/** Thanos' ruler, where Prometheus is in shards. */
export const thanosRuler: Exporter = {
  source:
    "thanos-io/thanos v0.42: cmd/thanos/rule.go, pkg/alert/alert.go; prometheus/prometheus: rules/group.go; thanos-io/objstore: objstore.go",
  there: ({ monitoring }) => monitoring.thanosRuler?.enabled === true,
  series: {
    prometheus_rule_evaluations_total: ["rule_group", "strategy"],
    prometheus_rule_evaluation_failures_total: ["rule_group", "strategy"],
    prometheus_rule_group_interval_seconds: ["rule_group", "strategy"],
    prometheus_rule_group_last_duration_seconds: ["rule_group", "strategy"],
    thanos_rule_loaded_rules: ["strategy", "file", "group"],
    thanos_alert_queue_alerts_dropped_total: [],
    thanos_alert_sender_alerts_dropped_total: [],
    thanos_objstore_bucket_last_successful_upload_time: ["bucket"],
    process_start_time_seconds: [],
  },
};

/** Thanos' own parts, and the sidecars of Prometheus. */
export const thanos: Exporter = {
  source:
    "thanos-io/thanos v0.42: cmd/thanos/compact.go, cmd/thanos/sidecar.go, pkg/extprom/http/metrics.go; thanos-io/objstore: objstore.go",
  there: chart("thanos"),
  series: {
    thanos_store_nodes_grpc_connections: ["external_labels", "store_type"],
    thanos_compact_halted: [],
    thanos_compact_iterations_total: [],
    thanos_sidecar_prometheus_up: [],
    thanos_objstore_bucket_last_successful_upload_time: ["bucket"],
    thanos_objstore_bucket_operations_total: ["bucket", "operation"],
    thanos_objstore_bucket_operation_failures_total: ["bucket", "operation"],
    http_requests_total: ["code", "handler", "method"],
    process_start_time_seconds: [],
  },
};
