import type { Cloud } from "../cloud";
import type { BucketSpec } from "../data/bucket";
import type { KafkaArgs } from "../data/kafka";
import type { MongoArgs, MongoHosting } from "../data/mongo";
import { type NodeRole, rolesOf } from "../data/elasticsearchNodes";
import { backupRequests, etcdMembers, etcdRequests, milvusParts, type MilvusSize } from "../data/milvusParts";
import { objectsResources } from "../data/objectServer";
import { agentResources } from "../data/perconaBackups";
import { exporterResources, perconaResources } from "../data/perconaSpec";
import type { SearchArgs } from "../data/search";
import { besideBrokers, leastVoters } from "../data/strimziSpecs";
import { planElasticLoad } from "../logging/elasticLoad";
import { planNodes } from "../logging/elasticSizes";
import { kibanaRequests, kibanas } from "../logging/kibana";
import { logstashes, logstashRequests } from "../logging/logstash";
import type { MonitoringSize } from "../platform/monitoringSize";
import type { ComputeQuantity } from "../platform/namespace";
import type { PlatformSpec } from "../platform/platformSpec";
import { capacityOf } from "./clouds";
import { podOf, type PodGroup } from "./pods";

/** Stores as far as their pods follow from them; those that are the cloud's have none. */
export interface CapacityStores {
  readonly kafka?: Pick<KafkaArgs, "hosting" | "brokers" | "machine">;
  readonly mongo?: Pick<MongoArgs, "machine" | "nodes"> & { readonly hosting: MongoHosting };
  readonly search?: Pick<SearchArgs, "hosting" | "dataNodes" | "masterNodes" | "machine" | "diskGiB">;
  readonly vectors?: MilvusSize;
  readonly bucket?: Pick<BucketSpec, "hosting">;
}

/** What the pods of stores, and of what keeps logs and traces, follow from. */
export interface StorePodsArgs {
  readonly cloud: Cloud;
  readonly stores: CapacityStores;
  readonly platform: PlatformSpec;
  readonly monitoring: MonitoringSize;
  readonly highlyAvailable: boolean;
  readonly logRetentionDays: number;
  /** Labels of the nodes of stores. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Labels of the nodes of the platform's own pods. */
  readonly systemSelector: Readonly<Record<string, string>>;
}

type Extra = Partial<Pick<PodGroup, "zones" | "apart" | "volume" | "nodeSelector">>;

/** Pods of the stores that run in the cluster, and of Elasticsearch for logs and traces with what stands beside it. */
export function storePods(args: StorePodsArgs): readonly PodGroup[] {
  const { stores, platform } = args;
  return [
    ...(stores.kafka === undefined ? [] : kafkaPods(stores.kafka, args)),
    ...(stores.mongo === undefined ? [] : mongoPods(stores.mongo, args)),
    ...(stores.search === undefined ? [] : searchPods(stores.search, args)),
    ...(stores.vectors === undefined ? [] : vectorPods(stores.vectors, args)),
    ...(stores.bucket?.hosting === "cluster"
      ? [group(args, "objects/objects", [objectsResources.requests], { count: 1, volume: true })]
      : []),
    ...telemetryPods(args),
    ...(platform.elasticStack === undefined ? [] : logPods(args)),
  ];
}

function group(
  { nodeSelector }: Pick<StorePodsArgs, "nodeSelector">,
  name: string,
  containers: readonly ComputeQuantity[],
  { count, ...extra }: Extra & { readonly count: number },
): PodGroup {
  return { name, each: podOf(...containers), min: count, max: count, nodeSelector, ...extra };
}

function kafkaPods(
  { hosting, brokers, machine }: NonNullable<CapacityStores["kafka"]>,
  args: StorePodsArgs,
): readonly PodGroup[] {
  if (hosting === "cloud") return [];
  const broker = { cpu: `${machine.vcpus}`, memory: `${machine.memoryGiB}Gi` };
  const { requests } = besideBrokers;
  return [
    group(args, "kafka/brokers", [broker], {
      count: Math.max(leastVoters, brokers),
      zones: "required",
      volume: true,
    }),
    group(args, "kafka/entity-operator", [requests, requests], { count: 1 }),
    group(args, "kafka/exporter", [requests], { count: 1 }),
    group(args, "kafka/strimzi-cluster-operator", [{ cpu: "200m", memory: "384Mi" }], { count: 2 }),
  ];
}

function mongoPods(
  { hosting, machine, nodes }: NonNullable<CapacityStores["mongo"]>,
  args: StorePodsArgs,
): readonly PodGroup[] {
  if (hosting === "atlas") return [];
  const agent = capacityOf[args.cloud].backsUpMongo ? [agentResources.requests] : [];
  const node = [perconaResources({ machine }).requests, exporterResources.requests, ...agent];
  return [
    group(args, "mongo/rs0", node, { count: nodes, volume: true, apart: true }),
    group(args, "mongo/psmdb-operator", [{ cpu: "100m", memory: "256Mi" }], { count: 1 }),
  ];
}

function searchPods(search: NonNullable<CapacityStores["search"]>, args: StorePodsArgs): readonly PodGroup[] {
  if (search.hosting === "cloud" && capacityOf[args.cloud].hasSearch) return [];
  const anywhere = { nodeSelector: {} };
  return [
    ...elasticPods(args, "search/search", rolesOf(search)),
    group(args, "elastic-system/elastic-operator", [elasticOperator], {
      count: args.highlyAvailable ? 2 : 1,
      ...anywhere,
    }),
    group(args, "search/prometheus-elasticsearch-exporter", [elasticExporter], { count: 1, ...anywhere }),
  ];
}

const elasticOperator: ComputeQuantity = { cpu: "100m", memory: "512Mi" };
const elasticExporter: ComputeQuantity = { cpu: "50m", memory: "128Mi" };

/** A zone has at most one more of a set than another (the operator's `zoneAwareness`), and no two of a set are on a node where they need not. */
function elasticPods(args: StorePodsArgs, name: string, roles: readonly NodeRole[]): readonly PodGroup[] {
  return roles.map(({ name: role, count, resources }) =>
    group(args, `${name}-${role}`, [resources], { count, zones: "required", volume: true }),
  );
}

function vectorPods(size: MilvusSize, args: StorePodsArgs): readonly PodGroup[] {
  return [
    ...Object.values(milvusParts(size)).map(({ component, replicas, requests }) =>
      group(args, `vectors/milvus-${component}`, [requests], { count: replicas }),
    ),
    group(args, "vectors/etcd", [etcdRequests], { count: etcdMembers, volume: true, apart: true }),
    group(args, "vectors/milvus-backup", [backupRequests], { count: 1 }),
  ];
}

function telemetryPods(args: StorePodsArgs): readonly PodGroup[] {
  const load = planElasticLoad(args);
  if (load === undefined) return [];
  const system = { nodeSelector: args.systemSelector };
  return [
    ...elasticPods(args, "logging/telemetry", planNodes(load)),
    group(args, "elastic-telemetry/elastic-operator", [elasticOperator], {
      count: args.highlyAvailable ? 2 : 1,
      ...system,
    }),
    group(args, "logging/prometheus-elasticsearch-exporter", [elasticExporter], { count: 1, ...system }),
  ];
}

function logPods(args: StorePodsArgs): readonly PodGroup[] {
  return [
    group(args, "logging/kibana", [kibanaRequests], { count: kibanas(args.highlyAvailable) }),
    group(args, "logging/logstash", logstashRequests, {
      count: logstashes(args.highlyAvailable),
      volume: true,
    }),
  ];
}
