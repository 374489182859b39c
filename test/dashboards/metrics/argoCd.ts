import { chart, type Exporter, histogram } from "./exporter";

/** Argo CD. */
export const argoCd: Exporter = {
  source:
    "argoproj/argo-cd v3.5.4: controller/metrics/metrics.go, controller/metrics/clustercollector.go, reposerver/metrics/metrics.go",
  there: chart("argo-cd"),
  series: {
    argocd_app_info: [
      "name",
      "project",
      "autosync_enabled",
      "repo",
      "dest_server",
      "dest_namespace",
      "sync_status",
      "health_status",
      "operation",
      "exported_namespace",
    ],
    ...histogram("argocd_app_reconcile", "dest_server", "exported_namespace"),
    argocd_app_sync_total: ["name", "project", "dest_server", "phase", "dry_run", "exported_namespace"],
    argocd_cluster_connection_status: ["server", "k8s_version"],
    argocd_git_fetch_fail_total: ["repo"],
  },
};
