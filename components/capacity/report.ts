import { type CapacityCase, type CapacityPlan, type Capped, type Load, type PoolPlan } from "./plan";
import type { Fit, Waiting, Wanted } from "./fit";
import { mustFit } from "./refusals";
import { roomKinds } from "./pods";

/** How full a pool is in a case. */
export interface PoolReport {
  readonly pool: string;
  readonly pods: number;
  /** Asked for: millicores, MiB, GPUs. */
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  /** Nodes that the pods take, packed close; those that a pool never has fewer of stand beside them. */
  readonly nodes: number;
  /** Most nodes that the pool may have in this case, of all zones that are there. */
  readonly maxNodes: number;
  /** What is asked for of what the most nodes have, percent, of whatever is asked most of. */
  readonly usedPercent: number;
  readonly scarcest: string;
  /** Pods that find no room, by their names, with how many of each. */
  readonly waiting: Readonly<Record<string, number>>;
}

/** One case. */
export interface CaseReport {
  readonly load: Load;
  readonly zoneLost: boolean;
  /** Whether a stack that does not fit in it is refused. */
  readonly mustFit: boolean;
  readonly pools: readonly PoolReport[];
  /** Pods whose volume is in the zone that is lost, by their names: they are back when the zone is. */
  readonly boundToZone: Readonly<Record<string, number>>;
  /** Pods whose machines the cloud sizes: what they ask for, and what they are given and paid for. */
  readonly serverless?: {
    readonly pods: number;
    readonly cpuMillicores: number;
    readonly memoryMiB: number;
    readonly givenVcpus: number;
    readonly givenGiB: number;
  };
}

/** Whether a stack's pods fit, as data: the output `capacity`. */
export interface CapacityReport {
  readonly pools: readonly {
    readonly pool: string;
    readonly vcpus: number;
    readonly memoryGiB: number;
    readonly minNodes: number;
    readonly initialNodes: number;
    readonly maxNodes: number;
    /** What kubelet leaves of a node. */
    readonly allocatable: { readonly cpuMillicores: number; readonly memoryMiB: number };
    /** What of that is left beside what runs on each node. */
    readonly room: {
      readonly cpuMillicores: number;
      readonly memoryMiB: number;
      readonly pods: number;
      readonly gpus: number;
    };
    /** Whether its fewest nodes are enough at rest. */
    readonly fitsUnscaled: boolean;
  }[];
  readonly cases: readonly CaseReport[];
  /** Services that can't grow to ten times what they have at rest. */
  readonly capped: readonly Capped[];
}

/** The plan as data. */
export function reportCapacity(plan: CapacityPlan): CapacityReport {
  return {
    pools: plan.pools.map((pool) => poolOf(pool, plan)),
    cases: plan.cases.map((each) => caseOf(each, plan)),
    capped: plan.capped,
  };
}

function poolOf(
  { name, pool: { machine, minNodes, initialNodes, maxNodes }, allocatable, room }: PoolPlan,
  { cases }: CapacityPlan,
): CapacityReport["pools"][number] {
  const [atRest] = cases;
  const found = atRest?.fits.find(({ pool }) => pool.name === name);
  return {
    pool: name,
    vcpus: machine.vcpus,
    memoryGiB: machine.memoryGiB,
    minNodes,
    initialNodes,
    maxNodes,
    allocatable: { cpuMillicores: allocatable.cpu, memoryMiB: allocatable.memoryMiB },
    room: { cpuMillicores: room.cpu, memoryMiB: room.memoryMiB, pods: room.pods, gpus: room.gpus },
    fitsUnscaled: found !== undefined && found.waiting.length === 0 && sum(found.nodes) <= minNodes,
  };
}

function caseOf(each: CapacityCase, plan: CapacityPlan): CaseReport {
  const { load, zoneLost, fits, boundToZone, serverless } = each;
  return {
    load,
    zoneLost,
    mustFit: mustFit(plan, each),
    pools: fits.map(fitOf),
    boundToZone: counted(boundToZone),
    ...(serverless !== undefined && {
      serverless: {
        pods: serverless.pods,
        cpuMillicores: serverless.cpu,
        memoryMiB: Math.round(serverless.memoryMiB),
        givenVcpus: rounded(serverless.given.vcpus),
        givenGiB: rounded(serverless.given.memoryGiB),
      },
    }),
  };
}

function fitOf({ pool: { name, room, maxNodes }, asked, nodes, waiting }: Fit): PoolReport {
  const parts = roomKinds
    .filter((kind) => asked[kind] > 0)
    .map((kind) => ({ kind, part: asked[kind] / (maxNodes * room[kind]) }))
    .sort((one, other) => other.part - one.part);
  return {
    pool: name,
    pods: asked.pods,
    cpuMillicores: asked.cpu,
    memoryMiB: Math.round(asked.memoryMiB),
    gpus: asked.gpus,
    nodes: sum(nodes),
    maxNodes,
    usedPercent: Math.round(100 * (parts[0]?.part ?? 0)),
    scarcest: { cpu: "CPU", memoryMiB: "memory", pods: "pods", gpus: "GPUs" }[parts[0]?.kind ?? "cpu"],
    waiting: counted(waiting),
  };
}

function counted(pods: readonly (Waiting | Wanted)[]): Record<string, number> {
  return Object.fromEntries(pods.map(({ group: { name }, count }) => [name, count]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function rounded(number: number): number {
  return Math.round(100 * number) / 100;
}
