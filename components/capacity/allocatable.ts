import type { Cloud } from "../cloud";
import type { NodeMachine } from "../cluster/nodePools";
import { capacityOf } from "./clouds";
import { podsPerNode, type Room } from "./pods";

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

/** What a node of that machine has for pods, those of DaemonSets among them. */
export function allocatable(cloud: Cloud, { vcpus, memoryGiB, gpu }: NodeMachine): Room {
  const { hiddenPart, reservedMiB } = capacityOf[cloud];
  const seenMiB = memoryGiB * 1024 * (1 - hiddenPart);
  return {
    cpu: Math.floor(1000 * vcpus - reservedMillicores(vcpus)),
    memoryMiB: Math.floor(seenMiB - reservedMiB(seenMiB) - evictionMiB),
    pods: podsPerNode,
    gpus: gpu?.count ?? 0,
  };
}
