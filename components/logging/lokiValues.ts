import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { lokiPort, tenants } from "./lokiSpec";

/** Service account that reaches the bucket. */
export const lokiAccount = "loki";

/** Labels of Loki's pods; selectors may name no others, as the chart gives the whole release's to all. */
export const lokiPods = {
  "app.kubernetes.io/name": "loki",
  "app.kubernetes.io/instance": "loki",
  "app.kubernetes.io/component": "single-binary",
} as const;

/** Where its pods answer each other: requests, and who is there. */
export const peerPorts = { grpc: 9095, gossip: 7946 } as const;

/** Folder below which each tenant's rules stand, in one of its name. */
const rulesFolder = "/etc/loki/rules";

/** ConfigMap of a tenant's rules. */
export const rulesOf = (tenant: string): string => `loki-rules-${tenant}`;

/** How Loki reaches a bucket by the identity of its own pod. */
export interface LokiStorage {
  /** Name of its client (grafana/loki 3.7, docs/sources/configure, `object_store`). */
  readonly type: "s3" | "gcs";
  /** What the client is told beside the bucket. */
  readonly settings: Readonly<Record<string, string | boolean>>;
}

/** How many there are, and what each may use. */
export interface LokiSize {
  readonly replicas: number;
  /** Of each, GiB; half of it is for chunks that are not full yet, the rest for queries. */
  readonly memoryGiB: number;
  /** Of each, GiB: what is not in the bucket yet, and the index of the days that are asked for. */
  readonly diskGiB: number;
  /** What each may ask for, in Kubernetes' notation. */
  readonly cpu: string;
  /** What a tenant may send, MiB a second, and in one go. */
  readonly tenantRateMiB: number;
  readonly tenantBurstMiB: number;
}

/**
 * Three where one of everything may be lost: each line is then on two of three before it counts as written, and one can be
 * replaced without a line lost or a query refused.
 */
export function lokiSize(highlyAvailable: boolean): LokiSize {
  return highlyAvailable
    ? { replicas: 3, memoryGiB: 2, diskGiB: 20, cpu: "200m", tenantRateMiB: 8, tenantBurstMiB: 16 }
    : { replicas: 1, memoryGiB: 1, diskGiB: 10, cpu: "100m", tenantRateMiB: 4, tenantBurstMiB: 8 };
}

/** What the chart's values are made from. */
export interface LokiValuesArgs {
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  readonly storage: LokiStorage;
  readonly bucketName: pulumi.Input<string>;
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
  readonly retentionDays: number;
  readonly auditRetentionDays: number;
  /** Tenants that have alerts. */
  readonly ruled: readonly string[];
  /** Where each Alertmanager answers. */
  readonly alertmanagers: readonly string[];
}

/** Most streams that a tenant may have: containers on all nodes, and ten times as many while they are replaced. */
const tenantStreams = 10_000;

const hours = (days: number): string => `${days * 24}h`;

/**
 * Values of the chart: all of Loki in one process, as many times as it is to be. `SimpleScalable` goes with Loki 4, and
 * `Distributed` is for what is beyond a terabyte a day (the chart's values.yaml, `deploymentMode`); ours is a hundredth of it.
 */
export function lokiValues(args: LokiValuesArgs): Record<string, unknown> {
  const { highlyAvailable, nodeSelector, storageClassName, storage, annotations, ruled } = args;
  const { replicas, memoryGiB, diskGiB, cpu } = lokiSize(highlyAvailable);
  const off = { enabled: false };
  const none = { replicas: 0 };
  return {
    deploymentMode: "Monolithic",
    loki: {
      revisionHistoryLimit: 3,
      ...configuration(args),
      storage: {
        type: storage.type,
        bucketNames: { chunks: args.bucketName },
        [storage.type]: storage.settings,
      },
    },
    serviceAccount: {
      create: true,
      name: lokiAccount,
      annotations,
      // nothing of it asks the API server
      automountServiceAccountToken: false,
    },
    defaults: { priorityClassName: platformPriority, automountServiceAccountToken: false },
    rbac: { namespaced: true },
    singleBinary: {
      replicas,
      resources: {
        requests: { cpu, memory: `${memoryGiB}Gi` },
        limits: { cpu: "2", memory: `${memoryGiB}Gi` },
      },
      nodeSelector,
      service: { publishNotReadyAddresses: false },
      // a zone that is lost takes one of three
      topologySpreadConstraints: spreadOver(
        lokiPods,
        highlyAvailable ? "required" : "preferred",
        "controller-revision-hash",
      ),
      podDisruptionBudget: { enabled: true, maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" },
      // what is in memory goes to the bucket first
      terminationGracePeriodSeconds: 300,
      persistence: {
        enabled: true,
        storageClass: storageClassName,
        size: `${diskGiB}Gi`,
        // all that is worth keeping is in the bucket
        enableStatefulSetAutoDeletePVC: true,
        whenDeleted: "Delete",
        whenScaled: "Delete",
      },
      extraVolumes: ruled.map((tenant) => ({
        name: rulesOf(tenant),
        configMap: { name: rulesOf(tenant) },
      })),
      extraVolumeMounts: ruled.map((tenant) => ({
        name: rulesOf(tenant),
        mountPath: `${rulesFolder}/${tenant}`,
        readOnly: true,
      })),
    },
    // they are ready once they have found each other
    memberlist: { service: { publishNotReadyAddresses: true } },
    // those of the mode that goes
    write: none,
    read: none,
    backend: none,
    // tenants are told apart by who may reach Loki at all; there is nobody to sign in to a gateway
    gateway: off,
    // answers are kept in the process itself
    chunksCache: off,
    resultsCache: off,
    lokiCanary: off,
    test: off,
    sidecar: { rules: off },
    monitoring: { serviceMonitor: { enabled: true, interval: "30s", jobPrefix: "" } },
  };
}

/** What the chart makes Loki's configuration from, and what is said in Loki's own words beside it. */
function configuration({
  highlyAvailable,
  storage,
  retentionDays,
  auditRetentionDays,
  alertmanagers,
}: LokiValuesArgs): Record<string, unknown> {
  const { replicas, memoryGiB, tenantRateMiB, tenantBurstMiB } = lokiSize(highlyAvailable);
  return {
    // who asks says for which tenant; without one nobody is answered
    auth_enabled: true,
    commonConfig: { replication_factor: replicas },
    schemaConfig: {
      configs: [
        {
          from: "2026-01-01",
          store: "tsdb",
          object_store: storage.type,
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    rulerConfig: { storage: { type: "local", local: { directory: rulesFolder } } },
    runtimeConfig: {
      overrides: { [tenants.audit]: { retention_period: hours(auditRetentionDays) } },
    },
    structuredConfig: {
      server: { http_listen_port: lokiPort, grpc_listen_port: peerPorts.grpc, log_format: "json" },
      limits_config: {
        retention_period: hours(retentionDays),
        ingestion_rate_strategy: "global",
        ingestion_rate_mb: tenantRateMiB,
        ingestion_burst_size_mb: tenantBurstMiB,
        per_stream_rate_limit: "3MB",
        per_stream_rate_limit_burst: "15MB",
        max_global_streams_per_user: tenantStreams,
        max_label_names_per_series: 10,
        max_line_size: "256KB",
        max_line_size_truncate: true,
        allow_structured_metadata: true,
        max_structured_metadata_entries_count: 16,
        query_timeout: "1m",
      },
      compactor: {
        working_directory: "/var/loki/compactor",
        retention_enabled: true,
        // what is past its days is marked, and deleted two hours later
        retention_delete_delay: "2h",
        delete_request_store: storage.type,
      },
      ingester: { wal: { flush_on_shutdown: true, replay_memory_ceiling: `${memoryGiB * 512}MB` } },
      ruler: {
        rule_path: "/var/loki/rules",
        alertmanager_url: alertmanagers.join(","),
        // each group is looked at by one, and by another when that is away
        enable_sharding: replicas > 1,
        ring: { kvstore: { store: replicas > 1 ? "memberlist" : "inmemory" } },
      },
      analytics: { reporting_enabled: false },
    },
  };
}
