import type { Cloud } from "../cloud";

/** What a machine must give; each cloud answers with its own type of that shape. */
export interface MachineShape {
  readonly vcpus: 2 | 4 | 8 | 16;
  /** Memory, GiB: 4 GiB a vCPU is the general shape, 8 the memory-rich one. */
  readonly memoryGiB: 8 | 16 | 32 | 64 | 128;
  /**
   * Burstable (shared-core credit) machines: cheaper, for stateless services.
   *
   * @default false
   */
  readonly burstable?: boolean;
  /**
   * Family to take on a cloud in place of the one that it would pick, such as `m5` on AWS or `n2` on GCP, for instance
   * because capacity of it is reserved. It must be one of that shape.
   *
   * @default {} - the cloud's own choice
   */
  readonly families?: Readonly<Partial<Record<Cloud, string>>>;
}

/** Kinds of NVIDIA GPUs that both clouds have: T4 (16 GiB of memory of its own) and L4 (24 GiB). */
export const gpuTypes = ["t4", "l4"] as const;
export type GpuType = (typeof gpuTypes)[number];

/** GPUs of a machine. */
export interface Gpus {
  readonly type: GpuType;
  /** How many a machine has: more than one is had of T4, and on GCP, alone. */
  readonly count: 1 | 2 | 4;
}

/** A node's machine. With GPUs it has 4, 8 or 16 vCPUs, and 4 GiB a vCPU. */
export interface NodeMachine extends MachineShape {
  /** @default - none */
  readonly gpu?: Gpus;
}

/** A taint, as Kubernetes writes it. */
export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** How nodes come to a new version: a few more at a time, or a second set beside the first. */
export const upgradeStrategies = ["surge", "blueGreen"] as const;
export type UpgradeStrategy = (typeof upgradeStrategies)[number];

/** A group of like nodes, spread over all zones. Counts are of the whole pool, not of a zone. */
export interface NodePoolArgs {
  readonly machine: NodeMachine;
  /** Fewest nodes, all zones together. */
  readonly minNodes: number;
  /** Nodes at first; the autoscaler owns the number afterwards. */
  readonly initialNodes: number;
  /** Most nodes, all zones together. */
  readonly maxNodes: number;
  /**
   * Root disk, GiB.
   *
   * @default 100, and 200 where the machine has GPUs, whose drivers, libraries and models are large
   */
  readonly diskGiB?: number;
  /**
   * Spot capacity: may be taken away at two minutes' notice (AWS) or 30 seconds' (GCP). Its nodes are labelled, and not
   * tainted: any workload may run there. docs/nodes.md has what happens when one goes.
   *
   * @default false
   */
  readonly spot?: boolean;
  /**
   * `surge` adds a few nodes of the new version at a time, and drains as many old ones. `blueGreen` sets up as many new nodes
   * as there are, drains the old ones one by one, and keeps those for a while, so that an upgrade can be taken back: it takes
   * a quota of twice the nodes, and on GCP, alone, pods have up to a day to end in place of an hour.
   *
   * @default "surge"
   */
  readonly upgradeStrategy?: UpgradeStrategy;
  /** @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Nothing that the platform runs tolerates any: pods are kept apart by the pools' labels. Nodes with GPUs have one more,
   * which those that ask for GPUs tolerate.
   *
   * @default []
   */
  readonly taints?: readonly Taint[];
}

/** What a container asks for to have a GPU, and what nodes with GPUs are tainted by, as GKE does it by itself. */
export const gpuResource = "nvidia.com/gpu";

/** Keeps pods that ask for no GPU away from those nodes, which cost several times as much. */
export const gpuTaint: Taint = { key: gpuResource, value: "present", effect: "NoSchedule" };

/** Label of nodes by how they are paid for, the same on every cloud; those on demand have none. */
export const capacityLabel = "groundwork.dev/capacity";

/** What a pool's entry comes to, on every cloud. */
export function nodeTraits({
  machine: { gpu },
  diskGiB = gpu === undefined ? 100 : 200,
  spot = false,
  labels = {},
  taints = [],
}: NodePoolArgs): Required<Pick<NodePoolArgs, "diskGiB" | "spot" | "labels" | "taints">> {
  return {
    diskGiB,
    spot,
    labels: { ...labels, ...(spot && { [capacityLabel]: "spot" }) },
    taints: [...(gpu === undefined ? [] : [gpuTaint]), ...taints],
  };
}

/** The pool that carries the platform's own pods. */
const platformPool = "system";

/**
 * Refuses pools that no cloud can make, or on which the platform's own pods could not stay.
 *
 * @throws RangeError naming the key, what was expected and what came
 */
export function checkNodePools(nodePools: Readonly<Record<string, NodePoolArgs>>): void {
  for (const [pool, { machine, spot = false }] of Object.entries(nodePools)) {
    const key = `nodePools.${pool}`;
    if (pool === platformPool && spot) {
      throw new RangeError(`${key}.spot: expected false, as the platform's own pods run there, got true`);
    }
    if (machine.gpu === undefined) continue;
    if (pool === platformPool) {
      throw new RangeError(
        `${key}.machine.gpu: expected none, as the platform's own pods run there, got ${machine.gpu.type}`,
      );
    }
    checkGpuMachine(`${key}.machine`, machine, machine.gpu);
  }
}

function checkGpuMachine(
  key: string,
  { vcpus, memoryGiB, burstable = false }: NodeMachine,
  { type, count }: Gpus,
): void {
  if (burstable) throw new RangeError(`${key}.burstable: expected false beside a GPU, got true`);
  if (vcpus === 2 || memoryGiB !== 4 * vcpus) {
    throw new RangeError(
      `${key}: expected 4, 8 or 16 vCPUs and 4 GiB a vCPU beside a GPU, got ${vcpus} vCPUs with ${memoryGiB} GiB`,
    );
  }
  if (type === "l4" && count !== 1) {
    throw new RangeError(`${key}.gpu.count: expected 1 of l4 beside so many vCPUs, got ${count}`);
  }
}

/**
 * Kubernetes minors that both clouds offer in standard support, newest first, each the next one's step. EKS ends that of
 * 1.36 on 2 August 2027, of 1.35 on 27 March 2027 and of 1.34 on 2 December 2026 (`aws eks describe-cluster-versions`,
 * recorded in September 2026); GKE's Regular channel has them since June 2026
 * (https://cloud.google.com/kubernetes-engine/docs/release-notes, current versions: 1.33 to 1.36).
 */
export const kubernetesVersions = ["1.36", "1.35", "1.34"] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];
