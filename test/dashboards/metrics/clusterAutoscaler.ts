import { type Exporter, monitor } from "./exporter";

/** Cluster Autoscaler, which EKS leaves to the cluster. */
export const clusterAutoscaler: Exporter = {
  source:
    "kubernetes/autoscaler cluster-autoscaler-1.34.5, -1.35.2 and -1.36.1: cluster-autoscaler/metrics/metrics.go",
  there: monitor("kube-system/cluster-autoscaler"),
  series: {
    cluster_autoscaler_errors_total: ["type"],
    cluster_autoscaler_failed_scale_ups_total: ["reason"],
    cluster_autoscaler_last_activity: ["activity"],
  },
};
