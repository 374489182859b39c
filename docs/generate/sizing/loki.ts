import { lokiSize } from "../../../components/logging/lokiValues";
import { type Load, loadsOf } from "./load";
import { daySeconds, gibibyte, grouped, type SizedSystem, type SizingReader } from "./sizing";

/** Lines that each of something writes a second, and how long they are, bytes. */
export const linesPer = {
  pod: { lines: 5, bytes: 400, of: "pod of a service: a line for each request and what it took, as JSON" },
  platformPod: { lines: 0.5, bytes: 250, of: "pod of the platform" },
  storePod: { lines: 1, bytes: 250, of: "pod of a store in the cluster" },
  node: { lines: 1, bytes: 300, of: "node: its agents, and events of what runs on it" },
} as const;

/** How much smaller lines become in a chunk: between five and ten times, of JSON (snappy); the least. */
export const compression = 5;

/** Part of what is kept that is index and what Loki keeps beside lines. */
export const indexShare = 0.05;

/** Days for which the bucket keeps what is deleted. */
export const deletedDays = 7;

/** Containers of a pod, each of which is a stream. */
const containersPerPod = 1.3;

/** Memory of a stream in an ingester: a chunk that is filled to 1.5 MB, and the labels. */
export const streamBytes = 1.6 * 2 ** 20;

/** Part of the chunks' size that is there at once: those of quiet streams are cut after half an hour. */
export const filledShare = 0.5;

/** What Loki takes with nothing in it, and a search over a day. */
export const idleGiB = 0.35;
export const searchGiB = 0.4;

/** What is on a disk: the log of two hours and of a flush that has to be done again, and the index of a week. */
const logHours = 4;

/** Bytes a second, before they are compressed. */
export function bytesPerSecond({ nodes, pods, platformPods, storePods }: Load): number {
  const of = (count: number, { lines, bytes }: { readonly lines: number; readonly bytes: number }): number =>
    count * lines * bytes;
  return (
    of(pods, linesPer.pod) +
    of(platformPods, linesPer.platformPod) +
    of(storePods, linesPer.storePod) +
    of(nodes, linesPer.node)
  );
}

/** Gibibytes that a system writes in a day, before they are compressed. */
export function gibPerDay(system: SizedSystem): number {
  return (bytesPerSecond(loadsOf(system).usual) * daySeconds) / gibibyte;
}

/** Gibibytes of the bucket, into which each replica writes chunks of its own. */
export function bucketGiB(perDay: number, retentionDays: number, replicas: number): number {
  return ((perDay * (retentionDays + deletedDays) * replicas) / compression) * (1 + indexShare);
}

/** Loki: of three replicas each has all of it. */
export const loki: SizingReader = (system) => {
  const { platform, monitoring, highlyAvailable } = system.blueprint;
  if (platform.loki === undefined) return [];
  const { retentionDays = monitoring.retentionDays } = platform.loki;
  const { replicas, memoryGiB, diskGiB } = lokiSize(highlyAvailable);
  const { highest } = loadsOf(system);
  const streams =
    (highest.pods + highest.platformPods + highest.storePods + highest.nodes * 2) * containersPerPod;
  const perDay = gibPerDay(system);
  const perHour = (bytesPerSecond(highest) * 3600) / gibibyte;
  return [
    {
      part: replicas === 1 ? "Loki" : `Loki, each of ${replicas}`,
      stated:
        `${grouped(streams)} streams at most, ${perDay.toFixed(1)} GiB a day usually, kept for ${retentionDays} days: ` +
        `${grouped(bucketGiB(perDay, retentionDays, replicas))} GiB in the bucket`,
      needs: {
        memoryGiB: idleGiB + searchGiB + (streams * streamBytes * filledShare) / gibibyte,
        diskGiB: perHour * logHours + (perDay / compression) * indexShare * 7,
      },
      has: { memoryGiB, diskGiB },
    },
  ];
};
