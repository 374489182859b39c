import { type Exporter, monitor } from "./exporter";

/** Vault. */
export const vault: Exporter = {
  source:
    "hashicorp/vault v2.0.4: vault/core_metrics.go, vault/expiration.go, vault/request_handling.go, audit/broker.go, physical/raft; developer.hashicorp.com, Vault, Telemetry metrics",
  there: monitor("vault/vault"),
  series: {
    vault_audit_log_request_failure: [],
    vault_audit_log_response_failure: [],
    vault_autopilot_healthy: [],
    vault_core_active: ["cluster"],
    vault_core_handle_request_count: [],
    vault_expire_num_leases: [],
    vault_raft_commitTime: ["quantile"],
  },
};
