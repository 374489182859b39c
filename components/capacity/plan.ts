import type { Cloud } from "../cloud";
import type { NodePoolArgs } from "../cluster/nodePools";
import { leastProvisionedVcpus, type NodeProvisioning } from "../cluster/nodeProvisioning";
import { shareOf } from "../cluster/zoneShares";
import type { MonitoringSize } from "../platform/monitoringSize";
import type { PlatformSpec } from "../platform/platformSpec";
import type { WorkloadSpec } from "../workload/spec";
import { allocatable } from "./allocatable";
import { type Fit, fit, type FitPool, type Wanted } from "./fit";
import { capacityOf } from "./clouds";
import { nodeAgents } from "./nodeAgents";
import { platformPods } from "./platformPods";
import { type NodeAgent, plus, type PodGroup, type Room } from "./pods";
import { type ServerlessDemand, serverlessDemand } from "./serverless";
import { servicePods } from "./services";
import { type CapacityStores, storePods } from "./storePods";

/** How much is asked of a system: at rest, ten times that, and as much as its services may grow to. */
export const loads = ["normal", "tenfold", "most"] as const;
export type Load = (typeof loads)[number];

/** What a system is, as far as its pods and their room follow from it. */
export interface CapacityArgs {
  readonly cloud: Cloud;
  /** How many zones the network has. */
  readonly zones: number;
  readonly namespace: string;
  readonly services: Readonly<Record<string, WorkloadSpec>>;
  readonly platform: PlatformSpec;
  readonly monitoring: MonitoringSize;
  readonly highlyAvailable: boolean;
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  /** @default - the pools are all there is */
  readonly nodeProvisioning?: NodeProvisioning;
  /** @default "nodes" */
  readonly podRuntime?: "nodes" | "serverless";
  /** Pool of what keeps metrics, logs and traces. @default "system" */
  readonly telemetryPool?: string;
  /** Pool of Argo CD and Trivy. @default "system" */
  readonly toolsPool?: string;
  readonly stores: CapacityStores;
  /** How long audit logs are kept, days. */
  readonly logRetentionDays: number;
}

/** A pool, what each node of it has, and who is kept to it. */
export interface PoolPlan {
  readonly name: string;
  readonly pool: NodePoolArgs;
  /** What kubelet leaves to pods. */
  readonly allocatable: Room;
  readonly agents: readonly NodeAgent[];
  /** What is left beside the agents. */
  readonly room: Room;
  readonly groups: readonly PodGroup[];
}

/** One case: a load, with all zones or without one. */
export interface CapacityCase {
  readonly load: Load;
  readonly zoneLost: boolean;
  readonly fits: readonly Fit[];
  /** Pods with a volume in the zone that is lost: they wait until it is there again. */
  readonly boundToZone: readonly Wanted[];
  /** Pods whose machines the cloud sizes; undefined where there are none. */
  readonly serverless?: ServerlessDemand;
}

/** A service that cannot grow to ten times what it has at rest. */
export interface Capped {
  readonly service: string;
  readonly min: number;
  readonly max: number;
}

export interface CapacityPlan {
  readonly cloud: Cloud;
  readonly zones: number;
  /** Whether it is promised to go on where a zone is lost. */
  readonly highlyAvailable: boolean;
  readonly pools: readonly PoolPlan[];
  readonly cases: readonly CapacityCase[];
  readonly capped: readonly Capped[];
  /** Pods that no pool has nodes for, whatever their number. */
  readonly unplaced: readonly PodGroup[];
}

/** Name of the nodes made to measure, in place of a pool's. */
export const provisionedNodes = "provisioned";

/** What times the load is at ten times. */
const tenfold = 10;

/** Whether the pods of a system find room, in every case. */
export function planCapacity(args: CapacityArgs): CapacityPlan {
  const { pools, unplaced } = placePods(args);
  const cases = loads.flatMap((load) =>
    (args.zones > 1 ? [false, true] : [false]).map((zoneLost) => caseOf(args, pools, { load, zoneLost })),
  );
  const { cloud, zones, highlyAvailable } = args;
  return { cloud, zones, highlyAvailable, pools, cases, capped: cappedOf(args), unplaced };
}

function cappedOf({ services }: CapacityArgs): readonly Capped[] {
  return Object.entries(services).flatMap(([service, { replicas }]) => {
    const { min, max } = typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
    return max < tenfold * min ? [{ service, min, max }] : [];
  });
}

/** How many of them there are. What stands beside the services grows with them where something scales it. */
function countAt(load: Load, { min, max }: PodGroup): number {
  return { normal: min, tenfold: Math.min(tenfold * min, max), most: max }[load];
}

function caseOf(
  args: CapacityArgs,
  pools: readonly PoolPlan[],
  { load, zoneLost }: Pick<CapacityCase, "load" | "zoneLost">,
): CapacityCase {
  const { cloud, zones } = args;
  const bound = (group: PodGroup) =>
    zoneLost && group.volume === true ? shareOf(countAt(load, group), 0, zones) : 0;
  const groups = pools.flatMap((pool) => pool.groups);
  return {
    load,
    zoneLost,
    fits: pools.map((pool) =>
      fit(
        fitPool(pool, { cloud, zones, zoneLost }),
        pool.groups.map((group) => ({ group, count: countAt(load, group) - bound(group) })),
      ),
    ),
    ...(args.podRuntime === "serverless" && {
      serverless: serverlessDemand(
        cloud,
        serverlessPods(args).map((group) => ({ group, count: countAt(load, group) })),
      ),
    }),
    boundToZone: groups.map((group) => ({ group, count: bound(group) })).filter(({ count }) => count > 0),
  };
}

/**
 * A pool as it is with all zones, or without one of them. On EKS each zone has a group of its own, and the one that is lost is one
 * of those with most nodes; GKE counts the nodes of all zones together, so that the others may have them all; and so do nodes made
 * to measure.
 */
export function fitPool(
  { name, pool: { maxNodes }, room }: Pick<PoolPlan, "name" | "pool" | "room">,
  { cloud, zones, zoneLost }: Pick<CapacityArgs, "cloud" | "zones"> & Pick<CapacityCase, "zoneLost">,
): FitPool {
  const places = Array.from({ length: zones }, (_, place) => place).slice(zoneLost ? 1 : 0);
  const grouped = capacityOf[cloud].groupsByZone && name !== provisionedNodes;
  const zoneNodes = places.map((place) => (grouped ? shareOf(maxNodes, place, zones) : maxNodes));
  const most = grouped ? zoneNodes.reduce((sum, nodes) => sum + nodes, 0) : maxNodes;
  return { name, room, zoneNodes, maxNodes: most };
}

/** Pods of a system whose machines the cloud sizes: on Fargate those of its own namespace, on Autopilot all. */
function serverlessPods(args: CapacityArgs): readonly PodGroup[] {
  return [...servicePods(args), ...(capacityOf[args.cloud].serverless.takesAll ? besidePods(args) : [])];
}

/** The pools, those of the platform's own pods and nodes made to measure among them, with whoever is kept to each; and whom none has nodes for. */
function placePods(args: CapacityArgs): Pick<CapacityPlan, "pools" | "unplaced"> {
  const { cloud, platform } = args;
  const all = nodePoolsOf(args);
  const agents = nodeAgents(cloud, platform, Object.values(all).some(hasGpus));
  const empty = Object.entries(all).map(([name, pool]) => {
    const here = agents.filter(({ gpuNodes = false }) => !gpuNodes || hasGpus(pool));
    const whole = allocatable(cloud, pool.machine);
    return {
      name,
      pool,
      allocatable: whole,
      agents: here,
      room: here.reduce((room, { each }) => plus(room, each, -1), whole),
    };
  });
  const groups = groupsOf(args, all);
  const homes = groups.map((group) => [homeOf(group, all), group] as const);
  const pools = empty.map((pool) => ({
    ...pool,
    groups: homes.filter(([home]) => home === pool.name).map(([, group]) => group),
  }));
  // without any pool the cloud sizes the machines of all
  const unplaced = pools.length === 0 ? [] : homes.filter(([home]) => home === undefined);
  return { pools, unplaced: unplaced.map(([, group]) => group) };
}

function hasGpus({ machine: { gpu } }: NodePoolArgs): boolean {
  return gpu !== undefined;
}

function nodePoolsOf({
  cloud,
  zones,
  nodePools,
  nodeProvisioning,
  podRuntime = "nodes",
}: CapacityArgs): Readonly<Record<string, NodePoolArgs>> {
  if (podRuntime === "serverless") return capacityOf[cloud].serverless.pools(zones);
  return {
    ...nodePools,
    ...(nodeProvisioning !== undefined && { [provisionedNodes]: asPool(nodeProvisioning) }),
  };
}

/**
 * Nodes made to measure as a pool of the smallest of them, of the general shape, as many as the limits let: larger ones have less
 * that kubelet keeps, and a pod that is larger gets one that fits it.
 */
function asPool({ cpuLimit, memoryGiBLimit }: NodeProvisioning): NodePoolArgs {
  const machine = { vcpus: leastProvisionedVcpus, memoryGiB: 16 } as const;
  const maxNodes = Math.floor(Math.min(cpuLimit / machine.vcpus, memoryGiBLimit / machine.memoryGiB));
  return { machine, minNodes: 0, initialNodes: 0, maxNodes };
}

function groupsOf(args: CapacityArgs, pools: Readonly<Record<string, NodePoolArgs>>): readonly PodGroup[] {
  return [
    ...(args.podRuntime === "serverless" ? [] : servicePods(args)),
    ...besidePods(args),
    ...systemPods(args, Object.values(pools)),
  ];
}

/** Pods of kube-system, where there are nodes. */
function systemPods({ cloud }: CapacityArgs, pools: readonly NodePoolArgs[]): readonly PodGroup[] {
  if (pools.length === 0) return [];
  const sumOf = (key: "minNodes" | "maxNodes") => pools.reduce((sum, pool) => sum + pool[key], 0);
  return capacityOf[cloud].systemPods(sumOf("minNodes"), sumOf("maxNodes"));
}

/** What stands beside the services. */
export function besidePods(args: CapacityArgs): readonly PodGroup[] {
  const {
    podRuntime = "nodes",
    nodePools,
    nodeProvisioning,
    telemetryPool = "system",
    toolsPool = "system",
  } = args;
  const systemSelector = nodePools["system"]?.labels ?? {};
  const nodeSelector = nodePools["application"]?.labels ?? {};
  const serverless = podRuntime === "serverless";
  return [
    ...platformPods({
      ...args,
      nodeSelector: systemSelector,
      telemetrySelector: nodePools[telemetryPool]?.labels ?? {},
      toolsSelector: nodePools[toolsPool]?.labels ?? {},
      provisioning: nodeProvisioning !== undefined,
      serverless,
    }),
    ...storePods({ ...args, nodeSelector, systemSelector }),
  ];
}

/**
 * The pool whose nodes a group's pods run on: one that has the labels, without GPUs where it asks for none, and of several the
 * largest; with whatever does not say, it is the largest of all.
 */
function homeOf(
  { nodeSelector, each, provisioned = false }: PodGroup,
  pools: Readonly<Record<string, NodePoolArgs>>,
): string | undefined {
  if (provisioned) return provisionedNodes in pools ? provisionedNodes : undefined;
  const able = Object.entries(pools).filter(
    ([name, { labels = {}, machine, taints = [] }]) =>
      name !== provisionedNodes &&
      taints.length === 0 &&
      (machine.gpu?.count ?? 0) >= each.gpus &&
      (machine.gpu === undefined || each.gpus > 0) &&
      Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
  );
  const sizeOf = ({ machine: { vcpus }, maxNodes }: NodePoolArgs) => vcpus * maxNodes;
  return able.sort(([, one], [, other]) => sizeOf(other) - sizeOf(one))[0]?.[0];
}
