import * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import { alertPolicy, type AlertPolicyArgs, type Metric, type PolicyOptions } from "./alertPolicy";

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

/** One policy for each, named by its key. */
export function makeAll(
  name: string,
  policies: Readonly<Record<string, AlertPolicyArgs>>,
  opts: PolicyOptions,
): void {
  for (const [what, args] of Object.entries(policies)) {
    alertPolicy(name, what, args, opts);
  }
}
