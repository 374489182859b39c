import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../components/cloud";
import type { Cluster, ClusterArgs } from "../components/cluster/cluster";
import type { TeamAccess, TeamAccessArgs } from "../components/cluster/teamAccess";
import type { ServerlessCluster, ServerlessClusterArgs } from "../components/cluster/serverlessCluster";
import type { ContainerPlatform, ContainerPlatformArgs } from "../components/containers/containerPlatform";
import type { CiIdentity, CiIdentityArgs } from "../components/delivery/ciIdentity";
import type { Registry, RegistryArgs } from "../components/delivery/registry";
import type { Alarms, AlarmsArgs } from "../components/governance/alarms";
import type { Audit, AuditArgs } from "../components/governance/audit";
import type { Budget, BudgetArgs } from "../components/governance/budget";
import type { ImagePolicy, ImagePolicyArgs } from "../components/governance/imagePolicy";
import type { AtlasAccess } from "../components/data/atlas";
import type { Backups, BackupsArgs } from "../components/data/backups";
import type { CloudMetrics } from "../components/platform/cloudMetrics";
import type { CloudStoreViews } from "../components/dashboards/storeBoards";
import type { VeleroStorage } from "../components/backup/velero";
import type { Bucket, BucketArgs } from "../components/data/bucket";
import type { LokiStorage } from "../components/logging/lokiValues";
import type { Mongo, MongoArgs } from "../components/data/mongo";
import type { MongoBackupStorage } from "../components/data/perconaBackups";
import type { MySql, MySqlArgs } from "../components/data/mysql";
import type { Kafka, KafkaArgs, KafkaUsers } from "../components/data/kafka";
import type { ClusterStorePlace } from "../components/data/store";
import type { Postgres, PostgresArgs } from "../components/data/postgres";
import type { Queue, QueueArgs } from "../components/data/queue";
import type { Redis, RedisArgs } from "../components/data/redis";
import type { SnapshotAccess } from "../components/data/elasticsearchSnapshots";
import type { Search, SearchArgs } from "../components/data/search";
import type { VectorStore, VectorStoreArgs } from "../components/data/vectorStore";
import type { WorkloadIdentity, WorkloadIdentityArgs } from "../components/identity/workloadIdentity";
import type { DnsZone, DnsZoneArgs } from "../components/edge/dnsZone";
import type { Edge, EdgeArgs, EdgeOrigin } from "../components/edge/edge";
import type { ThanosStorage } from "../components/metrics/metricsArchive";
import type { Network, NetworkArgs } from "../components/network/network";
import type { RecoveryPlace, RecoveryPlaceArgs } from "../components/data/recovery";
import type { Destination } from "../components/platform/networkPolicy";
import type { SecretStoreAccess } from "../components/secrets/externalSecrets";
import type { CloudScript } from "../components/secrets/cloudScript";
import type { SealKey, SealKeyArgs } from "../components/secrets/sealKey";
import type { Secret, SecretArgs } from "../components/secrets/secret";
import type { TempoStorage } from "../components/tracing/tempo";

type Make<Args, Made> = (name: string, args: Args, opts: pulumi.ComponentResourceOptions) => Made;

/** Arguments of what a load balancer's annotations are made with. */
export interface LoadBalancerArgs {
  /** Refuse to give its address back. */
  readonly protect: boolean;
}

/** What the platform asks of a cloud: each capability a contract, each answered by the cloud's own class. */
export interface CloudProvider {
  readonly cloud: Cloud;
  readonly region: string;
  readonly network: Make<NetworkArgs, Network>;
  readonly recovery: Make<RecoveryPlaceArgs, RecoveryPlace>;
  readonly cluster: Make<ClusterArgs, Cluster>;
  readonly serverlessCluster: Make<ServerlessClusterArgs, ServerlessCluster>;
  /** The services without a cluster: ECS, Cloud Run. */
  readonly containerPlatform: Make<ContainerPlatformArgs, ContainerPlatform>;
  readonly postgres: Make<PostgresArgs, Postgres>;
  readonly mySql: Make<MySqlArgs, MySql>;
  readonly redis: Make<RedisArgs, Redis>;
  readonly search: Make<SearchArgs, Search>;
  readonly vectorStore: Make<VectorStoreArgs, VectorStore>;
  /** MongoDB as Atlas runs it, on this cloud. */
  readonly mongo: Make<MongoArgs & { readonly atlas: AtlasAccess }, Mongo>;
  /** How MongoDB's nodes in the cluster reach a bucket; only where {@link CloudProvider.hasMongoBackups} is true. */
  readonly mongoBackups: () => MongoBackupStorage;
  /** Kafka, by the cloud's own service or in the cluster. */
  readonly kafka: Make<KafkaArgs & KafkaUsers & ClusterStorePlace, Kafka>;
  readonly bucket: Make<BucketArgs, Bucket>;
  /** How Grafana reads the cloud's own monitoring. */
  readonly cloudMetrics: CloudMetrics;
  /** What dashboards show of the stores that the cloud runs, by its own monitoring. */
  readonly storeViews: CloudStoreViews;
  /** How Elasticsearch in the cluster reaches a bucket; the name is that of its sessions, where the cloud keeps them. */
  readonly elasticSnapshots: (session: string) => SnapshotAccess;
  /** How Velero reaches a bucket. */
  readonly veleroStorage: VeleroStorage;
  /** How Tempo reaches a bucket. */
  readonly tempoStorage: TempoStorage;
  /** How Loki reaches a bucket. */
  readonly lokiStorage: LokiStorage;
  /** What Thanos is told of a bucket. */
  readonly thanosStorage: ThanosStorage;
  readonly queue: Make<QueueArgs, Queue>;
  /** Backups of databases that nobody deletes, and the drill. */
  readonly backups: Make<BackupsArgs, Backups>;
  readonly secret: Make<SecretArgs, Secret>;
  readonly sealKey: Make<SealKeyArgs, SealKey>;
  /**
   * How pods without an SDK work with the secret store: `secretStore.cjs` exports `secretStore(env, fetch)`, with `read(id)` and
   * `add(id, value)`.
   */
  readonly secretStoreScript: () => CloudScript;
  /** The same of buckets: `objectStore.cjs` exports `objectStore(env, fetch)`, with `put(bucket, name, bytes)`. */
  readonly objectStoreScript: () => CloudScript;
  /**
   * Where the secret store answers pods of a network: on AWS at an endpoint in the network's private subnets where it has one,
   * at public addresses otherwise; on GCP at Google's public addresses, by way of Private Google Access.
   */
  readonly secretsDestination: (network: Network) => Destination;
  /** How External Secrets reaches the secret store. */
  readonly secretStoreAccess: SecretStoreAccess;
  readonly registry: Make<RegistryArgs, Registry>;
  readonly ciIdentity: Make<CiIdentityArgs, CiIdentity>;
  readonly alarms: Make<AlarmsArgs, Alarms>;
  readonly audit: Make<AuditArgs, Audit>;
  readonly budget: Make<BudgetArgs & { readonly protect: boolean }, Budget>;
  /** Only where {@link CloudProvider.hasImagePolicy} is true. */
  readonly imagePolicy: Make<ImagePolicyArgs, ImagePolicy>;
  /** `logRetentionDays` is for a zone whose queries are logged apart; on GCP they stand in the project's own logs. */
  readonly dnsZone: Make<DnsZoneArgs & { readonly logRetentionDays: number }, DnsZone>;
  readonly edge: Make<EdgeArgs, Edge>;
  /** What a load balancer behind this cloud's {@link Edge} has to know of it. */
  readonly edgeOrigin: (opts: { readonly parent: pulumi.Resource }) => EdgeOrigin;
  readonly teamAccess: Make<TeamAccessArgs, TeamAccess>;
  readonly workloadIdentity: Make<WorkloadIdentityArgs, WorkloadIdentity>;
  /**
   * Lets who counts backlogs read the metrics by which the cloud tells of them (GCP); nothing where stores are asked
   * themselves, as each lets it in (AWS).
   */
  readonly countBacklogs: Make<WorkloadIdentity, void>;
  /**
   * Annotations that make a Service of type LoadBalancer a network load balancer of this cloud, internet-facing, with the
   * client's address kept. Where its address would go with the Service, one is reserved first, which outlives it.
   */
  readonly loadBalancerAnnotations: Make<LoadBalancerArgs, Readonly<Record<string, pulumi.Input<string>>>>;
  /**
   * Labels of a namespace to whose pods a load balancer sends directly: a new pod is then ready only once the load
   * balancer's own health check passes, and until then no old one is stopped. None where it sends to nodes (GCP).
   */
  readonly loadBalancedNamespaceLabels: Readonly<Record<string, string>>;
  /**
   * Where pods fetch their workload identity's credentials, on the node itself: what a network policy must let out.
   * EKS Pod Identity's agent answers at 169.254.170.23:80, GKE's metadata server at 169.254.169.254:80 and, under
   * Dataplane V2, 169.254.169.254:80 as well as 169.254.169.252:988.
   */
  readonly identityEndpoints: readonly Destination[];
  /** True where the kinds of the Gateway API come with the cluster (GKE), which keeps them at the version of its own. */
  readonly hasGatewayApi: boolean;
  /**
   * DNS names at which the cloud's own APIs answer at public addresses pods that use a store there: buckets and queues on AWS,
   * and secrets too on GCP. What has an endpoint in the network is not among them.
   */
  readonly publicStoreHosts: readonly string[];
  /** Folder of the nodes' network plugins, where one that comes besides is put. */
  readonly cniFolder: string;
  /** How what reads its registry of images signs in there by an identity of its own, as Kyverno calls it. */
  readonly registryHelper: "amazon" | "google";
  /** How names of the namespaces begin in which the cloud runs what is its own, beside those of Kubernetes. */
  readonly ownNamespaces: readonly string[];
  /** True where `metrics.k8s.io` comes with the cluster (GKE), false where the platform installs metrics-server. */
  readonly hasMetricsServer: boolean;
  /** True where the Vertical Pod Autoscaler comes with the cluster (GKE), false where the platform installs what recommends. */
  readonly hasVerticalPodAutoscaler: boolean;
  /** True where unusual spending can be watched for by an API (AWS). */
  readonly hasCostAnomalies: boolean;
  /** True where MongoDB's operator reaches a bucket by an identity of the cloud, without a key (AWS). */
  readonly hasMongoBackups: boolean;
  /** True where the account or project itself says which images run in its clusters (GCP). */
  readonly hasImagePolicy: boolean;
  /** True where the cluster's DNS is CoreDNS, which can be scraped (EKS). */
  readonly hasCoreDns: boolean;
}
