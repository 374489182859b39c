import type { AlertRule } from "../platform/alertRules";
import { sidecarService } from "./archivingPrometheus";

/** Jobs, which are named after the Services that are scraped. */
const jobs = {
  sidecar: sidecarService,
  query: "thanos-query",
  store: "thanos-storegateway",
  compactor: "thanos-compactor",
} as const;

const hour = 3600;

/** Part of a bucket's operations that fail, where there are any. */
const failing = (job: string): string =>
  `sum by (job) (rate(thanos_objstore_bucket_operation_failures_total{job="${job}"}[15m])) / (sum by (job) (rate(thanos_objstore_bucket_operations_total{job="${job}"}[15m])) > 0)`;

/**
 * None wakes anybody: Prometheus has thirty days on its own disk, and alerts from there; what wakes where it is in shards is in
 * `rulerAlerts` and `shardAlerts`. By the series' names in their source
 * (thanos-io/thanos v0.42: cmd/thanos/compact.go, cmd/thanos/sidecar.go; thanos-io/objstore, objstore.go).
 */
export const thanosAlerts: Readonly<Record<string, AlertRule>> = {
  "thanos-upload": {
    severity: "warning",
    description:
      "Thanos: a Prometheus has written no block to the archive for six hours. What it has is lost with its disk.",
    // a block is written every two hours
    expr: `(time() - process_start_time_seconds{job="${jobs.sidecar}"} > ${6 * hour}) unless on (pod) (time() - thanos_objstore_bucket_last_successful_upload_time{job="${jobs.sidecar}"} < ${6 * hour})`,
  },
  "thanos-sidecar": {
    severity: "warning",
    description:
      "Thanos: a sidecar can't reach its Prometheus, whose newest samples are in no query over all.",
    expr: `thanos_sidecar_prometheus_up{job="${jobs.sidecar}"} == 0`,
  },
  "thanos-compactor-halted": {
    severity: "warning",
    description:
      "Thanos: the compactor has stopped for good. Nothing is made smaller, and nothing that is old is deleted.",
    expr: `thanos_compact_halted{job="${jobs.compactor}"} == 1`,
    minutes: 5,
  },
  "thanos-compactor-late": {
    severity: "warning",
    description: "Thanos: the compactor has not come to the end of its work for a day.",
    expr: `increase(thanos_compact_iterations_total{job="${jobs.compactor}"}[1d]) == 0`,
    minutes: 120,
  },
  "thanos-bucket": {
    severity: "warning",
    description: "Thanos: more than 5 % of what the store gateways ask of the archive fails.",
    expr: `${failing(jobs.store)} > 0.05`,
  },
  "thanos-query": {
    severity: "warning",
    description: "Thanos: more than 5 % of the queries over all of Prometheus and the archive fail.",
    expr: `sum by (job) (rate(http_requests_total{code=~"5..", job="${jobs.query}", handler=~"query|query_range"}[15m])) / (sum by (job) (rate(http_requests_total{job="${jobs.query}", handler=~"query|query_range"}[15m])) > 0) > 0.05`,
  },
  "thanos-away": {
    severity: "warning",
    description: "Thanos: nothing answers queries, reads the archive or compacts it.",
    expr: [jobs.query, jobs.store, jobs.compactor].map((job) => `absent(up{job="${job}"} == 1)`).join(" or "),
  },
};
