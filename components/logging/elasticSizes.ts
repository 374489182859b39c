import type { NodeRole } from "../data/elasticsearchNodes";
import { masterDiskGiB, masterResources } from "../data/elasticsearchNodes";

/** What is kept, and for how long. */
export interface Kept {
  /** GiB a day, before it is indexed. */
  readonly gibPerDay: number;
  readonly retentionDays: number;
}

/** What a cluster is sized for. */
export interface ElasticLoad {
  /** @default - there are no logs in it */
  readonly logs?: Kept & { readonly auditRetentionDays: number };
  /** @default - there are no traces in it */
  readonly traces?: Kept;
  readonly highlyAvailable: boolean;
}

/**
 * What an index takes of what was written, a part of 1: the line itself and its words, compressed as `logsdb` does (sorted by host
 * and time, zstd). It is an assumption on the safe side: elasticsearch_data_stream_store_size_bytes says what it is.
 */
export const indexedPart = 1.1;

/** The line that is written, and a copy of it in another zone. */
export const copies = 2;

/** Part of a day's logs that is kept for an audit: what Vault and Falco say, and services of what was done by whom. */
export const auditPart = 0.02;

/** A day in which an index is written to, and two more on fast nodes: what is looked into is mostly of the last three days. */
export const hotDays = 3;

/** A retention begins when an index is no longer written to: a day later than its first line. */
const rollDays = 1;

/** How full disks may be: the alert's a fifth that is free, before Elasticsearch's own mark of 85 %. */
export const fullPart = 0.8;

/** Disk that a GiB of a node's memory serves, GiB, where everything is searched all the time, and where it seldom is. */
export const diskPerMemory = { hot: 16, warm: 160 } as const;

/** Sizes of a node's memory, GiB; the last is the most that a machine of 16 GiB has room for beside what every node runs. */
const memories = [4, 8, 12] as const;

/** Logs a day above which a fast node has two CPUs, GiB. */
const busyGiBPerDay = 25;

/** Disks are of tens of GiB. */
const wholeDisk = (gib: number): number => Math.max(20, Math.ceil(gib / 10) * 10);

/** Nodes that hold data, in each tier where there is more than one: one in each zone. */
const nodesPerTier = 3;

/** What all nodes of the tiers hold when a retention is full, GiB, with the copies. */
export interface Volume {
  readonly hot: number;
  readonly warm: number;
}

/** The arithmetic of the disks: GiB a day x indexed part x copies x days. */
export function volumeOf({ logs, traces, highlyAvailable }: ElasticLoad): Volume {
  const kept = indexedPart * (highlyAvailable ? copies : 1);
  const spans = traces === undefined ? 0 : traces.gibPerDay * kept * (traces.retentionDays + rollDays);
  if (logs === undefined) return { hot: spans, warm: 0 };
  const { gibPerDay, retentionDays, auditRetentionDays } = logs;
  const audit = gibPerDay * auditPart * kept * (auditRetentionDays + rollDays);
  const daily = gibPerDay * kept;
  const days = retentionDays + rollDays;
  if (!highlyAvailable) return { hot: daily * days + audit + spans, warm: 0 };
  const fast = Math.min(hotDays, days);
  return { hot: daily * fast + spans, warm: daily * (days - fast) + audit };
}

/** Disk of each of some nodes that hold this, GiB. */
function diskOf(gib: number, nodes: number): number {
  return wholeDisk(gib / nodes / fullPart);
}

/**
 * @throws RangeError where a node would need more memory than a machine has
 */
function memoryOf(diskGiB: number, tier: "hot" | "warm"): number {
  const wanted = diskGiB / diskPerMemory[tier];
  const memory = memories.find((size) => size >= wanted);
  if (memory === undefined) {
    const most = memories[memories.length - 1] ?? 0;
    throw new RangeError(
      `elasticStack.gibPerDay: expected logs that three nodes of ${most} GiB of memory hold in a tier, got ${Math.ceil(wanted)} GiB for each (${diskGiB} GiB of disk)`,
    );
  }
  return memory;
}

const hotRoles = ["data_hot", "data_content", "ingest"] as const;

/**
 * Nodes for what is kept. Logs in production: three masters, three fast nodes and three large ones. Traces alone, which live for a
 * week: three nodes that are masters too. Without high availability: one.
 */
export function planNodes(load: ElasticLoad): readonly NodeRole[] {
  const { logs, highlyAvailable } = load;
  const { hot, warm } = volumeOf(load);
  const tiered = highlyAvailable && logs !== undefined;
  const count = highlyAvailable ? nodesPerTier : 1;
  const hotDisk = diskOf(hot, count);
  const cpus = logs !== undefined && logs.gibPerDay > busyGiBPerDay ? 2 : 1;
  const fast = {
    name: "hot",
    count,
    roles: tiered ? [...hotRoles] : ["master", ...hotRoles],
    resources: { cpu: `${cpus}`, memory: `${memoryOf(hotDisk, tiered ? "hot" : "warm")}Gi` },
    diskGiB: hotDisk,
  };
  if (!tiered) return [fast];
  const warmDisk = diskOf(warm, nodesPerTier);
  return [
    {
      name: "master",
      count: 3,
      roles: ["master"],
      resources: masterResources,
      diskGiB: masterDiskGiB,
    },
    fast,
    {
      name: "warm",
      count: nodesPerTier,
      roles: ["data_warm"],
      resources: { cpu: "1", memory: `${memoryOf(warmDisk, "warm")}Gi` },
      diskGiB: warmDisk,
    },
  ];
}
