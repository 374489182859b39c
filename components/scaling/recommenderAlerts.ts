import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

/** Series of its Deployment in kube-state-metrics, which is there while its pods are not. */
const available = `kube_deployment_status_replicas_available{namespace="${namespaces.vpa}",deployment="vertical-pod-autoscaler-recommender"}`;

/**
 * What is worth an alert, by the series' names in its source (kubernetes/autoscaler, pkg/utils/metrics/recommender of 1.7.1).
 * Nobody is woken: pods go on with what they ask for.
 */
export const recommenderAlerts: Readonly<Record<string, AlertRule>> = {
  "sizing-down": {
    severity: "warning",
    description: "Sizing: nobody recommends how much CPU and memory workloads should ask for.",
    expr: `${available} == 0 or absent(${available})`,
    minutes: 60,
  },
  "sizing-blind": {
    severity: "warning",
    description: "Sizing: the recommender is not told what pods use; what it recommends gets old.",
    expr: 'sum(increase(vpa_recommender_metric_server_responses{is_error="true"}[30m])) > 10',
    minutes: 60,
  },
};
