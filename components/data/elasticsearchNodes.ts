import type { ComputeQuantity, NamespaceQuota } from "../platform/namespace";
import { workloadPriorities } from "../platform/priorities";
import { bytes, cpuQuantity, memoryQuantity, millicores } from "../workload/quantity";
import type { NodePodAdditions } from "./elasticsearchSnapshots";
import type { SearchArgs } from "./search";

/** Name of the Elasticsearch object, from which those of its Services and Secrets are made. */
export const elasticsearchName = "search";

/** Labels that the operator gives the pods of a cluster (elastic/cloud-on-k8s, pkg/controller/elasticsearch/label). */
export function podsOf(
  cluster: string,
): Readonly<Record<"elasticsearch.k8s.elastic.co/cluster-name", string>> {
  return { "elasticsearch.k8s.elastic.co/cluster-name": cluster };
}

/** Those of the index. */
export const elasticsearchPods = podsOf(elasticsearchName);

/** Secret in which the operator publishes who signed a cluster's certificates, without a key. */
export function authoritySecret(cluster: string): string {
  return `${cluster}-es-http-certs-public`;
}

/** Where a cluster answers in its namespace. */
export function hostOf(cluster: string): string {
  return `${cluster}-es-http`;
}

export const elasticsearchPorts = { http: 9200, transport: 9300 } as const;

/** What a master asks for: the operator's own default, a heap of 1 GiB, is right for a state of some thousand shards. */
export const masterResources = { cpu: "500m", memory: "2Gi" } as const;

/** Disk of a master, GiB, which holds the cluster's state alone. */
export const masterDiskGiB = 10;

/** Label of a volume's class, as StatefulSets name it; the operator knows the data's volume by this name. */
const dataVolume = "elasticsearch-data";

/** Whoever the image's processes run as (docker.elastic.co/elasticsearch). */
const imageUser = 1000;

/** What is said of the nodes. */
export type NodesArgs = Pick<
  SearchArgs,
  "dataNodes" | "masterNodes" | "machine" | "diskGiB" | "nodeSelector"
> & {
  readonly storageClassName: string;
  /** Service account of the pods. */
  readonly serviceAccount: string;
};

/** The part of elasticsearch.k8s.elastic.co/v1 NodeSet that we use. */
export interface NodeSet {
  readonly name: string;
  readonly count: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly zoneAwareness: object;
  readonly podTemplate: Readonly<Record<string, unknown>>;
  readonly volumeClaimTemplates: readonly Readonly<Record<string, unknown>>[];
}

/** Nodes that are alike. */
export interface NodeRole {
  /** Name of their set. */
  readonly name: string;
  readonly count: number;
  /** What they do, as Elasticsearch calls it. */
  readonly roles: readonly string[];
  readonly resources: ComputeQuantity;
  readonly diskGiB: number;
}

/** Where nodes run, and by what. */
export interface NodePlace {
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  /** Service account of the pods. */
  readonly serviceAccount: string;
  readonly additions: NodePodAdditions;
}

/** Masters of their own, where there are any, and the nodes with the index. */
export function nodeSets(args: NodesArgs & { readonly additions: NodePodAdditions }): readonly NodeSet[] {
  return rolesOf(args).map((role) => nodeSet(role, args));
}

/** For what watches the nodes, and for the pods that replace it. */
const spare = { cpu: 1000, memory: 2 ** 30, pods: 5 } as const;

/** Room for all of them and for what watches them. */
export function elasticsearchQuota(args: NodesArgs): NamespaceQuota {
  return quotaOf(rolesOf(args));
}

/** Room for nodes, and for what watches them. */
export function quotaOf(roles: readonly NodeRole[]): NamespaceQuota {
  const sum = (of: (role: NodeRole) => number) => roles.reduce((all, role) => all + role.count * of(role), 0);
  const cpu = sum(({ resources }) => millicores(resources.cpu, "cpu")) + spare.cpu;
  const memory = memoryQuantity(sum(({ resources }) => bytes(resources.memory, "memory")) + spare.memory);
  return {
    requests: { cpu: cpuQuantity(cpu), memory },
    limits: { cpu: cpuQuantity(2 * cpu), memory },
    pods: sum(() => 1) + spare.pods,
    storageGiB: sum(({ diskGiB }) => diskGiB),
  };
}

/** Masters of their own, where there are any, and the nodes with the index. */
export function rolesOf({
  dataNodes,
  masterNodes,
  machine,
  diskGiB,
}: Pick<NodesArgs, "dataNodes" | "masterNodes" | "machine" | "diskGiB">): readonly NodeRole[] {
  const data = {
    name: "data",
    count: dataNodes,
    resources: { cpu: `${machine.vcpus}`, memory: `${machine.memoryGiB}Gi` },
    diskGiB,
  };
  if (masterNodes === 0) return [{ ...data, roles: ["master", "data", "ingest"] }];
  return [
    {
      name: "master",
      count: masterNodes,
      roles: ["master"],
      resources: masterResources,
      diskGiB: masterDiskGiB,
    },
    { ...data, roles: ["data", "ingest"] },
  ];
}

/** What the operator is told of nodes that are alike. */
export function nodeSet(
  { name, count, roles, resources, diskGiB }: NodeRole,
  { nodeSelector, storageClassName, serviceAccount, additions }: NodePlace,
): NodeSet {
  const { env, volumes, volumeMounts } = additions;
  return {
    name,
    count,
    config: {
      "node.roles": roles,
      // Files are read, not mapped: that wants more mappings (vm.max_map_count) than a node allows unless a container with
      // all rights raises it, which neither Autopilot nor a restricted namespace lets in. It costs some speed of searches.
      // https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/virtual-memory
      "node.store.allow_mmap": false,
      // whose index is no longer asked for is deleted by name, and not by a pattern that names others too
      "action.destructive_requires_name": true,
    },
    // no zone has two of a set before each has one; a copy of a shard is never in the zone of the other
    zoneAwareness: {},
    podTemplate: {
      spec: {
        serviceAccountName: serviceAccount,
        automountServiceAccountToken: false,
        priorityClassName: workloadPriorities.critical,
        ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
        securityContext: {
          runAsNonRoot: true,
          runAsUser: imageUser,
          fsGroup: imageUser,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          // half of the memory becomes the heap, by Elasticsearch itself
          {
            name: "elasticsearch",
            resources: { requests: { ...resources }, limits: { ...resources } },
            env: [...env],
            volumeMounts: [...volumeMounts],
          },
        ],
        volumes: [...volumes],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: dataVolume },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName,
          resources: { requests: { storage: `${diskGiB}Gi` } },
        },
      },
    ],
  };
}

/** GiB of each node's volume by its set, as far as a spec that hooks read says so. */
export function disksOf(spec: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(
    itemsOf(fieldOf(spec, "nodeSets")).flatMap((set) => {
      const name = fieldOf(set, "name");
      const [volume] = itemsOf(fieldOf(set, "volumeClaimTemplates"));
      const requests = fieldOf(fieldOf(fieldOf(volume, "spec"), "resources"), "requests");
      const storage = fieldOf(requests, "storage");
      return typeof name === "string" && typeof storage === "string"
        ? [[name, bytes(storage, "storage") / 2 ** 30]]
        : [];
    }),
  );
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
