import type * as pulumi from "@pulumi/pulumi";
import { redisLag } from "../../components/data/redis";
import { thresholds } from "../../components/governance/alarms";
import { type MetricAlarmArgs, metricAlarm, ofAll, type Series } from "./metricAlarm";
import { type AlarmSet, makeAll } from "./storeAlarms";

type Opts = { readonly parent: pulumi.Resource };
type Alarm = Omit<MetricAlarmArgs, "topicArn">;

/** Redis on ElastiCache, shard by shard: a shard that is full or busy is, whatever the others are. */
export function redisAlarms(
  name: string,
  shardNodes: readonly (readonly pulumi.Output<string>[])[],
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  for (const [place, nodes] of shardNodes.entries()) {
    const shard = numberOf(place);
    const each = (metric: string, statistic: Series["statistic"]): Series[] =>
      nodes.map((node) => ({
        namespace: "AWS/ElastiCache",
        metric,
        statistic,
        dimensions: { CacheClusterId: node },
      }));
    const alarms: Record<string, Alarm> = {
      [`redis-${shard}-memory`]: {
        severity: "critical",
        description: `Redis: shard ${shard} is nearly full. Full, it evicts what may expire and refuses the rest.`,
        ...ofAll("MAX", each("DatabaseMemoryUsagePercentage", "Maximum")),
        limit: { above: thresholds.redisMemory * 100 },
      },
      [`redis-${shard}-cpu`]: {
        severity: "warning",
        description: `Redis: the one thread of shard ${shard} that runs commands is busy all the time.`,
        ...ofAll("MAX", each("EngineCPUUtilization", "Average")),
        limit: { above: thresholds.storeCpu * 100 },
      },
      [`redis-${shard}-evictions`]: {
        severity: "warning",
        description: `Redis: shard ${shard} throws keys away to make room.`,
        ...ofAll("MAX", each("Evictions", "Sum")),
        limit: { above: 0 },
      },
    };
    makeAll(name, alarms, topicArn, opts);
  }
}

/**
 * The cluster that follows in another region. Which node of a shard is the one that does changes with its failovers, and it
 * alone has the metric; alarms are made where that is.
 */
export function redisFollowerAlarms(
  name: string,
  shardNodes: readonly (readonly pulumi.Output<string>[])[],
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  for (const [place, nodes] of shardNodes.entries()) {
    const shard = numberOf(place);
    metricAlarm(
      name,
      `redis-${shard}-recovery-lag`,
      {
        severity: "critical",
        description: `Redis: shard ${shard} in the other region is more than a minute behind. A loss of this region would lose what it lacks.`,
        ...ofAll(
          "MAX",
          nodes.map((node) => ({
            namespace: "AWS/ElastiCache",
            metric: "GlobalDatastoreReplicationLag",
            statistic: "Minimum",
            dimensions: { CacheClusterId: node },
          })),
        ),
        limit: { above: redisLag.seconds },
        minutes: redisLag.minutes,
        topicArn,
      },
      opts,
    );
  }
}

/** ElastiCache's own number of a shard. */
function numberOf(place: number): string {
  return String(place + 1).padStart(4, "0");
}
