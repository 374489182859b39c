import * as pulumi from "@pulumi/pulumi";
import type * as gcp from "@pulumi/gcp";
import { recoveryLagMinutes, recoveryLagSeconds } from "../../components/data/sqlRecovery";
import type { SqlEngine } from "../../components/data/sqlVersions";
import { thresholds } from "../../components/governance/alarms";
import type { AlertPolicyArgs, Metric, PolicyOptions } from "./alertPolicy";
import type { GcpProject } from "./project";
import { maxConnections } from "./sqlLimits";
import type { SqlServer } from "./sqlServer";
import { makeAll } from "./storeAlarms";

/** What a server's users call it. */
const titles: Readonly<Record<SqlEngine, string>> = { postgres: "PostgreSQL", mysql: "MySQL" };

type MetricOf = (
  instance: gcp.sql.DatabaseInstance,
  metric: string,
  align: Metric["align"],
  more?: Pick<Metric, "reduce" | "groupBy">,
) => Metric;

/** A server of Cloud SQL: https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql */
export function sqlAlarms(
  name: string,
  engine: SqlEngine,
  server: SqlServer,
  opts: PolicyOptions & { readonly project: GcpProject },
): void {
  const { projectId } = opts.project;
  const of: MetricOf = (instance, metric, align, more = {}) => ({
    filter: pulumi.interpolate`metric.type="cloudsql.googleapis.com/database/${metric}" AND resource.type="cloudsql_database" AND resource.labels.database_id="${projectId}:${instance.name}"`,
    align,
    ...more,
  });
  const pool: Metric = {
    filter: pulumi.interpolate`metric.type="cloudsql.googleapis.com/per_database/conn_pool/client_connections_avg_wait_time" AND resource.type="cloudsql_instance_database" AND resource.labels.resource_id="${projectId}:${server.primary.name}"`,
    align: "ALIGN_MEAN",
  };
  const alarms = {
    ...primaryAlarms(engine, server, of),
    ...(server.pooling && {
      pool: {
        severity: "critical",
        description: `${titles[engine]}: clients wait a second and more for one of the connections that they share.`,
        metric: pool,
        limit: { above: thresholds.poolWaitMicroseconds },
      },
    }),
    ...replicaAlarms(engine, server, of),
    backup: {
      severity: "warning",
      description: `${titles[engine]}: last night's backup was not taken.`,
      log: pulumi.interpolate`log_id("cloudaudit.googleapis.com/system_event") AND resource.type="cloudsql_database" AND resource.labels.database_id="${projectId}:${server.primary.name}" AND protoPayload.methodName="cloudsql.instances.automatedBackup" AND protoPayload.metadata.windowStatus=("STATUS_FAILED" OR "STATUS_SKIPPED")`,
    },
  } satisfies Record<string, AlertPolicyArgs>;
  makeAll(
    name,
    Object.fromEntries(Object.entries(alarms).map(([what, alarm]) => [`${engine}-${what}`, alarm])),
    opts,
  );
}

function primaryAlarms(
  engine: SqlEngine,
  { primary, memoryGiB }: SqlServer,
  of: MetricOf,
): Record<string, AlertPolicyArgs> {
  const title = titles[engine];
  return {
    down: {
      severity: "critical",
      description: `${title}: the server does not answer.`,
      metric: of(primary, "up", "ALIGN_MAX"),
      limit: { below: 1 },
      minutes: 5,
    },
    disk: {
      severity: "critical",
      description: `${title}: the disk is nearly full and has not grown. It may have reached its largest size.`,
      metric: of(primary, "disk/utilization", "ALIGN_MEAN"),
      limit: { above: 0.95 },
    },
    connections: {
      severity: "critical",
      description: `${title}: nearly all connections are taken. New ones will be refused.`,
      metric:
        engine === "mysql"
          ? of(primary, "network/connections", "ALIGN_MAX")
          : // counted database by database
            of(primary, "postgresql/num_backends", "ALIGN_MAX", {
              reduce: "REDUCE_SUM",
              groupBy: ["resource.labels.database_id"],
            }),
      limit: { above: Math.floor(maxConnections(engine, memoryGiB) * thresholds.connections) },
      minutes: 5,
    },
    cpu: {
      severity: "warning",
      description: `${title}: the processors are busy all the time. Look at Query Insights.`,
      metric: of(primary, "cpu/utilization", "ALIGN_MEAN"),
      limit: { above: thresholds.storeCpu },
    },
    memory: {
      severity: "warning",
      description: `${title}: less than a twentieth of the memory is free. The server may be stopped for it.`,
      metric: of(primary, "memory/utilization", "ALIGN_MEAN"),
      limit: { above: 0.95 },
    },
  };
}

function replicaAlarms(
  engine: SqlEngine,
  { readers, recovery }: SqlServer,
  of: MetricOf,
): Record<string, AlertPolicyArgs> {
  const title = titles[engine];
  const lag = "replication/replica_lag";
  return {
    ...(readers !== undefined && {
      "replica-lag": {
        severity: "warning",
        description: `${title}: a reader is more than a minute behind the writer.`,
        metric: of(readers, lag, "ALIGN_MEAN"),
        limit: { above: thresholds.replicaLagSeconds },
      },
    }),
    ...(recovery !== undefined && {
      "recovery-lag": {
        severity: "critical",
        description: `${title}: the replica in the other region is behind by more than may be lost with this one.`,
        metric: of(recovery, lag, "ALIGN_MEAN"),
        limit: { above: recoveryLagSeconds },
        minutes: recoveryLagMinutes,
      },
      "recovery-silent": {
        severity: "critical",
        description: `${title}: the replica in the other region says nothing of its lag. It may have stopped.`,
        silent: of(recovery, lag, "ALIGN_MEAN"),
      },
    }),
  };
}
