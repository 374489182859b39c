import type { AlertCases } from "../cases";

const available = (namespace: string, deployment: string): string =>
  `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${deployment}"}`;
const operator = available("keda", "keda-operator");
const adapter = available("keda", "keda-operator-metrics-apiserver");
const scaled = 'namespace="keda", exported_namespace="shop", scaledObject="worker"';

export const keda: AlertCases = {
  "scaling-down": {
    fires: [
      {
        series: { [operator]: "2x4 0x20", [adapter]: "2x30" },
        at: "15m",
        labels: { namespace: "keda", deployment: "keda-operator" },
      },
      {
        series: { [operator]: "2x30", [adapter]: "2x4 stale" },
        at: "15m",
        labels: { namespace: "keda", deployment: "keda-operator-metrics-apiserver" },
      },
    ],
    silent: { series: { [operator]: "2x4 0x8 1x9", [adapter]: "2x30" }, at: "15m" },
  },
  "scaling-uncounted": {
    fires: {
      series: { [`keda_scaler_detail_errors_total{${scaled}, scaler="kafkaScaler"}`]: "0x4 1+1x40" },
      at: "25m",
      labels: { exported_namespace: "shop", scaledObject: "worker", scaler: "kafkaScaler" },
    },
    silent: {
      series: { [`keda_scaler_detail_errors_total{${scaled}, scaler="kafkaScaler"}`]: "0x4 1+1x8 9x20" },
      at: "25m",
    },
  },
  "scaling-paused": {
    fires: {
      series: { [`keda_scaled_object_paused{${scaled}}`]: "0x4 1x70" },
      at: "65m",
      labels: { exported_namespace: "shop", scaledObject: "worker" },
    },
    silent: { series: { [`keda_scaled_object_paused{${scaled}}`]: "0x4 1x58 0x9" }, at: "65m" },
  },
};

const recommenderPods = available("vpa", "vertical-pod-autoscaler-recommender");
const responses = (isError: string): string =>
  `vpa_recommender_metric_server_responses{namespace="vpa", is_error="${isError}"}`;

export const recommender: AlertCases = {
  "sizing-down": {
    fires: {
      series: { [recommenderPods]: "1x4 0x70" },
      at: "65m",
      labels: { namespace: "vpa", deployment: "vertical-pod-autoscaler-recommender" },
    },
    silent: { series: { [recommenderPods]: "1x4 0x58 1x9" }, at: "65m" },
  },
  "sizing-blind": {
    // it asks every minute
    fires: { series: { [responses("true")]: "0+1x120", [responses("false")]: "0x120" }, at: "80m" },
    silent: { series: { [responses("true")]: "0 0+1x9 10x120", [responses("false")]: "0+1x120" }, at: "80m" },
  },
};
