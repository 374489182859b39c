import type { GpuType, MachineShape, NodeMachine } from "../../components/cluster/nodePools";
import { UnsupportedOnCloudError } from "../unsupported";

type Vcpus = MachineShape["vcpus"];

/** Families by GiB of memory a vCPU, the one we take first; the others are alike and widen what spot can choose from. */
interface Families {
  readonly sizes: Readonly<Partial<Record<Vcpus, string>>>;
  readonly byMemoryRatio: Readonly<Partial<Record<number, readonly [string, ...string[]]>>>;
}

/** What sizes of a family are called, by vCPUs: the same for EC2 and RDS. */
const sizes = { 2: "large", 4: "xlarge", 8: "2xlarge", 16: "4xlarge" } as const;
/** Burstable families end at eight vCPUs. */
const burstableSizes = { 2: sizes[2], 4: sizes[4], 8: sizes[8] } as const;

/** EC2, x86_64. Each name was looked up in the list of instance types that CloudFormation's linter carries. */
const nodes: Readonly<Record<"burstable" | "standard", Families>> = {
  burstable: { sizes: burstableSizes, byMemoryRatio: { 4: ["t3", "t3a"] } },
  standard: {
    sizes,
    byMemoryRatio: {
      2: ["c7i", "c6i", "c7a", "c5"],
      4: ["m7i", "m6i", "m7a", "m5"],
      8: ["r7i", "r6i", "r7a", "r5"],
    },
  },
};

/**
 * EC2 with one GPU, x86_64: looked up likewise, and vCPUs, memory and GPUs of each in Cluster Autoscaler's own list
 * (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/ec2_instance_types.go). Of either GPU there is one family
 * of such shapes, so that spot has nothing to choose from. Not every zone has them.
 */
const gpuSizes = { 4: sizes[4], 8: sizes[8], 16: sizes[16] } as const;
const gpuNodes: Readonly<Record<GpuType, Families>> = {
  t4: { sizes: gpuSizes, byMemoryRatio: { 4: ["g4dn"] } },
  l4: { sizes: gpuSizes, byMemoryRatio: { 4: ["g6"] } },
};

/** RDS for PostgreSQL and MySQL, Graviton: looked up likewise. */
const databases: Readonly<Record<"burstable" | "standard", Families>> = {
  burstable: { sizes: burstableSizes, byMemoryRatio: { 4: ["db.t4g"] } },
  standard: { sizes, byMemoryRatio: { 4: ["db.m7g"], 8: ["db.r7g"] } },
};

/** OpenSearch Service, Graviton (botocore, opensearch, `OpenSearchPartitionInstanceType`). */
const searchNodes: Families = { sizes, byMemoryRatio: { 4: ["m6g"], 8: ["r6g"] } };

/** Standard brokers of MSK, Graviton (https://docs.aws.amazon.com/msk/latest/developerguide/broker-instance-sizes.html). */
const brokers: Families = { sizes, byMemoryRatio: { 4: ["kafka.m7g"] } };

/**
 * ElastiCache's node types by memory that a node has for data, GiB, smallest first
 * (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Redis.html, `maxmemory` by node type).
 */
const cacheNodes = [
  [0.5, "cache.t4g.micro"],
  [1.37, "cache.t4g.small"],
  [3.09, "cache.t4g.medium"],
  [6.38, "cache.m7g.large"],
  [13.07, "cache.r7g.large"],
  [26.32, "cache.r7g.xlarge"],
  [52.82, "cache.r7g.2xlarge"],
  [105.81, "cache.r7g.4xlarge"],
  [209.55, "cache.r7g.8xlarge"],
  [317.77, "cache.r7g.12xlarge"],
  [419.09, "cache.r7g.16xlarge"],
] as const;

/** EC2 instance types of that shape, the preferred first, then those that spot capacity may come from as well. */
export function nodeInstanceTypes({ gpu, ...shape }: NodeMachine): readonly [string, ...string[]] {
  if (gpu === undefined) return typesOf(shape, nodes[kindOf(shape)]);
  if (gpu.count !== 1) {
    throw new UnsupportedOnCloudError(
      "cluster.nodePools.machine.gpu.count",
      `got ${gpu.count} of ${gpu.type}`,
    );
  }
  return typesOf(shape, gpuNodes[gpu.type]);
}

/** RDS instance class of that shape. */
export function databaseInstanceClass(shape: MachineShape): string {
  return typesOf(shape, databases[kindOf(shape)])[0];
}

/** OpenSearch Service instance type of that shape. */
export function searchInstanceType(shape: Omit<MachineShape, "burstable">): string {
  return `${typesOf({ ...shape, burstable: false }, searchNodes)[0]}.search`;
}

/** MSK instance type of that shape for a Standard broker. */
export function kafkaInstanceType(shape: Omit<MachineShape, "burstable">): string {
  return typesOf({ ...shape, burstable: false }, brokers)[0];
}

/** The smallest ElastiCache node type that has so much memory. */
export function cacheNodeType(memoryGiB: number): string {
  const fit = cacheNodes.find(([memory]) => memory >= memoryGiB);
  if (fit === undefined) {
    const [most] = cacheNodes[cacheNodes.length - 1] ?? [0];
    throw new Error(`nodeMemoryGiB: expected at most ${most}, got ${memoryGiB}`);
  }
  return fit[1];
}

function kindOf({ burstable = false }: MachineShape): "burstable" | "standard" {
  return burstable ? "burstable" : "standard";
}

function typesOf(
  { vcpus, memoryGiB, burstable = false, families = {} }: MachineShape,
  { sizes: named, byMemoryRatio }: Families,
): readonly [string, ...string[]] {
  const size = named[vcpus];
  const names = byMemoryRatio[memoryGiB / vcpus];
  if (size === undefined || names === undefined) {
    const kind = burstable ? "burstable " : "";
    throw new Error(
      `machine: expected ${listOf(Object.keys(byMemoryRatio))} GiB a vCPU and ${listOf(Object.keys(named))} vCPUs ` +
        `of a ${kind}machine on aws, got ${vcpus} vCPUs with ${memoryGiB} GiB`,
    );
  }
  const wanted = families.aws ?? names[0];
  if (!names.includes(wanted)) {
    throw new Error(
      `machine.families.aws: expected ${listOf(names)} for ${memoryGiB / vcpus} GiB a vCPU, got "${wanted}"`,
    );
  }
  const [first, ...others] = [wanted, ...names.filter((family) => family !== wanted)];
  return [`${first}.${size}`, ...others.map((family) => `${family}.${size}`)];
}

function listOf(allowed: readonly string[]): string {
  return allowed.join(" or ");
}
