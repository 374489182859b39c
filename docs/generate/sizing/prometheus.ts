import { measuredBy } from "../../../components/mesh/istioSpec";
import {
  defaultMemoryGiB,
  isSharded,
  type MonitoringSize,
  scrapeSeconds,
  shardsOf,
  usedDiskShare,
} from "../../../components/platform/monitoringSize";
import { planSlos } from "../../../components/slo/plan";
import { sloGroups } from "../../../components/slo/rules";
import { type Load, loadsOf } from "./load";
import { daySeconds, gibibyte, grouped, type SizedSystem, type SizingReader } from "./sizing";

/** Series that each of something has, and what they are. */
export const seriesPer = {
  node: {
    series: 2_500,
    of: "node exporter (about 1,200 with its default collectors on 4 vCPUs) and the kubelet's own, its histograms' buckets most of them",
  },
  pod: {
    series: 250,
    of: "cAdvisor (35 a container after what the chart drops, 8 a network interface), kube-state-metrics (60), and 150 of the process: runtime, requests by route, status and bucket",
  },
  sidecar: {
    series: 800,
    of: "a proxy of the mesh: requests, duration and two sizes by source, target and status, 20 buckets each, for about six pairs",
  },
  storePod: { series: 4_000, of: "Kafka's JMX, Elasticsearch's indices, MongoDB's collections" },
  cluster: {
    series: 60_000,
    of: "the API server's histograms (two endpoints), CoreDNS, kube-state-metrics' other objects, recording rules",
  },
} as const;

/**
 * Bytes of memory for a series: its labels and its place in the index, one to two chunks of the head, and the same again
 * until the collector of garbage has been.
 */
export const seriesBytes = 3 * 1024;

/** Series of pods that are gone stay in the head for up to three hours: what a roll-out of everything adds. */
export const churn = 1.2;

/** Queries and rules take up to so much more than the series do. */
export const queryShare = 0.25;

/** Bytes on disk for a sample: "1-2 bytes" (https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects). */
export const sampleBytes = 1.5;

/**
 * How much more than its part the largest shard may have: targets are divided by a hash of their address, each of them whole,
 * whatever they tell, and there are hundreds of them.
 */
export const shardSkew = 1.25;

/** Part of what is scraped that the largest shard has. */
export function largestShard(monitoring: Pick<MonitoringSize, "shards">): number {
  return isSharded(monitoring) ? Math.min(1, shardSkew / shardsOf(monitoring)) : 1;
}

/** Active series of a load. */
export function seriesOf({ nodes, pods, platformPods, storePods }: Load, hasSidecars: boolean): number {
  return (
    nodes * seriesPer.node.series +
    (pods + platformPods + storePods) * seriesPer.pod.series +
    (hasSidecars ? pods * seriesPer.sidecar.series : 0) +
    storePods * seriesPer.storePod.series +
    seriesPer.cluster.series
  );
}

/** Series that are recorded of what is promised of a system's services: one of each recording, whatever runs. */
export function objectiveSeries({
  blueprint: { services, namespace, platform },
}: Pick<SizedSystem, "blueprint">): number {
  const place = { namespace, measured: measuredBy(platform.istio) };
  return Object.entries(services)
    .flatMap(([service, spec]) => planSlos(service, spec, place))
    .flatMap(sloGroups)
    .reduce((sum, { recordings = [] }) => sum + recordings.length, 0);
}

/** Prometheus: every replica of a shard has all of the shard's, and what is recorded unless it is in shards. */
export const prometheus: SizingReader = (system) => {
  const { platform, monitoring } = system.blueprint;
  const { retentionDays, diskGiB, memoryGiB = defaultMemoryGiB, prometheusReplicas: replicas } = monitoring;
  const hasSidecars = platform.istio !== undefined && platform.istio.mode !== "ambient";
  const { highest, usual } = loadsOf(system);
  const sharded = isSharded(monitoring);
  // where it is in shards the ruler has what is recorded
  const recorded = sharded ? 0 : objectiveSeries(system);
  const share = largestShard(monitoring);
  const most = seriesOf(highest, hasSidecars) * share + recorded;
  const usually = seriesOf(usual, hasSidecars) * share + recorded;
  const samplesPerSecond = usually / scrapeSeconds;
  return [
    {
      part: partOf(replicas, shardsOf(monitoring)),
      stated: `${grouped(most)} series at most, ${grouped(usually)} usually, ${grouped(recorded)} of them recorded of objectives: ${grouped(samplesPerSecond)} samples a second, kept for ${retentionDays} days`,
      needs: {
        memoryGiB: (most * churn * seriesBytes * (1 + queryShare)) / gibibyte,
        diskGiB: (samplesPerSecond * sampleBytes * retentionDays * daySeconds) / gibibyte / usedDiskShare,
      },
      has: { memoryGiB, diskGiB },
    },
  ];
};

function partOf(replicas: number, shards: number): string {
  if (shards > 1) return `Prometheus, each of ${replicas * shards} in ${shards} shards`;
  return replicas === 1 ? "Prometheus" : `Prometheus, each of ${replicas}`;
}
