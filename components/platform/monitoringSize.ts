/** How often each target is scraped, seconds: with the next, a part of the delay between a breach and its page. */
export const scrapeSeconds = 10;

/** How often rules are evaluated, seconds. */
export const evaluationSeconds = 10;

/** How many of Prometheus and Alertmanager, how much they keep, and what they may use. */
export interface MonitoringSize {
  readonly prometheusReplicas: number;
  /**
   * Parts that what is scraped is divided into, 1 to 8, each with as many replicas. More than one need Thanos, whose querier then
   * answers for all of them and whose ruler evaluates the rules.
   *
   * @default 1
   */
  readonly shards?: number;
  /** An odd number, so that one more than half of them agree when the network splits. */
  readonly alertmanagerReplicas: number;
  /** How long Prometheus keeps samples, days. */
  readonly retentionDays: number;
  /** Disk of each Prometheus replica, GiB; the oldest samples go when {@link usedDiskShare} of it is used. */
  readonly diskGiB: number;
  /**
   * Memory of each Prometheus replica, GiB.
   *
   * @default 4 - a million series at 3 KiB each, and a quarter for queries
   */
  readonly memoryGiB?: number;
}

/** Most parts that Prometheus may be divided into: beyond, the querier that has all of them asked is what is too small. */
export const maxShards = 8;

/** How many parts what is scraped is divided into. */
export function shardsOf({ shards = 1 }: Pick<MonitoringSize, "shards">): number {
  return shards;
}

/** Whether no Prometheus has every series. */
export function isSharded(size: Pick<MonitoringSize, "shards">): boolean {
  return shardsOf(size) > 1;
}

/** Memory of a Prometheus replica where its size does not say, GiB. */
export const defaultMemoryGiB = 4;

/**
 * Part of its disk that Prometheus' blocks may take, with the log of the last hours; the rest is for compaction. It is below
 * the fifth that is free when the alert of volumes fires: at it Prometheus drops its oldest samples by itself.
 */
export const usedDiskShare = 0.75;
