import { chart, type Exporter } from "./exporter";

/** KEDA; the scaled object's namespace is exported_namespace. */
export const keda: Exporter = {
  source: "kedacore/keda v2.20.2: pkg/metricscollector/prommetrics.go",
  there: chart("keda"),
  series: {
    keda_scaled_object_paused: ["exported_namespace", "scaledObject"],
    keda_scaler_detail_errors_total: [
      "exported_namespace",
      "metric",
      "scaledObject",
      "scaler",
      "triggerIndex",
      "type",
    ],
    keda_scaler_metrics_latency_seconds: [
      "exported_namespace",
      "metric",
      "scaledObject",
      "scaler",
      "triggerIndex",
      "type",
    ],
    keda_scaler_metrics_value: [
      "exported_namespace",
      "metric",
      "scaledObject",
      "scaler",
      "triggerIndex",
      "type",
    ],
  },
};
