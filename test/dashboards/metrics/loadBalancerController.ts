import { type Exporter, monitor } from "./exporter";

/** AWS Load Balancer Controller, as every controller that is made with controller-runtime. */
export const loadBalancerController: Exporter = {
  source: "kubernetes-sigs/controller-runtime v0.24.1: pkg/internal/controller/metrics/metrics.go",
  there: monitor("kube-system/aws-load-balancer-controller"),
  series: {
    controller_runtime_reconcile_errors_total: ["controller"],
  },
};
