import type * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import { type MetricAlarmArgs, metricAlarm, ofAll, type Series } from "./metricAlarm";
import type { AlarmChannels } from "./alarmChannels";
import type { WatchedServer } from "./postgresServer";

/** What every alarm of a set has in common. */
export interface AlarmSet {
  readonly topicArn: pulumi.Input<string>;
}

type Opts = { readonly parent: pulumi.Resource };
type Alarm = Omit<MetricAlarmArgs, "topicArn">;

const bytesPerGiB = 2 ** 30;

/**
 * What RDS sets `max_connections` to where nobody says: `LEAST({DBInstanceClassMemory/9531392}, 5000)`.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
const connectionLimit = { bytesEach: 9_531_392, most: 5000 } as const;

/** Free disk that is too little. RDS grows a disk of which a tenth is free: half of that says that it did not. */
const leastFree = { growing: 0.05, fixed: 0.15 } as const;

/** What RDS tells of a server by itself, by how much it matters: its event categories. */
const serverEvents = {
  critical: ["deletion", "failure", "low storage"],
  warning: ["availability", "failover", "recovery"],
} as const;

/** A server on RDS: what its metrics say, and what RDS tells of it. */
export function watchServer(name: string, watched: WatchedServer, channels: AlarmChannels, opts: Opts): void {
  postgresAlarms(name, watched, { topicArn: channels.topicArn }, opts);
  for (const severity of ["critical", "warning"] as const) {
    channels.announce("postgres-events", {
      severity,
      description: `what RDS tells of ${watched.identifier}: ${serverEvents[severity].join(", ")}`,
      pattern: {
        source: ["aws.rds"],
        "detail-type": ["RDS DB Instance Event", "RDS DB Cluster Event"],
        detail: {
          EventCategories: serverEvents[severity],
          // nodes of a cluster have its identifier and a number
          SourceIdentifier: [{ prefix: watched.identifier }],
        },
      },
      message: {
        paths: { server: "$.detail.SourceIdentifier", text: "$.detail.Message", id: "$.id" },
        text: "PostgreSQL <server>: <text>",
        incident: "<id>",
      },
    });
  }
}

/** PostgreSQL on RDS; of a cluster the worst node counts. */
function postgresAlarms(
  name: string,
  { nodes, memoryGiB, diskGiB, diskGrows }: WatchedServer,
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  const each = (metric: string, statistic: Series["statistic"]): Series[] =>
    nodes.map((node) => ({
      namespace: "AWS/RDS",
      metric,
      statistic,
      dimensions: { DBInstanceIdentifier: node },
    }));
  const connections = Math.min(
    connectionLimit.most,
    Math.floor((memoryGiB * bytesPerGiB) / connectionLimit.bytesEach),
  );
  const alarms: Record<string, Alarm> = {
    "postgres-disk": {
      severity: "critical",
      description: diskGrows
        ? "PostgreSQL: the disk is nearly full and has not grown. It may have reached its largest size."
        : "PostgreSQL: the disk is nearly full, and disks of a cluster do not grow by themselves. Enlarge postgres.diskGiB.",
      ...ofAll("MIN", each("FreeStorageSpace", "Minimum")),
      limit: { below: Math.round(diskGiB * bytesPerGiB * (diskGrows ? leastFree.growing : leastFree.fixed)) },
    },
    "postgres-connections": {
      severity: "critical",
      description: "PostgreSQL: nearly all connections are taken. New ones will be refused.",
      ...ofAll("MAX", each("DatabaseConnections", "Maximum")),
      limit: { above: Math.floor(connections * thresholds.connections) },
      minutes: 5,
    },
    "postgres-cpu": {
      severity: "warning",
      description: "PostgreSQL: the processors are busy all the time. Look at Performance Insights.",
      ...ofAll("MAX", each("CPUUtilization", "Average")),
      limit: { above: thresholds.storeCpu * 100 },
    },
    "postgres-memory": {
      severity: "warning",
      description: "PostgreSQL: less than a twentieth of the memory is free. It may start to swap.",
      ...ofAll("MIN", each("FreeableMemory", "Minimum")),
      limit: { below: Math.round((memoryGiB * bytesPerGiB) / 20) },
    },
    ...(nodes.length > 1 && {
      "postgres-replica-lag": {
        severity: "warning",
        description: "PostgreSQL: a reader is more than a minute behind the writer.",
        ...ofAll("MAX", each("ReplicaLag", "Average")),
        limit: { above: thresholds.replicaLagSeconds },
      },
    }),
  };
  makeAll(name, alarms, topicArn, opts);
}

/** One alarm for each, named by its key. */
export function makeAll(
  name: string,
  alarms: Readonly<Record<string, Alarm>>,
  topicArn: pulumi.Input<string>,
  opts: Opts,
): void {
  for (const [what, alarm] of Object.entries(alarms)) {
    metricAlarm(name, what, { ...alarm, topicArn }, opts);
  }
}
