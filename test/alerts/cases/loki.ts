import type { AlertCases } from "../cases";

const up = (values: string): Readonly<Record<string, string>> => ({
  'up{namespace="loki",job="loki",pod="loki-0"}': "1x240",
  'up{namespace="loki",job="loki",pod="loki-1"}': "1x240",
  'up{namespace="loki",job="loki",pod="loki-2"}': values,
});

const compacted = "loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds";
const deleted = "loki_compactor_apply_retention_last_successful_run_timestamp_seconds";
/** As it is in the one that compacts, and in those that do not. */
const lastRun = (gauge: string, values: string): Readonly<Record<string, string>> => ({
  [`${gauge}{namespace="loki",pod="loki-0"}`]: values,
  [`${gauge}{namespace="loki",pod="loki-1"}`]: "0x400",
});

const requests = (failed: string): Readonly<Record<string, string>> => ({
  'loki_request_duration_seconds_count{namespace="loki",route="loki_api_v1_push",status_code="204"}':
    "0+100x120",
  'loki_request_duration_seconds_count{namespace="loki",route="loki_api_v1_push",status_code="500"}': failed,
});

const flush = 'loki_ingester_chunks_flush_failures_total{namespace="loki",pod="loki-0"}';
const full = 'loki_ingester_wal_disk_full_failures_total{namespace="loki",pod="loki-0"}';
const discarded =
  'loki_discarded_samples_total{namespace="loki",pod="loki-0",tenant="platform",reason="rate_limited"}';
const rules = 'loki_prometheus_rule_evaluation_failures_total{namespace="loki",rule_group="logs"}';
const missing = 'kube_daemonset_status_number_unavailable{namespace="alloy",daemonset="alloy"}';
const dropped = 'loki_write_dropped_entries_total{namespace="alloy",pod="alloy-1",reason="ingester_error"}';
const sent = 'loki_write_sent_entries_total{namespace="alloy",pod="alloy-1"}';

/** Of Loki and of what sends it lines. */
export const loki: AlertCases = {
  "loki-unavailable": {
    fires: [
      { at: "10m" },
      {
        series: { ...up("0x60"), 'up{namespace="loki",job="loki",pod="loki-1"}': "0x60" },
        at: "10m",
        where: "< 2",
      },
    ],
    silent: [
      { series: up("0x60"), at: "30m", where: "< 2" },
      { series: up("1x60"), at: "30m" },
    ],
  },
  "loki-ingester": {
    fires: { series: up("0x60"), at: "20m" },
    silent: [
      { series: up("1x60"), at: "30m" },
      // being replaced
      { series: up("1x10 0x10 1x40"), at: "40m" },
    ],
  },
  "loki-errors": {
    fires: { series: requests("0+6x120"), at: "30m", labels: { route: "loki_api_v1_push" } },
    silent: { series: requests("0+5x120"), at: "30m" },
  },
  "loki-flush": {
    fires: { series: { [flush]: "0+1x120" }, at: "45m" },
    silent: [
      { series: { [flush]: "0x120" }, at: "90m" },
      { series: { [flush]: "0x10 0+1x5 5x100" }, at: "40m" },
    ],
  },
  "loki-wal": {
    fires: { series: { [full]: "0x10 0+1x60" }, at: "30m", labels: { pod: "loki-0" } },
    silent: { series: { [full]: "5x120" }, at: "60m" },
  },
  "loki-discarded": {
    fires: {
      series: { [discarded]: "0+10x60" },
      at: "30m",
      labels: { tenant: "platform", reason: "rate_limited" },
    },
    silent: [
      { series: { [discarded]: "40x60" }, at: "60m" },
      { series: { [discarded]: "0x20 10x60" }, at: "34m" },
    ],
  },
  "loki-compactor": {
    fires: [
      { series: lastRun(compacted, "600x300"), at: "4h30m" },
      { series: lastRun(compacted, "0x300"), at: "4h30m" },
    ],
    silent: { series: lastRun(compacted, "0+60x300"), at: "5h" },
  },
  "loki-retention": {
    fires: { series: lastRun(deleted, "600x300"), at: "4h30m" },
    silent: { series: lastRun(deleted, "0+60x300"), at: "5h" },
  },
  "loki-rules": {
    fires: { series: { [rules]: "0+1x60" }, at: "30m", labels: { rule_group: "logs" } },
    silent: { series: { [rules]: "7x60" }, at: "60m" },
  },
  "loki-collector": {
    fires: [
      {
        series: { [missing]: "1x90" },
        at: "45m",
        labels: { namespace: "alloy", daemonset: "alloy" },
      },
      { at: "45m", labels: { namespace: "alloy" } },
    ],
    // a release takes them from a tenth of the nodes for some minutes
    silent: { series: { [missing]: "0x10 2x15 0x60" }, at: "60m" },
  },
  "loki-dropped": {
    fires: {
      series: { [dropped]: "0+5x60" },
      at: "20m",
      labels: { namespace: "alloy", reason: "ingester_error" },
    },
    silent: { series: { [dropped]: "12x60" }, at: "60m" },
  },
  "loki-silent": {
    fires: [{ at: "30m" }, { series: { [sent]: "100x60" }, at: "40m" }],
    silent: { series: { [sent]: "0+10x60" }, at: "60m" },
  },
};
