import type { Exporter } from "./exporter";

/** Labels of nodes, of which kube-state-metrics tells those that its values allow. */
export const nodeLabels: Exporter = {
  source:
    "kubernetes/kube-state-metrics v2.20.0: docs/metrics/cluster/node-metrics.md, --metric-labels-allowlist",
  there: ({ monitoring }) =>
    monitoring["kube-state-metrics"].metricLabelsAllowlist.some((allowed) =>
      allowed.includes("node.kubernetes.io/instance-type"),
    ),
  series: {
    kube_node_labels: ["node", "label_node_kubernetes_io_instance_type"],
  },
};
