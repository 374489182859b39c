import type { Cloud } from "../cloud";
import type { NodeMachine } from "../cluster/nodePools";
import type { Room } from "./pods";

/**
 * Most pods of a node. Kubernetes' own limit below 30 vCPUs, which our nodes on EKS are told (prefix delegation has addresses
 * for more on every type that we use), and GKE's default (https://cloud.google.com/kubernetes-engine/quotas, "Pods per node").
 */
export const podsPerNode = 110;

/**
 * Part of a machine's memory that its system never shows to kubelet. AWS: Karpenter's own `vm-memory-overhead-percent`
 * (https://karpenter.sh/docs/reference/settings/, 0.075); nodes of 8 GiB were seen with 6.7 % less, of 16 with 5.2 %
 * (2i2c-org/infrastructure, instance_capacities.yaml: m5.large, m5.xlarge). GCP: n1-standard-2 was seen with 3 % less, larger
 * ones with less than that (the same), and with 3 % the formula below gives what GKE shows of a node of four vCPUs and 16 GiB
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes: 13,498,416 KiB).
 */
const hiddenPart: Readonly<Record<Cloud, number>> = { aws: 0.075, gcp: 0.03 };

/** What kubelet keeps before it evicts pods, MiB: `memory.available` of both clouds. */
const evictionMiB = 100;

/** Parts of a processor that kubelet keeps, of the first, second, third and fourth, and of each more. */
const reservedCpuParts = [0.06, 0.01, 0.005, 0.005] as const;
const reservedCpuPart = 0.0025;

/**
 * CPU that kubelet keeps, millicores, by the same rule on both clouds: 6 % of the first core, 1 % of the second, 0.5 % of the
 * third and fourth, 0.25 % of the others (awslabs/amazon-eks-ami, nodeadm, kubelet's reserved CPU;
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes).
 */
function reservedMillicores(vcpus: number): number {
  return Array.from(
    { length: vcpus },
    (_, core) => 1000 * (reservedCpuParts[core] ?? reservedCpuPart),
  ).reduce((sum, part) => sum + part, 0);
}

/** GKE's steps: a part of each so many MiB (https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes). */
const gkeSteps = [
  { MiB: 4_096, part: 0.25 },
  { MiB: 4_096, part: 0.2 },
  { MiB: 8_192, part: 0.1 },
  { MiB: 114_688, part: 0.06 },
  { MiB: Infinity, part: 0.02 },
] as const;

/**
 * Memory that kubelet keeps, MiB. EKS keeps 255 and 11 for each pod that a node may have (awslabs/amazon-eks-ami, nodeadm,
 * kubelet's reserved memory); GKE a part of what there is.
 */
const reservedMiB: Readonly<Record<Cloud, (seenMiB: number) => number>> = {
  aws: () => 255 + 11 * podsPerNode,
  gcp: (seenMiB) =>
    gkeSteps.reduce(
      ({ left, kept }, { MiB, part }) => ({
        left: Math.max(0, left - MiB),
        kept: kept + part * Math.min(left, MiB),
      }),
      { left: seenMiB, kept: 0 },
    ).kept,
};

/** What a node of that machine has for pods, those of DaemonSets among them. */
export function allocatable(cloud: Cloud, { vcpus, memoryGiB, gpu }: NodeMachine): Room {
  const seenMiB = memoryGiB * 1024 * (1 - hiddenPart[cloud]);
  return {
    cpu: Math.floor(1000 * vcpus - reservedMillicores(vcpus)),
    memoryMiB: Math.floor(seenMiB - reservedMiB[cloud](seenMiB) - evictionMiB),
    pods: podsPerNode,
    gpus: gpu?.count ?? 0,
  };
}
