import type { GpuType, MachineShape, NodeMachine } from "../../components/cluster/nodePools";

/** Series whose machines have 4 or 8 GiB a vCPU and take `pd-balanced` boot disks, the one we take first. */
const series = { burstable: ["e2"], standard: ["n2d", "n2"] } as const;

/**
 * Compute Engine machine type of a shape: E2, which shares processors and costs a third less, where it may burst; N2D
 * otherwise, the newest line that still takes `pd-balanced` boot disks with a key of ours (C4 and N4 take Hyperdisk only).
 * https://cloud.google.com/compute/docs/general-purpose-machines
 */
export function nodeMachineType({
  vcpus,
  memoryGiB,
  burstable = false,
  families = {},
  gpu,
}: NodeMachine): string {
  if (gpu !== undefined) return gpuMachineType({ vcpus, memoryGiB, families }, gpu.type);
  const known: readonly string[] = series[burstable ? "burstable" : "standard"];
  const wanted = families.gcp ?? known[0] ?? "";
  if (!known.includes(wanted)) {
    throw new Error(`machine.families.gcp: expected ${known.join(" or ")}, got "${wanted}"`);
  }
  const family = memoryPerVcpu({ vcpus, memoryGiB }) === 4 ? "standard" : "highmem";
  return `${wanted}-${family}-${vcpus}`;
}

/** What Compute Engine calls a GPU. */
export const acceleratorTypes: Readonly<Record<GpuType, string>> = { t4: "nvidia-tesla-t4", l4: "nvidia-l4" };

const gpuSeries: Readonly<Record<GpuType, string>> = { t4: "n1", l4: "g2" };

/**
 * Machine type of a shape beside a GPU: L4 comes with G2, which has such shapes; T4 is attached to N1, whose own types have
 * 3.75 GiB a vCPU, so that it is a custom one (up to 6.5 GiB a vCPU), which goes without the name of its series. Both take
 * `pd-balanced` boot disks. Not every zone has them.
 * https://cloud.google.com/compute/docs/gpus
 */
function gpuMachineType(
  { vcpus, memoryGiB, families = {} }: Pick<MachineShape, "vcpus" | "memoryGiB" | "families">,
  type: GpuType,
): string {
  const series = gpuSeries[type];
  if (families.gcp !== undefined && families.gcp !== series) {
    throw new Error(`machine.families.gcp: expected ${series} beside a GPU ${type}, got "${families.gcp}"`);
  }
  return type === "l4" ? `${series}-standard-${vcpus}` : `custom-${vcpus}-${memoryGiB * 1024}`;
}

/** What of a server decides its machine on Cloud SQL. */
export interface SqlNeeds {
  readonly machine: MachineShape;
  readonly backupRetentionDays: number;
  readonly readReplicas: number;
  readonly pooling: boolean;
}

/** Edition and tier of Cloud SQL: a tier belongs to one edition. */
export interface SqlMachine {
  readonly edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
  readonly tier: string;
}

/** Longest that Enterprise keeps the log for point-in-time recovery, days; Enterprise Plus keeps it up to 35. */
const enterpriseLogDays = 7;

/**
 * Cloud SQL's machine: Enterprise Plus where Enterprise can't give what is asked (a log of more than 7 days, a read pool,
 * pooled connections, more than 6.5 GiB a vCPU). Its tiers have 8 GiB a vCPU, which is never less than the shape asks for.
 * https://cloud.google.com/sql/docs/postgres/editions-intro
 */
export function sqlMachine({ machine, backupRetentionDays, readReplicas, pooling }: SqlNeeds): SqlMachine {
  const { vcpus, memoryGiB } = machine;
  const plus =
    memoryPerVcpu(machine) === 8 || backupRetentionDays > enterpriseLogDays || readReplicas > 0 || pooling;
  return plus
    ? { edition: "ENTERPRISE_PLUS", tier: `db-perf-optimized-N-${vcpus}` }
    : { edition: "ENTERPRISE", tier: `db-custom-${vcpus}-${memoryGiB * 1024}` };
}

/** Memory of that machine, GiB: what the shape asks for, or more. */
export function sqlMemoryGiB({ vcpus, memoryGiB }: MachineShape, { edition }: SqlMachine): number {
  return edition === "ENTERPRISE_PLUS" ? 8 * vcpus : memoryGiB;
}

/**
 * Node types of Memorystore for Redis Cluster by memory, GB, smallest first.
 * https://cloud.google.com/memorystore/docs/cluster/cluster-node-specification
 */
const redisNodeTypes = [
  { nodeType: "REDIS_SHARED_CORE_NANO", memoryGB: 1.4 },
  { nodeType: "REDIS_STANDARD_SMALL", memoryGB: 6.5 },
  { nodeType: "REDIS_HIGHMEM_MEDIUM", memoryGB: 13 },
  { nodeType: "REDIS_HIGHMEM_XLARGE", memoryGB: 58 },
] as const;

/** The smallest node type of Memorystore for Redis Cluster with so much memory. */
export function redisNodeType(nodeMemoryGiB: number): string {
  const memoryGB = (nodeMemoryGiB * 2 ** 30) / 1e9;
  const fitting = redisNodeTypes.find((type) => type.memoryGB >= memoryGB);
  if (fitting === undefined || nodeMemoryGiB <= 0) {
    throw new Error(`nodeMemoryGiB: expected more than 0 and at most 54 on gcp, got ${nodeMemoryGiB}`);
  }
  return fitting.nodeType;
}

/** GiB a vCPU, 4 or 8: other shapes are no type of any cloud. */
function memoryPerVcpu({ vcpus, memoryGiB }: MachineShape): 4 | 8 {
  switch (memoryGiB / vcpus) {
    case 4:
      return 4;
    case 8:
      return 8;
    default:
      throw new Error(
        `machine: expected 4 or 8 GiB of memory a vCPU, got ${memoryGiB} GiB for ${vcpus} vCPUs`,
      );
  }
}
