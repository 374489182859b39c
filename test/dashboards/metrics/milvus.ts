import { chart, type Exporter, histogram } from "./exporter";

/** Milvus, by the monitor of its chart. */
export const milvus: Exporter = {
  source:
    "milvus-io/milvus v2.6: pkg/metrics/proxy_metrics.go, querynode_metrics.go, persistent_store_metrics.go",
  there: chart("milvus"),
  series: {
    milvus_proxy_req_count: ["node_id", "function_name", "status", "db_name"],
    ...histogram("milvus_proxy_req_latency", "node_id", "function_name"),
    milvus_querynode_disk_used_size: ["node_id"],
    milvus_storage_op_count: ["persistent_data_op_type", "status"],
  },
};
