import type { AlertCases } from "../cases";

const ruler = 'job="kube-prometheus-stack-thanos-ruler", pod="thanos-ruler-0"';
const ofRuler = { job: "kube-prometheus-stack-thanos-ruler", pod: "thanos-ruler-0" };
const set = 'namespace="monitoring", statefulset="thanos-ruler-kube-prometheus-stack-thanos-ruler"';
const evaluated = `prometheus_rule_evaluations_total{${ruler}, rule_group="a"}`;
const failed = `prometheus_rule_evaluation_failures_total{${ruler}, rule_group="a"}`;
const loaded = `thanos_rule_loaded_rules{${ruler}, group="a"}`;
const unsent = `thanos_alert_sender_alerts_dropped_total{${ruler}}`;
const unqueued = `thanos_alert_queue_alerts_dropped_total{${ruler}}`;

/** A sidecar of a shard's first replica, as a querier is connected to it. */
const connected = (set: string): string =>
  `thanos_store_nodes_grpc_connections{job="thanos-query", store_type="sidecar", external_labels="{cluster=\\"shop\\", prometheus_replica=\\"${set}-0\\"}"}`;
const first = connected("prometheus-kube-prometheus-stack-prometheus");
const second = connected("prometheus-kube-prometheus-stack-prometheus-shard-1");
const lost = (shard: string) => ({ shard });

/** Of Thanos' ruler, and of Prometheus in two shards. */
export const thanosRuler: AlertCases = {
  "thanos-shard-away": {
    fires: [
      { series: { [first]: "2x20", [second]: "2x2 _x20" }, at: "15m", labels: lost("1") },
      { series: { [first]: "2x2 0x20", [second]: "2x20" }, at: "15m", labels: lost("0") },
    ],
    silent: [
      // one of two replicas
      { series: { [first]: "2x20", [second]: "2x2 1x20" }, at: "15m" },
      // a restart
      { series: { [first]: "2x20", [second]: "2x5 _x2 2x20" }, at: "15m" },
    ],
  },
  "thanos-ruler-away": {
    fires: {
      series: { [`kube_statefulset_status_replicas_ready{${set}}`]: "0x20" },
      at: "5m",
      labels: {
        namespace: "monitoring",
        statefulset: "thanos-ruler-kube-prometheus-stack-thanos-ruler",
      },
    },
    // one of two
    silent: { series: { [`kube_statefulset_status_replicas_ready{${set}}`]: "1x20" }, at: "5m" },
  },
  "thanos-ruler-failing": {
    fires: { series: { [evaluated]: "0+100x30", [failed]: "0+6x30" }, at: "20m", labels: ofRuler },
    silent: [
      { series: { [evaluated]: "0+100x30", [failed]: "0+4x30" }, at: "20m" },
      // it has nothing to evaluate
      { series: { [evaluated]: "7x30", [failed]: "7x30" }, at: "20m" },
    ],
  },
  "thanos-ruler-idle": {
    fires: { series: { [evaluated]: "500x40", [loaded]: "12x40" }, at: "20m", labels: ofRuler },
    silent: [
      { series: { [evaluated]: "0+100x40", [loaded]: "12x40" }, at: "20m" },
      // it has no rules yet
      { series: { [evaluated]: "0x40", [loaded]: "0x40" }, at: "20m" },
    ],
  },
  "thanos-ruler-dropping": {
    fires: [
      { series: { [unsent]: "0+1x30", [unqueued]: "0x30" }, at: "20m", labels: ofRuler },
      { series: { [unsent]: "0x30", [unqueued]: "0+1x30" }, at: "20m", labels: ofRuler },
    ],
    // once, as Alertmanager was replaced
    silent: { series: { [unsent]: "0x5 3x30", [unqueued]: "0x35" }, at: "20m" },
  },
  "thanos-ruler-late": {
    fires: {
      series: {
        [`prometheus_rule_group_last_duration_seconds{${ruler}, rule_group="a"}`]: "12x40",
        [`prometheus_rule_group_interval_seconds{${ruler}, rule_group="a"}`]: "10x40",
      },
      at: "30m",
      labels: { ...ofRuler, rule_group: "a" },
    },
    silent: {
      series: {
        [`prometheus_rule_group_last_duration_seconds{${ruler}, rule_group="a"}`]: "9x40",
        [`prometheus_rule_group_interval_seconds{${ruler}, rule_group="a"}`]: "10x40",
      },
      at: "30m",
    },
  },
  "thanos-ruler-upload": {
    fires: { series: { [`process_start_time_seconds{${ruler}}`]: "0x600" }, at: "7h", labels: ofRuler },
    silent: {
      series: {
        [`process_start_time_seconds{${ruler}}`]: "0x600",
        [`thanos_objstore_bucket_last_successful_upload_time{${ruler}}`]: "10000x600",
      },
      at: "8h",
    },
  },
};
