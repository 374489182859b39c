import type { Blueprint } from "../blueprints/blueprint";
import { type CapacityPlan, type Load, planCapacity, provisionedNodes } from "../components/capacity/plan";
import { type Refusal, refusals, unsizable } from "../components/capacity/refusals";
import type { PodGroup, Room, RoomKind } from "../components/capacity/pods";
import { type CapacityReport, reportCapacity } from "../components/capacity/report";
import type { CompleteFile } from "./complete";
import type { ConfigProblem } from "./errors";
import type { StoreSpecs } from "./stores";

/** What is wrong, and how full the nodes are. Asked of a configuration with which nothing else is wrong. */
export function judgeCapacity(
  file: CompleteFile,
  blueprint: Blueprint,
  stores: StoreSpecs,
): { readonly problems: readonly ConfigProblem[]; readonly report: CapacityReport } {
  const plan = capacityOf(file, blueprint, stores);
  return { problems: checkCapacity(plan), report: reportCapacity(plan) };
}

function capacityOf(
  { cloud, network, logRetentionDays, bucket }: CompleteFile,
  blueprint: Blueprint,
  stores: StoreSpecs,
): CapacityPlan {
  return planCapacity({
    ...blueprint,
    cloud,
    zones: network.zones,
    logRetentionDays,
    stores: { ...stores, bucket },
  });
}

/** Refuses a stack whose pods don't fit: the key, how much would do, and the figures. */
export function checkCapacity(plan: CapacityPlan): ConfigProblem[] {
  return [
    ...refusals(plan).map((refusal) =>
      refusal.waiting.tooLarge === undefined ? tooFew(refusal) : tooSmall(refusal),
    ),
    ...unsizable(plan).map(tooLarge),
    ...plan.unplaced.map((group) => homeless(group, plan)),
  ];
}

/** The case, as an error says it. */
const loadTexts: Readonly<Record<Load, string>> = {
  normal: "at its lowest counts",
  tenfold: "at ten times the load",
  most: "at its highest counts",
};

function tooFew({ load, zoneLost, pool, fit, waiting, neededNodes }: Refusal): ConfigProblem {
  const { count, group } = waiting;
  const when = `${loadTexts[load]}${zoneLost ? " with a zone lost" : ""}`;
  const expected =
    neededNodes === undefined ? "more or larger nodes" : `${nodesText(pool.name, neededNodes)} or more`;
  return {
    key: keyOf(pool.name),
    expected:
      `${expected}: ${when} its pods ask for ${roomText(fit.asked)}, ` +
      `a node has ${roomText(pool.room)} beside what runs on each, and ${count} of ${group.name} find no room`,
    got: `${nodesText(pool.name, pool.pool.maxNodes)}${zoneLost ? `, ${fit.pool.maxNodes} in the other zones` : ""}`,
  };
}

function tooSmall({ pool, waiting: { group } }: Refusal): ConfigProblem {
  const { vcpus, memoryGiB } = pool.pool.machine;
  const key = pool.name === provisionedNodes ? keyOf(pool.name) : `cluster.nodePools.${pool.name}.machine`;
  return {
    key,
    expected: `a node with room for ${group.name}, which asks for ${roomText(group.each)}, beside what runs on each`,
    got: `${vcpus} vCPUs and ${memoryGiB} GiB, of which ${roomText(pool.room)} are left`,
  };
}

function tooLarge({ name, service = name, each }: PodGroup): ConfigProblem {
  return {
    key: `services.${service}.resources`,
    expected: "no more than the cloud's largest machine of one pod has",
    got: roomText(each),
  };
}

function homeless(
  { name, service, nodeSelector, each: { gpus }, provisioned = false }: PodGroup,
  { pools }: CapacityPlan,
): ConfigProblem {
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  const wanted = [
    provisioned ? "nodes made to measure (cluster.nodeProvisioning)" : "a pool without taints",
    ...(labels.length > 0 ? [`with the labels ${labels.join(", ")}`] : []),
    ...(gpus > 0 ? [`with ${units.gpus(gpus)} or more a node`] : []),
  ];
  return {
    key: service === undefined ? "cluster.nodePools" : `services.${service}`,
    expected: `${wanted.join(" ")} for the pods of ${name}`,
    got: `the pools ${pools.map((pool) => pool.name).join(", ")}`,
  };
}

/** Where the number of a pool's nodes is said; that of nodes made to measure is their vCPUs'. */
function keyOf(pool: string): string {
  return pool === provisionedNodes ? "cluster.nodeProvisioning" : `cluster.nodePools.${pool}.maxNodes`;
}

function nodesText(pool: string, nodes: number): string {
  return pool === provisionedNodes
    ? `cpuLimit ${4 * nodes} and memoryGiBLimit ${16 * nodes}`
    : `${nodes} nodes`;
}

const units: Readonly<Record<RoomKind, (amount: number) => string>> = {
  cpu: (amount) => `${Math.round(amount).toLocaleString("en-US")}m`,
  memoryMiB: (amount) => `${Math.round(amount).toLocaleString("en-US")} MiB`,
  pods: (amount) => (amount === 1 ? "1 pod" : `${amount} pods`),
  gpus: (amount) => (amount === 1 ? "1 GPU" : `${amount} GPUs`),
};

function roomText(room: Room): string {
  const kinds = (["cpu", "memoryMiB", "pods", "gpus"] as const).filter(
    (kind) => kind !== "gpus" || room.gpus > 0,
  );
  return kinds.map((kind) => units[kind](room[kind])).join(", ");
}
