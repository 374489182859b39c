import type { Exporter } from "./exporter";

/** Volumes of pods, by the kubelets. */
export const kubelet: Exporter = {
  source: "kubernetes/kubernetes v1.35: pkg/kubelet/metrics/collectors/volume_stats.go",
  there: () => true,
  series: {
    kubelet_volume_stats_capacity_bytes: ["persistentvolumeclaim"],
    kubelet_volume_stats_used_bytes: ["persistentvolumeclaim"],
    kubelet_volume_stats_inodes: ["persistentvolumeclaim"],
    kubelet_volume_stats_inodes_used: ["persistentvolumeclaim"],
  },
};
