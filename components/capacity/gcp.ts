import type { CloudCapacity, ServerlessSize } from "./clouds";
import { agent, systemGroup } from "./pods";

/** GKE's steps: a part of each so many MiB (https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes). */
const gkeSteps = [
  { MiB: 4_096, part: 0.25 },
  { MiB: 4_096, part: 0.2 },
  { MiB: 8_192, part: 0.1 },
  { MiB: 114_688, part: 0.06 },
  { MiB: Infinity, part: 0.02 },
] as const;

/**
 * Memory for each CPU that Autopilot's general-purpose nodes take, GiB; it raises what is below and adds CPU for more
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests).
 */
const autopilotGiBPerCpu = { least: 1, most: 6.5 } as const;

/** The most of each that a pod may ask Autopilot's general-purpose nodes for (the same): vCPUs, and GiB. */
const autopilotMost = { vcpus: 30, memoryGiB: 110 } as const;

function autopilotSize(vcpus: number, memoryGiB: number): ServerlessSize | undefined {
  const size = {
    vcpus: Math.max(vcpus, memoryGiB / autopilotGiBPerCpu.most),
    memoryGiB: Math.max(memoryGiB, vcpus * autopilotGiBPerCpu.least),
  };
  return size.vcpus <= autopilotMost.vcpus && size.memoryGiB <= autopilotMost.memoryGiB ? size : undefined;
}

/** For how many nodes GKE has one more pod of DNS (kube-dns-autoscaler's `nodesPerReplica`). */
const nodesPerDns = 16;

/** Pods of DNS on that many nodes. */
function dnsOf(nodes: number): number {
  return Math.max(2, Math.ceil(nodes / nodesPerDns));
}

/** Capacity of GKE, and of Autopilot for pods without nodes. */
export const gcpCapacity: CloudCapacity = {
  /*
   * n1-standard-2 was seen with 3 % less, larger ones with less than that (2i2c-org/infrastructure, instance_capacities.yaml), and
   * with 3 % the steps give what GKE shows of a node of four vCPUs and 16 GiB
   * (https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes: 13,498,416 KiB).
   */
  hiddenPart: 0.03,
  reservedMiB: (seenMiB) =>
    gkeSteps.reduce(
      ({ left, kept }, { MiB, part }) => ({
        left: Math.max(0, left - MiB),
        kept: kept + part * Math.min(left, MiB),
      }),
      { left: seenMiB, kept: 0 },
    ).kept,
  /*
   * The most that was seen of its DaemonSets together, NVIDIA's plugin among them (2i2c-org/infrastructure#4131: 454m and 656 MiB);
   * what each of them asks for Google changes with its versions.
   */
  nodeAgents: [agent("kube-system", 454, 656, 9)],
  /*
   * From a node's list (cryptnono/cryptnono#34): DNS 260m and 110 MiB, the agents of konnectivity 15m and 60 MiB, and their
   * autoscalers 30m and 20 MiB; what serves metrics and events, for which 100m and 300 MiB are a guess on the safe side.
   */
  systemPods: (minNodes, maxNodes) => [
    systemGroup("kube-dns", [260, 110], dnsOf(minNodes), dnsOf(maxNodes)),
    systemGroup("konnectivity-agent", [15, 60], dnsOf(minNodes), 2 * dnsOf(maxNodes)),
    systemGroup("autoscalers", [30, 20], 1),
    systemGroup("metrics-and-events", [100, 300], 1),
  ],
  addedPods: () => [],
  // GKE counts the nodes of all zones together
  groupsByZone: false,
  hasSearch: false,
  backsUpMongo: false,
  serverless: { size: autopilotSize, takesAll: true, pools: () => ({}) },
};
