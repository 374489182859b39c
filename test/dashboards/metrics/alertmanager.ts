import type { Exporter } from "./exporter";

/** Alertmanager. */
export const alertmanager: Exporter = {
  source: "prometheus/alertmanager v0.33: notify/metrics.go, silence/silence.go, cluster/cluster.go",
  there: () => true,
  series: {
    alertmanager_cluster_members: [],
    alertmanager_notifications_failed_total: ["integration", "reason"],
    alertmanager_notifications_total: ["integration"],
    alertmanager_silences: ["state"],
  },
};
