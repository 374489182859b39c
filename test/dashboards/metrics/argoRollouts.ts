import { type Exporter, monitor } from "./exporter";

/** Argo Rollouts; the object's namespace is exported_namespace. */
export const argoRollouts: Exporter = {
  source: "argoproj/argo-rollouts v1.10.0: controller/metrics/prommetrics.go",
  there: monitor("argo-rollouts/controller"),
  series: {
    analysis_run_info: ["name", "phase", "exported_namespace"],
    rollout_info: ["name", "strategy", "traffic_router", "phase", "exported_namespace"],
    rollout_info_replicas_available: ["name", "exported_namespace"],
    rollout_info_replicas_desired: ["name", "exported_namespace"],
    rollout_reconcile_error: ["name", "exported_namespace"],
  },
};
