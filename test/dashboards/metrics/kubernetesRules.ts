import type { Exporter } from "./exporter";

/** What the chart records of pods. */
export const kubernetesRules: Exporter = {
  source:
    "prometheus-community/helm-charts kube-prometheus-stack 88.5.3: templates/prometheus/rules-1.14/k8s.rules.container-*.yaml",
  there: ({ monitoring }) => monitoring.defaultRules.rules["k8sContainerResource"] !== false,
  series: {
    "namespace_cpu:kube_pod_container_resource_requests:sum": [],
    "namespace_memory:kube_pod_container_resource_requests:sum": [],
  },
};
