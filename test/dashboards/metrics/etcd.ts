import { type Exporter, histogram, monitor } from "./exporter";

/** etcd of Milvus. */
export const etcd: Exporter = {
  source:
    "etcd-io/etcd v3.6: server/etcdserver/metrics.go, server/storage/metrics.go, server/storage/mvcc/metrics.go, server/storage/wal/metrics.go",
  there: monitor("vectors/etcd"),
  series: {
    ...histogram("etcd_disk_wal_fsync_duration_seconds"),
    etcd_mvcc_db_total_size_in_bytes: [],
    etcd_server_has_leader: [],
    etcd_server_leader_changes_seen_total: [],
    etcd_server_quota_backend_bytes: [],
  },
};
