import { type Exporter, monitor } from "./exporter";

/** MongoDB in the cluster. */
export const mongo: Exporter = {
  source:
    "percona/mongodb_exporter v0.53.0: exporter/metrics.go, exporter/pbm_collector.go, exporter/replset_status_collector.go",
  there: monitor("mongo/mongo"),
  series: {
    mongodb_pbm_agent_status: ["host", "replica_set", "role", "self"],
    mongodb_pbm_backup_last_transition_ts: ["opid", "name", "status"],
    mongodb_pbm_cluster_pitr_backup_enabled: [],
    mongodb_rs_members_optimeDate: ["member_idx", "member_state", "set"],
    mongodb_ss_connections: ["conn_type"],
    mongodb_ss_opcounters: ["legacy_op_type"],
    mongodb_up: ["cluster_role"],
  },
};
