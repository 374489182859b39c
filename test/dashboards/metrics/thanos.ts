import { chart, type Exporter } from "./exporter";

/** Thanos' own parts, and the sidecars of Prometheus. */
export const thanos: Exporter = {
  source:
    "thanos-io/thanos v0.42: cmd/thanos/compact.go, cmd/thanos/sidecar.go, pkg/extprom/http/metrics.go; thanos-io/objstore: objstore.go",
  there: chart("thanos"),
  series: {
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
