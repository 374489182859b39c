import { type Exporter, monitor } from "./exporter";

/** Karpenter. */
export const karpenter: Exporter = {
  source:
    "kubernetes-sigs/karpenter v1.14.1: pkg/controllers/{state,provisioning/scheduling,metrics/nodepool}, pkg/cloudprovider/metrics",
  there: monitor("kube-system/karpenter"),
  series: {
    karpenter_cloudprovider_errors_total: ["controller", "method", "provider", "error"],
    karpenter_cluster_state_synced: [],
    karpenter_nodepools_limit: ["nodepool", "resource_type"],
    karpenter_nodepools_usage: ["nodepool", "resource_type"],
    karpenter_scheduler_unschedulable_pods_count: ["controller"],
  },
};
