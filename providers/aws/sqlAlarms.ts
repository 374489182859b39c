import type * as pulumi from "@pulumi/pulumi";
import { recoveryLagMinutes, recoveryLagSeconds } from "../../components/data/sqlRecovery";
import { thresholds } from "../../components/governance/alarms";
import type { AlarmChannels } from "./alarmChannels";
import type { AwsAlarmRelay } from "./alarmRelay";
import { type MetricAlarmArgs, metricAlarm, ofAll, type Series } from "./metricAlarm";
import type { WatchedServer } from "./sqlServer";
import { makeAll } from "./storeAlarms";

type Opts = { readonly parent: pulumi.Resource };
type Alarm = Omit<MetricAlarmArgs, "topicArn">;

const bytesPerGiB = 2 ** 30;

/** Free disk that is too little: RDS grows a disk of which a tenth is free, and half of that says that it did not. */
const leastFree = 0.05;

/** Log that a replica may leave on the primary's disk, as a part of it. */
const mostRetainedLog = 0.1;

/** CPU credits that are nearly none: each is a minute of one processor. */
const leastCredits = 20;

/** A day, seconds: what a replica is behind that has stopped, of which MySQL's metric says -1. */
const stopped = 86_400;

/** What RDS tells of a server by itself, by how much it matters: its event categories. */
const serverEvents = {
  critical: ["deletion", "failure", "low storage"],
  warning: ["availability", "failover", "read replica", "recovery"],
} as const;

/** A server on RDS: what its metrics say, and what RDS tells of it. */
export function watchServer(name: string, watched: WatchedServer, channels: AlarmChannels, opts: Opts): void {
  const { engine, identifier, recovery } = watched;
  makeAll(name, serverAlarms(watched), channels.topicArn, opts);
  if (recovery !== undefined) {
    const relay = channels.inRegionOf(recovery.place);
    recoveryAlarm(relay, watched, recovery.node);
  }
  for (const severity of ["critical", "warning"] as const) {
    channels.announce(`${engine.engine}-events`, {
      severity,
      description: `what RDS tells of ${identifier}: ${serverEvents[severity].join(", ")}`,
      pattern: {
        source: ["aws.rds"],
        "detail-type": ["RDS DB Instance Event"],
        detail: {
          EventCategories: serverEvents[severity],
          // replicas have its identifier and what they are for
          SourceIdentifier: [{ prefix: identifier }],
        },
      },
      message: {
        paths: { server: "$.detail.SourceIdentifier", text: "$.detail.Message", id: "$.id" },
        text: `${engine.title} <server>: <text>`,
        incident: "<id>",
      },
    });
  }
}

/** The nodes in the primary's region; the worst of them counts. */
function serverAlarms(watched: WatchedServer): Record<string, Alarm> {
  const { engine, primary, readers, recovery, memoryGiB, connections, diskGiB, burstable, pool } = watched;
  const { title } = engine;
  const on = (nodes: readonly pulumi.Output<string>[], metric: string, statistic: Series["statistic"]) =>
    nodes.map((node) => ({
      namespace: "AWS/RDS",
      metric,
      statistic,
      dimensions: { DBInstanceIdentifier: node },
    }));
  const nodes = [primary, ...readers];
  const alarms: Record<string, Alarm> = {
    disk: {
      severity: "critical",
      description: `${title}: the disk is nearly full and has not grown. It may have reached its largest size.`,
      ...ofAll("MIN", on(nodes, "FreeStorageSpace", "Minimum")),
      limit: { below: Math.round(diskGiB * bytesPerGiB * leastFree) },
    },
    connections: {
      severity: "critical",
      description: `${title}: nearly all connections are taken. New ones will be refused.`,
      ...ofAll("MAX", on(nodes, "DatabaseConnections", "Maximum")),
      limit: { above: Math.floor(connections * thresholds.connections) },
      minutes: 5,
    },
    cpu: {
      severity: "warning",
      description: `${title}: the processors are busy all the time. Look at Performance Insights.`,
      ...ofAll("MAX", on(nodes, "CPUUtilization", "Average")),
      limit: { above: thresholds.storeCpu * 100 },
    },
    memory: {
      severity: "warning",
      description: `${title}: less than a twentieth of the memory is free. It may start to swap.`,
      ...ofAll("MIN", on(nodes, "FreeableMemory", "Minimum")),
      limit: { below: Math.round((memoryGiB * bytesPerGiB) / 20) },
    },
    ...(burstable && {
      credits: {
        severity: "warning",
        description: `${title}: the CPU credits are nearly used up. What it takes beyond them is paid for apart.`,
        ...ofAll("MIN", on(nodes, "CPUCreditBalance", "Minimum")),
        limit: { below: leastCredits },
      },
    }),
    ...(readers.length > 0 && {
      "replica-lag": {
        severity: "warning",
        description: `${title}: a read replica is more than a minute behind the primary.`,
        ...ofAll("MAX", on(readers, "ReplicaLag", "Average")),
        limit: { above: thresholds.replicaLagSeconds },
      },
    }),
    // MySQL's primary keeps its log for so many hours, whatever its replicas have read
    ...(recovery !== undefined &&
      engine.engine === "postgres" && {
        "retained-log": {
          severity: "warning",
          description: `${title}: the log that a replica has not taken yet fills a tenth of the first disk.`,
          ...ofAll("MAX", on([primary], "OldestReplicationSlotLag", "Maximum")),
          limit: { above: Math.round(diskGiB * bytesPerGiB * mostRetainedLog) },
        },
      }),
    ...(pool !== undefined && {
      pool: {
        severity: "critical",
        description: `${title}: clients wait a second and more for one of the connections that they share.`,
        series: {
          waited: {
            namespace: "AWS/RDS",
            metric: "DatabaseConnectionsBorrowLatency",
            statistic: "Average",
            dimensions: { ProxyName: pool },
          },
        },
        limit: { above: thresholds.poolWaitMicroseconds },
      },
    }),
  };
  return Object.fromEntries(
    Object.entries(alarms).map(([what, alarm]) => [`${engine.engine}-${what}`, alarm]),
  );
}

/**
 * The replica in the other region: how far it may be behind is how much may be lost. What says nothing does not replicate;
 * metrics and alarm are of its region.
 */
function recoveryAlarm(relay: AwsAlarmRelay, { engine }: WatchedServer, node: pulumi.Output<string>): void {
  metricAlarm(
    relay.alarms,
    `${engine.engine}-recovery-lag`,
    {
      severity: "critical",
      description: `${engine.title}: the replica in the other region is more than ${recoveryLagSeconds / 60} minutes behind. A loss of this region would lose what it lacks.`,
      series: {
        lag: {
          namespace: "AWS/RDS",
          metric: "ReplicaLag",
          statistic: "Maximum",
          dimensions: { DBInstanceIdentifier: node },
        },
      },
      expression: `IF(lag < 0, ${stopped}, lag)`,
      limit: { above: recoveryLagSeconds },
      minutes: recoveryLagMinutes,
      alarmOnSilence: true,
      topicArn: relay.topicArn,
    },
    { parent: relay },
  );
}
