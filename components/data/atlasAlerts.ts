import * as mongodbatlas from "@pulumi/mongodbatlas";
import type { Severity } from "../governance/alarms";
import { sustainedMinutes, thresholds } from "../governance/alarms";
import type { AtlasAccess, AtlasProject } from "./atlas";
import type { AtlasTier } from "./atlasCluster";
import { mongoLagSeconds } from "./mongo";

/** A limit of a metric, by Atlas's names. */
interface Limit {
  readonly metric: string;
  readonly above?: number;
  readonly below?: number;
  /** @default "RAW" - a number, or a percentage */
  readonly units?: "SECONDS" | "GIGABYTES";
}

/** What Atlas tells the on-call of. */
interface Alert {
  readonly severity: Severity;
  /** How long it has to last, minutes. */
  readonly minutes: number;
  readonly when:
    | Limit
    | {
        readonly event: string;
        readonly threshold?: {
          readonly operator: "GREATER_THAN" | "LESS_THAN";
          readonly threshold: number;
          readonly units: "HOURS";
        };
      };
}

/** Part of the memory that is left free at least; the rest the server takes for its cache and the connections. */
const leastFreeMemory = 0.05;

/** Atlas enlarges a disk of which nine tenths are taken: more says that it did not. */
const mostDiskPercent = 95;

/**
 * Alerts by what they are about; docs/runbooks/mongo.md has a heading for each, `mongo-disk` for `disk`. Names of events and
 * metrics: https://www.mongodb.com/docs/atlas/reference/alert-conditions/
 */
function alertsOf({ memoryGiB }: AtlasTier): Readonly<Record<string, Alert>> {
  return {
    primary: { severity: "critical", minutes: 0, when: { event: "NO_PRIMARY" } },
    disk: {
      severity: "critical",
      minutes: 0,
      when: { metric: "DISK_PARTITION_SPACE_USED_DATA", above: mostDiskPercent },
    },
    connections: {
      severity: "critical",
      minutes: 5,
      when: { metric: "CONNECTIONS_PERCENT", above: thresholds.connections * 100 },
    },
    // without delay: what is lost with a region is reckoned from it
    "replica-lag": {
      severity: "critical",
      minutes: 0,
      when: { metric: "OPLOG_SLAVE_LAG_MASTER_TIME", above: mongoLagSeconds, units: "SECONDS" },
    },
    node: { severity: "warning", minutes: sustainedMinutes, when: { event: "HOST_DOWN" } },
    cpu: {
      severity: "warning",
      minutes: sustainedMinutes,
      when: { metric: "NORMALIZED_SYSTEM_CPU_USER", above: thresholds.storeCpu * 100 },
    },
    memory: {
      severity: "warning",
      minutes: sustainedMinutes,
      when: { metric: "SYSTEM_MEMORY_AVAILABLE", below: memoryGiB * leastFreeMemory, units: "GIGABYTES" },
    },
    "disk-io": {
      severity: "warning",
      minutes: sustainedMinutes,
      when: { metric: "DISK_PARTITION_UTILIZATION_DATA", above: 90 },
    },
    oplog: {
      severity: "warning",
      minutes: 0,
      when: {
        event: "REPLICATION_OPLOG_WINDOW_RUNNING_OUT",
        threshold: { operator: "LESS_THAN", threshold: 12, units: "HOURS" },
      },
    },
    backup: {
      severity: "warning",
      minutes: 0,
      when: {
        event: "CPS_SNAPSHOT_BEHIND",
        threshold: { operator: "GREATER_THAN", threshold: 12, units: "HOURS" },
      },
    },
    "backup-failed": { severity: "warning", minutes: 0, when: { event: "CPS_SNAPSHOT_FALLBACK_FAILED" } },
  };
}

/** How long until somebody is reminded by mail of what goes on, minutes. */
const reminderMinutes = 60;

/**
 * Alerts of Atlas, which alone knows its metrics: mail for each, PagerDuty as well for those that are critical, where its key
 * is given.
 */
export function atlasAlerts(
  name: string,
  { id: projectId, options }: AtlasProject,
  tier: AtlasTier,
  { alertEmail, pagerDutyKey }: Pick<AtlasAccess, "alertEmail" | "pagerDutyKey">,
): void {
  for (const [what, { severity, minutes: delayMin, when }] of Object.entries(alertsOf(tier))) {
    const mail = { typeName: "EMAIL", emailAddress: alertEmail, delayMin, intervalMin: reminderMinutes };
    new mongodbatlas.AlertConfiguration(
      `${name}-${what}`,
      {
        projectId,
        enabled: true,
        ...conditionOf(when),
        notifications: [
          mail,
          ...(severity === "critical" && pagerDutyKey !== undefined
            ? [{ typeName: "PAGER_DUTY", serviceKey: pagerDutyKey, delayMin }]
            : []),
        ],
      },
      options,
    );
  }
}

function conditionOf(
  when: Alert["when"],
): Pick<mongodbatlas.AlertConfigurationArgs, "eventType" | "metricThresholdConfig" | "thresholdConfig"> {
  if ("event" in when) {
    const { event, threshold } = when;
    return { eventType: event, ...(threshold !== undefined && { thresholdConfig: { ...threshold } }) };
  }
  const { metric, above, below, units = "RAW" } = when;
  return {
    eventType: "OUTSIDE_METRIC_THRESHOLD",
    metricThresholdConfig: {
      metricName: metric,
      mode: "AVERAGE",
      operator: above === undefined ? "LESS_THAN" : "GREATER_THAN",
      threshold: above ?? below ?? 0,
      units,
    },
  };
}
