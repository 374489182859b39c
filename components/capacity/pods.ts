import type { ComputeQuantity } from "../platform/namespace";
import { bytes, millicores } from "../workload/quantity";

/** What pods ask for, or a node has for them. */
export interface Room {
  /** CPU, millicores. */
  readonly cpu: number;
  /** Memory, MiB. */
  readonly memoryMiB: number;
  /** How many pods. */
  readonly pods: number;
  readonly gpus: number;
}

/** What a kind of room is called, by its key, and in what it is counted. */
export const roomKinds = ["cpu", "memoryMiB", "pods", "gpus"] as const satisfies readonly (keyof Room)[];
export type RoomKind = (typeof roomKinds)[number];

/**
 * Most pods of a node. Kubernetes' own limit below 30 vCPUs, which our nodes on EKS are told (prefix delegation has addresses
 * for more on every type that we use), and GKE's default (https://cloud.google.com/kubernetes-engine/quotas, "Pods per node").
 */
export const podsPerNode = 110;

export const noRoom: Room = { cpu: 0, memoryMiB: 0, pods: 0, gpus: 0 };

/** The sum, or with a negative factor the difference. */
export function plus(room: Room, other: Room, times = 1): Room {
  return {
    cpu: room.cpu + times * other.cpu,
    memoryMiB: room.memoryMiB + times * other.memoryMiB,
    pods: room.pods + times * other.pods,
    gpus: room.gpus + times * other.gpus,
  };
}

/** Whether there is as much of each. */
export function hasRoom(room: Room, ask: Room): boolean {
  return roomKinds.every((kind) => ask[kind] <= room[kind]);
}

/** What one pod with these containers asks for. */
export function podOf(...containers: readonly ComputeQuantity[]): Room {
  return containers.reduce<Room>(
    (sum, { cpu, memory }) => ({
      ...sum,
      cpu: sum.cpu + millicores(cpu, "cpu"),
      memoryMiB: sum.memoryMiB + bytes(memory, "memory") / 2 ** 20,
    }),
    { ...noRoom, pods: 1 },
  );
}

/** Pods that are alike. */
export interface PodGroup {
  /** Namespace and name of what makes them, such as `vault/vault`. */
  readonly name: string;
  /** What one asks for. */
  readonly each: Room;
  /** How many there are at least. */
  readonly min: number;
  /** How many there are at most: more than at least where something scales them by load. */
  readonly max: number;
  /** Labels of the nodes that they are kept to; of any where there are none. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /**
   * `required`: a zone has at most one more than another that has nodes, and a pod that would break that waits (Kubernetes,
   * topology spread, `DoNotSchedule`, `maxSkew` 1). Zones whose nodes are lost do not count, as `nodeTaintsPolicy` is `Honor`.
   *
   * @default "preferred" - evenly where there is room
   */
  readonly zones?: "required" | "preferred";
  /**
   * No two are on a node.
   *
   * @default false
   */
  readonly apart?: boolean;
  /**
   * Each has a volume, and with it stays in the zone where it began.
   *
   * @default false
   */
  readonly volume?: boolean;
  /**
   * How important they are, as their priority classes are in order: 0 before all others.
   *
   * @default 0 - the platform's own
   */
  readonly rank?: number;
  /**
   * They run on nodes made to measure.
   *
   * @default false
   */
  readonly provisioned?: boolean;
  /**
   * Set where the system's load says how many there are: its own services.
   *
   * @default - it stands beside them
   */
  readonly service?: string;
}

/** A DaemonSet, or what a cloud runs of them: what its pods on one node ask for. */
export interface NodeAgent {
  readonly name: string;
  readonly each: Room;
  /**
   * Only on nodes with GPUs.
   *
   * @default false
   */
  readonly gpuNodes?: boolean;
}

/** A node's agent by what it asks for: CPU in millicores, memory in MiB. */
export function agent(name: string, cpu: number, memoryMiB: number, pods = 1): NodeAgent {
  return { name, each: { cpu, memoryMiB, pods, gpus: 0 } };
}

/** Pods of kube-system that are kept to no pool, by what each asks for: CPU in millicores, memory in MiB. */
export function systemGroup(
  name: string,
  [cpu, memoryMiB]: readonly [cpu: number, memoryMiB: number],
  min: number,
  max = min,
): PodGroup {
  return {
    name: `kube-system/${name}`,
    each: { cpu, memoryMiB, pods: 1, gpus: 0 },
    min,
    max,
    nodeSelector: {},
  };
}
