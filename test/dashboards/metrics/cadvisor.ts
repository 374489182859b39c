import type { Exporter } from "./exporter";

/** Containers, by the kubelets; what the chart drops (cAdvisorMetricRelabelings, such as container_spec.*) is not among them. */
export const cadvisor: Exporter = {
  source:
    "google/cadvisor v0.60.5: lib/metrics/prometheus.go, prometheus-community/helm-charts: kube-prometheus-stack/values.yaml",
  there: () => true,
  series: {
    container_cpu_cfs_periods_total: ["id", "image", "name"],
    container_cpu_cfs_throttled_periods_total: ["id", "image", "name"],
    container_cpu_usage_seconds_total: ["cpu", "id", "image", "name"],
    container_memory_rss: ["id", "image", "name"],
    container_memory_working_set_bytes: ["id", "image", "name"],
    container_network_receive_bytes_total: ["id", "image", "name", "interface"],
    container_network_transmit_bytes_total: ["id", "image", "name", "interface"],
  },
};
