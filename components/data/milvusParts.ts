import type { ComputeQuantity, NamespaceQuota } from "../platform/namespace";
import { bytes, cpuQuantity, memoryQuantity, millicores } from "../workload/quantity";
import type { VectorStoreArgs } from "./vectorStore";

/** Name of the one Milvus in its namespace, of its release, its Service and its service account. */
export const milvusName = "milvus";

/** Labels that the chart gives all of Milvus' pods. */
export const milvusPods = {
  "app.kubernetes.io/name": milvusName,
  "app.kubernetes.io/instance": milvusName,
} as const;

/** Ports of the pods: of clients, of the same in HTTP, and of metrics. */
export const milvusPorts = { grpc: 19530, rest: 8443, metrics: 9091 } as const;

/** Whoever the image runs as: `milvus`, whose files are his alone (milvus-io/milvus#44524, zilliztech/milvus-operator#434). */
export const milvusUser = 999;

/** Where the certificates of Milvus stand in its pods, and in those that call it. */
export const milvusFiles = {
  server: "/etc/milvus/server",
  etcd: "/etc/milvus/etcd",
} as const;

/** Secrets in its namespace. */
export const milvusSecrets = {
  authority: "milvus-authority",
  server: "milvus-server",
  published: "milvus-published",
  etcd: "etcd-server",
  etcdClient: "milvus-etcd-client",
  root: "milvus-root",
} as const;

/** Key of a Secret with a password. */
export const passwordKey = "password";

/** Folders of the bucket. */
export const milvusFolders = { data: "files", backups: "backups" } as const;

/** Where etcd has what Milvus writes. */
export const etcdRoot = "milvus";

/** Database that workloads are let into. */
export const milvusDatabase = "default";

/** What its parts are made from. */
export type MilvusSize = Pick<VectorStoreArgs, "queryNodes" | "machine" | "cacheGiB" | "highAvailability">;

/** A part of Milvus, with pods of its own. */
export interface MilvusPart {
  /** Label `component` of its pods, name of their container, and the end of the Deployment's name. */
  readonly component: "proxy" | "mixcoord" | "streamingnode" | "datanode" | "querynode";
  readonly replicas: number;
  readonly requests: ComputeQuantity;
  /** Disk that it may fill, GiB. */
  readonly ephemeralGiB: number;
}

/** The parts by their keys in the chart's values. */
export type MilvusParts = Readonly<
  Record<"proxy" | "mixCoordinator" | "streamingNode" | "dataNode" | "queryNode", MilvusPart>
>;

/**
 * The parts of Milvus 2.6. The proxies answer clients, one coordinator of two works, streaming nodes write the log, data nodes
 * compact it and build indexes, on disk first.
 */
export function milvusParts({ queryNodes, machine, cacheGiB, highAvailability }: MilvusSize): MilvusParts {
  const replicas = highAvailability ? 2 : 1;
  return {
    proxy: { component: "proxy", replicas, requests: { cpu: "500m", memory: "2Gi" }, ephemeralGiB: 2 },
    mixCoordinator: {
      component: "mixcoord",
      replicas,
      requests: { cpu: "500m", memory: "2Gi" },
      ephemeralGiB: 2,
    },
    streamingNode: {
      component: "streamingnode",
      replicas,
      requests: { cpu: "1", memory: "4Gi" },
      ephemeralGiB: 5,
    },
    dataNode: { component: "datanode", replicas, requests: { cpu: "1", memory: "4Gi" }, ephemeralGiB: 20 },
    queryNode: {
      component: "querynode",
      replicas: queryNodes,
      requests: { cpu: `${machine.vcpus}`, memory: `${machine.memoryGiB}Gi` },
      ephemeralGiB: cacheGiB,
    },
  };
}

/** What a container may take: as much memory as it asks for, and twice the processors while nobody else wants them. */
export function limitsOf({ cpu, memory }: ComputeQuantity): ComputeQuantity {
  return { cpu: cpuQuantity(2 * millicores(cpu, "cpu")), memory };
}

/** Members of etcd: of three, one may go. It stays at three, as members join and leave by hand. */
export const etcdMembers = 3;

/** What a member of etcd asks for: its data is at most 4 GiB on disk, and its pages are the first to be dropped. */
export const etcdRequests = { cpu: "250m", memory: "2Gi" } as const;

/** Disk of a member, GiB: 4 of data, twice that while it is defragmented, its log and snapshots. */
export const etcdDiskGiB = 20;

/** The jobs: a backup, and the one that makes users. */
const jobs = { requests: { cpu: "500m", memory: "1Gi" }, pods: 4 } as const;

/** What a backup asks for. */
export const backupRequests = jobs.requests;

/** Room for all parts, for another pod of each while they are replaced, for etcd and for jobs. */
export function milvusQuota(size: MilvusSize): NamespaceQuota {
  const parts = Object.values(milvusParts(size)).map(({ replicas, requests }) => ({
    count: replicas + 1,
    requests,
  }));
  const all = [
    ...parts,
    { count: etcdMembers, requests: etcdRequests },
    { count: jobs.pods, requests: jobs.requests },
  ];
  const sum = (of: (requests: ComputeQuantity) => number) =>
    all.reduce((total, { count, requests }) => total + count * of(requests), 0);
  const cpu = sum(({ cpu: each }) => millicores(each, "cpu"));
  const memory = memoryQuantity(sum(({ memory: each }) => bytes(each, "memory")));
  return {
    requests: { cpu: cpuQuantity(cpu), memory },
    limits: { cpu: cpuQuantity(2 * cpu), memory },
    pods: all.reduce((total, { count }) => total + count, 0),
    storageGiB: etcdMembers * etcdDiskGiB,
  };
}

/** DNS name of Milvus' Service, by which its certificate is verified. */
export function milvusHost(namespace: string): string {
  return `${milvusName}.${namespace}.svc`;
}

/** Name of the Service of the proxies' HTTP, which the chart's own has no port for. */
export const restName = `${milvusName}-rest`;

/** Where the proxies answer in HTTP. */
export function restUrl(namespace: string): string {
  return `https://${restName}.${namespace}.svc:${milvusPorts.rest}`;
}
