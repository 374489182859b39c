import type { Cloud } from "../cloud";
import type { NodePoolArgs } from "../cluster/nodePools";
import type { PodGroup } from "./pods";

/** For how many nodes GKE has one more pod of DNS (kube-dns-autoscaler's `nodesPerReplica`). */
const nodesPerDns = 16;

/**
 * Pods of kube-system that a cloud brings along and keeps to no pool. EKS: CoreDNS (the add-on's own 100m and 70 MiB; from two to ten, as
 * its autoscaler is told), the controllers of volumes (six containers of 10m and 40 MiB, kubernetes-sigs/aws-ebs-csi-driver,
 * chart's values) and of snapshots (none asked). GKE (cryptnono/cryptnono#34, a node's list): DNS 260m and 110 MiB, the agents of
 * konnectivity 15m and 60 MiB, and their autoscalers 30m and 20 MiB; what serves metrics and events, for which 100m and 300 MiB
 * are a guess on the safe side.
 */
export function cloudPods(cloud: Cloud, pools: readonly NodePoolArgs[]): readonly PodGroup[] {
  if (pools.length === 0) return [];
  const nodes = (of: "minNodes" | "maxNodes") => pools.reduce((sum, pool) => sum + pool[of], 0);
  const dns = (of: "minNodes" | "maxNodes") => Math.max(2, Math.ceil(nodes(of) / nodesPerDns));
  const group = (
    name: string,
    [cpu, memoryMiB]: readonly [cpu: number, memoryMiB: number],
    min: number,
    max = min,
  ): PodGroup => ({
    name: `kube-system/${name}`,
    each: { cpu, memoryMiB, pods: 1, gpus: 0 },
    min,
    max,
    nodeSelector: {},
  });
  return cloud === "aws"
    ? [
        group("coredns", [100, 70], 2, 10),
        group("ebs-csi-controller", [60, 240], 2),
        group("snapshot-controller", [0, 0], 2),
      ]
    : [
        group("kube-dns", [260, 110], dns("minNodes"), dns("maxNodes")),
        group("konnectivity-agent", [15, 60], dns("minNodes"), 2 * dns("maxNodes")),
        group("autoscalers", [30, 20], 1),
        group("metrics-and-events", [100, 300], 1),
      ];
}
