import type * as pulumi from "@pulumi/pulumi";
import { isSharded, type MonitoringSize } from "../platform/monitoringSize";
import { namespaces } from "../platform/names";
import type { NamespaceQuota } from "../platform/namespace";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { sidecarService } from "./archivingPrometheus";
import { objstore } from "./metricsArchive";
import { querierPods, querierPort } from "./metricsSource";
import { ownersLabels, recentDays, rulerService } from "./thanosRuler";
import { largestBlockDays, type ThanosRetention } from "./thanosSpec";

/** Service account of those that reach the bucket; the others have it too, and no traffic to there. */
export const thanosAccount = "thanos";

/** Parts of Thanos, as the chart labels them. */
export const thanosParts = ["query", "query-frontend", "storegateway", "compactor"] as const;
export type ThanosPart = (typeof thanosParts)[number];

/** Labels by which the chart's own workloads select their pods. */
export function thanosPods(part: ThanosPart): Readonly<Record<string, string>> {
  return {
    ...querierPods,
    "app.kubernetes.io/component": part,
  };
}

/** Ports of the parts: of all for requests and metrics, of two for what they ask each other. */
export const thanosPorts = { query: querierPort, grpc: 10901, metrics: 10902 } as const;

/** Whoever it runs as, of the image's own (Dockerfile). */
const user = 1001;

/** Memory of each part, MiB. */
export const thanosMemoryMiB = { query: 1024, frontend: 512, store: 2048, compactor: 2048 } as const;

/**
 * Memory of a querier that is asked every rule, MiB: the answers of all shards to all groups that are evaluated at once, beside
 * what dashboards ask.
 */
export const ruledQuerierMemoryMiB = 4096;

/** Memory of a querier, MiB: where Prometheus is in shards the rules ask it as well. */
export function querierMemoryMiB(monitoring: MonitoringSize): number {
  return isSharded(monitoring) ? ruledQuerierMemoryMiB : thanosMemoryMiB.query;
}

/** How many of a part there are. */
export function thanosReplicas(highlyAvailable: boolean): number {
  return highlyAvailable ? 2 : 1;
}

/** Disk of a store gateway, GiB: the head of each block's index. */
export const storeDiskGiB = 20;

/**
 * Disk of the compactor, GiB: the largest block and what it is made from, both at once
 * (https://thanos.io/tip/components/compact.md/#disk), by the disk that so many days are given in Prometheus.
 */
export function compactorDiskGiB({ diskGiB, retentionDays }: MonitoringSize): number {
  return Math.ceil((diskGiB * 2 * largestBlockDays) / retentionDays);
}

/** What the chart's values are made from. */
export interface ThanosValuesArgs {
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  readonly monitoring: MonitoringSize;
  readonly retention: ThanosRetention;
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function thanosValues({
  highlyAvailable,
  nodeSelector,
  storageClassName,
  monitoring,
  retention,
  annotations,
}: ThanosValuesArgs): Record<string, unknown> {
  const { rawDays, fiveMinuteDays, hourDays } = retention;
  const sharded = isSharded(monitoring);
  const found = (service: string): string =>
    `dnssrv+_grpc._tcp.${service}.${namespaces.monitoring}.svc.cluster.local`;
  const off = { enabled: false };
  const podSecurityContext = {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
  const part = (what: ThanosPart, versionLabel?: string) => ({
    replicaCount: thanosReplicas(highlyAvailable),
    podSecurityContext,
    topologySpreadConstraints: spreadOver(thanosPods(what), "preferred", versionLabel),
    pdb: highlyAvailable ? { enabled: true, maxUnavailable: 1 } : off,
  });
  const ofSet = "controller-revision-hash";
  const disk = (diskGiB: number) => ({
    persistence: { enabled: true, size: `${diskGiB}Gi`, storageClass: storageClassName },
  });
  return {
    global: {
      nodeSelector,
      priorityClassName: platformPriority,
      // its key there is the one that the chart expects
      objstore: { createSecret: false, secretName: objstore.secret },
      serviceAccount: { name: thanosAccount, annotations, automountServiceAccountToken: false },
      serviceMonitor: { enabled: true },
      // the program's own, each with its runbook
      thanosRules: off,
    },
    bucket: off,
    receive: off,
    ruler: off,
    query: {
      ...part("query"),
      endpoints: { static: [found(sidecarService), ...(sharded ? [found(rulerService)] : [])] },
      replicaLabels: sharded ? ownersLabels : ["prometheus_replica"],
      extraArgs: ["--log.format=json", "--query.auto-downsampling", "--query.timeout=2m"],
      resources: sharded
        ? resources("500m", querierMemoryMiB(monitoring), "4")
        : resources("100m", querierMemoryMiB(monitoring)),
    },
    queryFrontend: {
      enabled: true,
      ...part("query-frontend"),
      cacheConfig: JSON.stringify({ type: "IN-MEMORY", config: { max_size: "256MB", validity: "6h" } }),
      extraArgs: ["--log.format=json"],
      resources: resources("50m", thanosMemoryMiB.frontend),
    },
    storegateway: {
      ...part("storegateway", ofSet),
      ...disk(storeDiskGiB),
      // a pool of 2 GB is the default, which is for larger ones
      extraArgs: [
        ...["--log.format=json", "--chunk-pool-size=512MB", "--index-cache-size=256MB"],
        ...(sharded ? [`--max-time=-${recentDays}d`] : []),
      ],
      resources: resources("100m", thanosMemoryMiB.store),
    },
    compactor: {
      ...part("compactor", ofSet),
      // two would both write the same blocks: https://thanos.io/tip/components/compact.md
      replicaCount: 1,
      ...disk(compactorDiskGiB(monitoring)),
      vpa: off,
      retention: {
        resolutionRaw: `${rawDays}d`,
        resolution5m: `${fiveMinuteDays}d`,
        resolution1h: `${hourDays}d`,
      },
      extraArgs: ["--log.format=json", "--consistency-delay=30m"],
      resources: resources("200m", thanosMemoryMiB.compactor, "2"),
    },
  };
}

/** What the whole asks for: of each part one more while it is replaced. */
export function thanosQuota(highlyAvailable: boolean, monitoring: MonitoringSize): NamespaceQuota {
  const replicas = thanosReplicas(highlyAvailable);
  const { frontend, store, compactor } = thanosMemoryMiB;
  const query = querierMemoryMiB(monitoring);
  const sharded = isSharded(monitoring);
  const memory = `${(replicas + 1) * (query + frontend + store) + 2 * compactor}Mi`;
  return {
    requests: { cpu: sharded ? "4" : "2", memory },
    limits: { cpu: sharded ? "32" : "16", memory },
    pods: 3 * (replicas + 1) + 2,
    storageGiB: replicas * storeDiskGiB + compactorDiskGiB(monitoring),
  };
}

function resources(cpu: string, memoryMiB: number, cpuLimit = "1"): Record<string, unknown> {
  const memory = `${memoryMiB}Mi`;
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory } };
}
