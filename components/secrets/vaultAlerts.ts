import type { AlertRule } from "../platform/alertRules";
import { configurator, snapshotter, vaultName } from "./vaultParts";

/** What the alerts have to know of it. */
export interface WatchedVault {
  readonly namespace: string;
  readonly servers: number;
  /** What its metrics are asked for by. */
  readonly monitor: string;
}

/** Part of a disk that may be full. */
const mostFull = 0.8;

/** How long a run of the configuration may stay away, seconds: four of them. */
const configureAgeSeconds = 2 * 3600;

/** How long a snapshot may stay away, seconds: a day, and two hours in which to keep it. */
const snapshotAgeSeconds = 26 * 3600;

/** How long a write of the leader's may take to be taken by the others, milliseconds; from 500 on they look for another leader. */
const slowCommitMilliseconds = 200;

/**
 * Vault by its own metrics (hashicorp/vault: vault/core_metrics.go, audit/broker.go, physical/raft/raft_autopilot.go), volumes
 * by the kubelet's, the configuration's runs by kube-state-metrics'.
 */
export function vaultAlerts({
  namespace,
  servers,
  monitor,
}: WatchedVault): Readonly<Record<string, AlertRule>> {
  const here = `namespace="${namespace}"`;
  const job = `${here},job="${namespace}/${monitor}"`;
  const sinceSuccess = (cron: string) => {
    const runs = `${here},cronjob="${cron}"`;
    return `time() - max(kube_cronjob_status_last_successful_time{${runs}} or kube_cronjob_created{${runs}})`;
  };
  const volumes = `${here},persistentvolumeclaim=~"(data|audit)-${vaultName}-.+"`;
  return {
    "hashicorp-vault-sealed": {
      severity: "critical",
      description: "Vault: a server is sealed. With all of them sealed no service gets a secret.",
      // Vault's own gauge is set once at start, and forgotten before it could alert; only who is unsealed is ready
      expr: `min by (pod) (kube_pod_container_status_ready{${here},container="vault"}) == 0`,
      minutes: 5,
    },
    "hashicorp-vault-unavailable": {
      severity: servers > 1 ? "warning" : "critical",
      description: "Vault: a server does not answer. With two away of three nothing is served.",
      expr: `(sum(up{${job}}) or vector(0)) < ${servers}`,
      minutes: 10,
    },
    "hashicorp-vault-leader": {
      severity: "critical",
      description: "Vault: no server leads. No service gets a secret.",
      expr: `(sum(vault_core_active{${here}}) or vector(0)) == 0`,
      minutes: 2,
    },
    "hashicorp-vault-leaderships": {
      severity: "warning",
      description: "Vault: servers take the lead from each other again and again.",
      // one election is two changes: of who led, and of who leads
      expr: `sum(changes(vault_core_active{${here}}[1h])) > 6`,
    },
    "hashicorp-vault-audit": {
      severity: "critical",
      description:
        "Vault: what is asked or answered could not be written to an audit log. With all failing it serves nobody.",
      expr:
        `sum(increase(vault_audit_log_request_failure{${here}}[5m])) ` +
        `+ sum(increase(vault_audit_log_response_failure{${here}}[5m])) > 0`,
      minutes: 1,
    },
    "hashicorp-vault-raft": {
      severity: "critical",
      description: "Vault: servers do not follow the leader. With one more away nothing is served.",
      expr: `min(vault_autopilot_healthy{${here}}) == 0`,
    },
    "hashicorp-vault-raft-slow": {
      severity: "warning",
      description: "Vault: what is written takes long to be taken by the other servers.",
      expr: `max(vault_raft_commitTime{${here},quantile="0.99"}) > ${slowCommitMilliseconds}`,
    },
    "hashicorp-vault-disk": {
      severity: "critical",
      description:
        "Vault: a disk is nearly full. Full of data it takes no write, full of its log one audit device fails.",
      expr:
        `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${volumes}} ` +
        `/ kubelet_volume_stats_capacity_bytes{${volumes}}) > ${mostFull}`,
    },
    "hashicorp-vault-configuration": {
      severity: "warning",
      description:
        "Vault: it was not made what it is to be for two hours. Passwords of databases may be old.",
      expr: `${sinceSuccess(configurator)} > ${configureAgeSeconds}`,
    },
    "hashicorp-vault-snapshot": {
      severity: "critical",
      description: "Vault: no snapshot of it has been kept for more than a day.",
      expr: `${sinceSuccess(snapshotter)} > ${snapshotAgeSeconds}`,
    },
  };
}
