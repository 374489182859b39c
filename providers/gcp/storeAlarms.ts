import * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import { alertPolicy, type AlertPolicyArgs, type Metric, type PolicyOptions } from "./alertPolicy";
import type { WatchedServer } from "./postgres";
import type { GcpProject } from "./project";

/**
 * What Cloud SQL sets `max_connections` to where nobody says, by memory of so many GiB or more.
 * https://cloud.google.com/sql/docs/postgres/flags#postgres-m
 */
const connectionLimits: readonly (readonly [memoryGiB: number, connections: number])[] = [
  [120, 1000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [0, 100],
];

/** PostgreSQL on Cloud SQL: https://cloud.google.com/sql/docs/postgres/admin-api/metrics */
export function postgresAlarms(
  name: string,
  { primary, readers, memoryGiB }: WatchedServer,
  opts: PolicyOptions & { readonly project: GcpProject },
): void {
  const of = (server: pulumi.Output<string>, metric: string, align: Metric["align"]): Metric => ({
    filter: pulumi.interpolate`metric.type="cloudsql.googleapis.com/database/${metric}" AND resource.type="cloudsql_database" AND resource.labels.database_id="${opts.project.projectId}:${server}"`,
    align,
  });
  const [, connections = 100] = connectionLimits.find(([least]) => memoryGiB >= least) ?? [];
  makeAll(
    name,
    {
      "postgres-down": {
        severity: "critical",
        description: "PostgreSQL: the server does not answer.",
        metric: of(primary, "up", "ALIGN_MAX"),
        limit: { below: 1 },
        minutes: 5,
      },
      "postgres-disk": {
        severity: "critical",
        description:
          "PostgreSQL: the disk is nearly full and has not grown. It may have reached its largest size.",
        metric: of(primary, "disk/utilization", "ALIGN_MEAN"),
        limit: { above: 0.95 },
      },
      "postgres-connections": {
        severity: "critical",
        description: "PostgreSQL: nearly all connections are taken. New ones will be refused.",
        // counted database by database
        metric: {
          ...of(primary, "postgresql/num_backends", "ALIGN_MAX"),
          reduce: "REDUCE_SUM",
          groupBy: ["resource.labels.database_id"],
        },
        limit: { above: Math.floor(connections * thresholds.connections) },
        minutes: 5,
      },
      "postgres-cpu": {
        severity: "warning",
        description: "PostgreSQL: the processors are busy all the time. Look at Query Insights.",
        metric: of(primary, "cpu/utilization", "ALIGN_MEAN"),
        limit: { above: thresholds.storeCpu },
      },
      "postgres-memory": {
        severity: "warning",
        description:
          "PostgreSQL: less than a twentieth of the memory is free. The server may be stopped for it.",
        metric: of(primary, "memory/utilization", "ALIGN_MEAN"),
        limit: { above: 0.95 },
      },
      ...(readers !== undefined && {
        "postgres-replica-lag": {
          severity: "warning",
          description: "PostgreSQL: a reader is more than a minute behind the writer.",
          metric: of(readers, "replication/replica_lag", "ALIGN_MEAN"),
          limit: { above: thresholds.replicaLagSeconds },
        },
      }),
    },
    opts,
  );
}

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
