import { largestBlockDays, planThanos } from "../../../components/metrics/thanosSpec";
import { compactorDiskGiB, storeDiskGiB, thanosMemoryMiB } from "../../../components/metrics/thanosValues";
import { scrapeSeconds } from "../../../components/platform/monitoringSize";
import { loadsOf } from "./load";
import { largestShard, sampleBytes, seriesOf } from "./prometheus";
import { daySeconds, gibibyte, grouped, type SizingReader } from "./sizing";

/** Aggregates (count, sum, min, max, counter) that a coarser sample consists of, each a chunk of its own. */
export const aggregates = 5;

/** Part of a block that is its index, of whose head a store gateway keeps a tenth on disk and a hundredth in memory. */
export const blockIndexShare = 0.1;

/** Memory of the compactor beside what it reads by mapping, GiB: the symbols and postings of the blocks that it joins. */
const compactorBase = 1;

/** Bytes of memory that the compactor takes for each series of what it joins. */
const joinedBytes = 2048;

/** Memory of a store gateway beside the heads of indices, GiB: the chunks' pool, its cache of indices, and what Go takes. */
const storeBase = 0.5 + 0.25 + 0.25;

/** Thanos' parts that keep something, and the bucket, which has no bound. */
export const thanos: SizingReader = (system) => {
  const { platform, monitoring } = system.blueprint;
  if (platform.thanos === undefined) return [];
  const { rawDays, fiveMinuteDays, hourDays } = planThanos(platform.thanos);
  const { prometheusReplicas: replicas } = monitoring;
  const hasSidecars = platform.istio !== undefined && platform.istio.mode !== "ambient";
  const series = seriesOf(loadsOf(system).usual, hasSidecars);
  const gibOf = (days: number, everySeconds: number, per = 1): number =>
    (series * (daySeconds / everySeconds) * days * sampleBytes * per) / gibibyte;
  // each shard's blocks are joined by themselves, one after the other
  const joined = series * largestShard(monitoring);
  const block = gibOf(largestBlockDays, scrapeSeconds) * largestShard(monitoring);
  const kept =
    gibOf(rawDays, scrapeSeconds) +
    gibOf(fiveMinuteDays, 300, aggregates) +
    gibOf(hourDays, 3600, aggregates);
  const bucketGiB = kept * replicas;
  return [
    {
      part: "Thanos' compactor",
      stated: `two blocks of ${largestBlockDays} days of ${grouped(joined)} series; the bucket comes to ${grouped(bucketGiB)} GiB (${rawDays}, ${fiveMinuteDays} and ${hourDays} days, of ${replicas === 1 ? "one replica" : `${replicas} replicas`})`,
      needs: { memoryGiB: compactorBase + (joined * joinedBytes) / gibibyte, diskGiB: 2 * block },
      has: { memoryGiB: thanosMemoryMiB.compactor / 1024, diskGiB: compactorDiskGiB(monitoring) },
    },
    {
      part: "Thanos' store gateway",
      stated: `heads of the indices of ${grouped(bucketGiB)} GiB`,
      needs: {
        memoryGiB: storeBase + bucketGiB * blockIndexShare * 0.01,
        diskGiB: bucketGiB * blockIndexShare * 0.1,
      },
      has: { memoryGiB: thanosMemoryMiB.store / 1024, diskGiB: storeDiskGiB },
    },
  ];
};
