import type { AlertRule } from "../platform/alertRules";

/**
 * By the series' names in its source (argoproj/argo-cd: controller/metrics/metrics.go, controller/metrics/clustercollector.go,
 * reposerver/metrics/metrics.go); a job is named after the metrics' Service.
 */
export const argoCdAlerts: Readonly<Record<string, AlertRule>> = {
  "delivery-controller": {
    severity: "warning",
    description: "Argo CD: its controller is not there. What runs runs on; nothing new is deployed.",
    expr: 'absent(up{namespace="argocd", job="argocd-application-controller-metrics"} == 1)',
    minutes: 15,
  },
  "delivery-out-of-sync": {
    severity: "warning",
    description: "An application has differed from its repository for half an hour.",
    expr: 'sum by (name) (argocd_app_info{namespace="argocd", sync_status!="Synced"}) > 0',
    minutes: 30,
  },
  "delivery-unhealthy": {
    severity: "warning",
    description: "What an application deployed is not well, or not there.",
    expr: 'sum by (name) (argocd_app_info{namespace="argocd", health_status=~"Degraded|Missing"}) > 0',
    minutes: 15,
  },
  "delivery-repository": {
    severity: "warning",
    description: "Argo CD can't fetch a repository: what is merged there is not deployed.",
    expr: 'sum by (repo) (increase(argocd_git_fetch_fail_total{namespace="argocd"}[15m])) > 3',
  },
  "delivery-cluster": {
    severity: "warning",
    description: "Argo CD can't read the cluster: it neither sees drift nor deploys.",
    expr: 'min(argocd_cluster_connection_status{namespace="argocd"}) == 0',
    minutes: 15,
  },
};
