import * as pulumi from "@pulumi/pulumi";
import { redisLag } from "../../components/data/redis";
import { thresholds } from "../../components/governance/alarms";
import type { Metric, PolicyOptions } from "./alertPolicy";
import { makeAll } from "./storeAlarms";

/** Redis on Memorystore: https://cloud.google.com/memorystore/docs/cluster/supported-monitoring-metrics */
export function redisAlarms(name: string, clusterName: pulumi.Output<string>, opts: PolicyOptions): void {
  const of = (metric: string, align: Metric["align"]): Metric => ({
    filter: pulumi.interpolate`metric.type="redis.googleapis.com/cluster/${metric}" AND resource.type="redis.googleapis.com/Cluster" AND resource.labels.cluster_id="${clusterName}"`,
    align,
  });
  makeAll(
    name,
    {
      "redis-memory": {
        severity: "critical",
        description: "Redis: a node is nearly full. Full, it evicts what may expire and refuses the rest.",
        metric: of("memory/maximum_utilization", "ALIGN_MAX"),
        limit: { above: thresholds.redisMemory },
      },
      "redis-cpu": {
        severity: "warning",
        description: "Redis: a node is busy all the time.",
        metric: of("cpu/maximum_utilization", "ALIGN_MEAN"),
        limit: { above: thresholds.storeCpu },
      },
      "redis-evictions": {
        severity: "warning",
        description: "Redis: keys are thrown away to make room.",
        metric: of("stats/total_evicted_keys_count", "ALIGN_DELTA"),
        limit: { above: 0 },
      },
    },
    opts,
  );
}

/** How much the cluster in the other region may lack, bytes: what a shard that takes a MiB of commands a second writes in a minute. */
const mostLacking = redisLag.seconds * 2 ** 20;

/** What follows a cluster in another region: its first cluster knows how much it lacks, and of how many links. */
export function redisFollowerAlarms(
  name: string,
  clusterName: pulumi.Output<string>,
  opts: PolicyOptions,
): void {
  const of = (metric: string, align: Metric["align"]): Metric => ({
    filter: pulumi.interpolate`metric.type="redis.googleapis.com/cluster/cross_cluster_replication/${metric}" AND resource.type="redis.googleapis.com/Cluster" AND resource.labels.cluster_id="${clusterName}"`,
    align,
  });
  makeAll(
    name,
    {
      "redis-recovery-lag": {
        severity: "critical",
        description:
          "Redis: the cluster in the other region lacks what was written in the last minutes. A loss of this region would lose it.",
        metric: of("secondary_maximum_replication_offset_diff", "ALIGN_MIN"),
        limit: { above: mostLacking },
        minutes: redisLag.minutes,
      },
      "redis-recovery-links": {
        severity: "critical",
        description: "Redis: nothing is copied any more to the cluster in the other region.",
        metric: of("secondary_replication_links", "ALIGN_MAX"),
        limit: { below: 1 },
        minutes: redisLag.minutes,
      },
    },
    opts,
  );
}
