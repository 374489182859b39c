import { chart, type Exporter } from "./exporter";

const run = "last_successful_run_timestamp_seconds";

/** Loki, and Alloy which sends it lines. */
export const loki: Exporter = {
  source:
    "grafana/loki v3.7.6: pkg/compactor/metrics.go, pkg/ingester, pkg/validation/validate.go, pkg/ruler, dskit's server; grafana/alloy: internal/component/common/loki/client/metrics.go",
  there: chart("loki"),
  series: {
    [`loki_boltdb_shipper_compact_tables_operation_${run}`]: [],
    [`loki_compactor_apply_retention_${run}`]: [],
    loki_discarded_samples_total: ["tenant", "reason"],
    loki_ingester_chunks_flush_failures_total: [],
    loki_ingester_wal_disk_full_failures_total: [],
    loki_prometheus_rule_evaluation_failures_total: ["rule_group"],
    loki_request_duration_seconds_count: ["method", "route", "status_code", "ws"],
    loki_write_dropped_entries_total: ["host", "tenant", "reason"],
    loki_write_sent_entries_total: ["host", "tenant"],
  },
};
