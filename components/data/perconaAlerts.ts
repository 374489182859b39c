import { thresholds } from "../governance/alarms";
import type { AlertRule } from "../platform/alertRules";
import { mongoAgentMinutes, mongoLagSeconds } from "./mongo";

/** What the alerts have to know of the set. */
export interface WatchedSet {
  readonly namespace: string;
  readonly nodes: number;
  /** Of each node. */
  readonly vcpus: number;
  /** Whether the operator takes any. */
  readonly backups: boolean;
}

/** Age of the last backup that says that one was missed, seconds: a day and a half. */
const backupAgeSeconds = 36 * 3600;

/** Backups by what their agents write down, as the exporter tells it (exporter/pbm_collector.go). */
function backupAlerts(here: string): Readonly<Record<string, AlertRule>> {
  const last = (status: string) => `max(mongodb_pbm_backup_last_transition_ts{${here},status="${status}"})`;
  return {
    "mongo-backup": {
      severity: "critical",
      description: "MongoDB: no backup for a day and a half.",
      expr: `time() - ${last("done")} > ${backupAgeSeconds}`,
    },
    "mongo-backup-none": {
      severity: "critical",
      description: "MongoDB: there has been no backup for a day and a half, or nobody can tell of one.",
      expr: `absent(mongodb_pbm_backup_last_transition_ts{${here},status="done"})`,
      minutes: backupAgeSeconds / 60,
    },
    "mongo-backup-failed": {
      severity: "critical",
      description: "MongoDB: the last backup failed.",
      expr: `${last("error")} > (${last("done")} or vector(0))`,
    },
    "mongo-backup-agent": {
      severity: "critical",
      description:
        "MongoDB: the agent of a node is gone, or does not reach the bucket. What is written now may be in no backup.",
      expr: `max by (host) (mongodb_pbm_agent_status{${here}}) > 0`,
      minutes: mongoAgentMinutes,
    },
    "mongo-backup-log": {
      severity: "critical",
      description:
        "MongoDB: the log between backups is not kept. Nothing but the daily backup would come back.",
      expr: `max(mongodb_pbm_cluster_pitr_backup_enabled{${here}}) == 0`,
      // it begins with the first backup
      minutes: backupAgeSeconds / 60,
    },
  };
}

/** Part of a disk that may be full: the operator enlarges it before, and more says that it did not. */
const mostDisk = 0.9;

/** The set by its exporter's metrics (percona/mongodb_exporter, exporter/metrics.go), the kubelet's and its containers'. */
export function perconaAlerts({
  namespace,
  nodes,
  vcpus,
  backups,
}: WatchedSet): Readonly<Record<string, AlertRule>> {
  const here = `namespace="${namespace}"`;
  const optime = (state: string) => `mongodb_rs_members_optimeDate{${here},member_state="${state}"}`;
  return {
    ...(backups && backupAlerts(here)),
    "mongo-primary": {
      severity: "critical",
      description: "MongoDB: the set has no primary. Nobody can write.",
      expr: `(count(${optime("PRIMARY")}) or vector(0)) == 0`,
      minutes: 5,
    },
    "mongo-node": {
      severity: "warning",
      description: "MongoDB: a node does not answer. One more loss may leave the set without a majority.",
      expr: `(sum(mongodb_up{${here}}) or vector(0)) < ${nodes}`,
    },
    "mongo-replica-lag": {
      severity: "critical",
      description: "MongoDB: a node is more than a minute behind the primary.",
      expr:
        `(scalar(max(${optime("PRIMARY")})) - max by (member_idx) (${optime("SECONDARY")})) / 1000 ` +
        `> ${mongoLagSeconds}`,
    },
    "mongo-connections": {
      severity: "critical",
      description: "MongoDB: nearly all connections of a node are taken. New ones will be refused.",
      expr:
        `sum by (pod) (mongodb_ss_connections{${here},conn_type="current"}) ` +
        `/ sum by (pod) (mongodb_ss_connections{${here},conn_type=~"current|available"}) > ${thresholds.connections}`,
      minutes: 5,
    },
    "mongo-disk": {
      severity: "critical",
      description:
        "MongoDB: the disk of a node is nearly full and has not grown. It may have reached its largest size.",
      expr:
        `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} ` +
        `/ kubelet_volume_stats_capacity_bytes{${here}}) > ${mostDisk}`,
    },
    "mongo-cpu": {
      severity: "warning",
      description: "MongoDB: a node is busy all the time.",
      expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${here},container="mongod"}[5m])) / ${vcpus} > ${thresholds.storeCpu}`,
    },
    "mongo-memory": {
      severity: "warning",
      description: "MongoDB: a node has nearly all the memory that it may have. It will be stopped for more.",
      expr:
        `max by (pod) (container_memory_rss{${here},container="mongod"}) ` +
        `/ max by (pod) (kube_pod_container_resource_limits{${here},container="mongod",resource="memory"}) ` +
        `> ${thresholds.storeCpu}`,
    },
  };
}
