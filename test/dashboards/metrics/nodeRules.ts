import type { Exporter } from "./exporter";

/** What the chart records of its own node exporter. */
export const nodeRules: Exporter = {
  source:
    "prometheus-community/helm-charts kube-prometheus-stack 88.5.3: templates/prometheus/rules-1.14/node-exporter.rules.yaml",
  there: ({ monitoring }) =>
    monitoring.nodeExporter?.enabled !== false &&
    monitoring.defaultRules.rules["nodeExporterRecording"] !== false,
  series: {
    "instance:node_cpu_utilisation:rate5m": [],
    "instance:node_load1_per_cpu:ratio": [],
    "instance:node_memory_utilisation:ratio": [],
    "instance:node_network_receive_bytes_excluding_lo:rate5m": [],
    "instance:node_network_receive_drop_excluding_lo:rate5m": [],
    "instance:node_network_transmit_bytes_excluding_lo:rate5m": [],
    "instance_device:node_disk_io_time_seconds:rate5m": ["device"],
  },
};
