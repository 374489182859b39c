import { namespaces } from "../platform/names";
import type { Board } from "./board";
import { anyIsBad, fullness, lines, sumIncrease, sumRate } from "./promql";

const here = `namespace="${namespaces.vault}"`;

/** Vault: whether it is open, whether its servers agree, and what it gives out. */
export const vaultBoard: Board = {
  uid: "groundwork-vault",
  title: "Vault",
  description:
    "Whether Vault is open, whether its servers agree, and what it gives out: while it is away services start without secrets.",
  folder: "Platform",
  tags: ["security", "secrets"],
  sections: [
    {
      title: "Servers",
      panels: [
        {
          title: "Open",
          description: "Servers that are unsealed and ready.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({
            servers: `sum(kube_pod_container_status_ready{${here},container="vault"})`,
          }),
        },
        {
          title: "Leaders",
          description: "Exactly one takes writes.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({ leaders: `sum(vault_core_active{${here}}) or vector(0)` }),
        },
        {
          title: "Servers agree",
          description: "1 where the servers have the same, and one may be lost.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({ healthy: `min(vault_autopilot_healthy{${here}})` }),
        },
        {
          title: "Not written to the audit log within an hour",
          description: "Requests that could not be written down: Vault refuses what it can't.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({
            requests: `${sumIncrease(`vault_audit_log_request_failure{${here}}`, "1h")} + ${sumIncrease(`vault_audit_log_response_failure{${here}}`, "1h")}`,
          }),
        },
      ],
    },
    {
      title: "Work",
      panels: [
        {
          title: "Requests",
          description: "Requests a second that each server handles.",
          unit: "reqps",
          min: 0,
          queries: lines({ "{{pod}}": sumRate(`vault_core_handle_request_count{${here}}`, "pod") }),
        },
        {
          title: "Slowest hundredth of commits",
          description: "How long a write takes until most servers have it, in milliseconds.",
          unit: "ms",
          min: 0,
          thresholds: [{ from: 200, color: "red" }],
          queries: lines({ "{{pod}}": `max by (pod) (vault_raft_commitTime{${here},quantile="0.99"})` }),
        },
        {
          title: "Leases",
          description:
            "What Vault has given out and will take back. It grows without end where nobody gives anything back.",
          unit: "short",
          min: 0,
          queries: lines({ leases: `max(vault_expire_num_leases{${here}})` }),
        },
        {
          title: "Disks",
          description: "How full the disks of its data and of its audit log are: full, Vault stops.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{persistentvolumeclaim}}": `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}})`,
          }),
        },
      ],
    },
  ],
};
