import { chart, type Exporter } from "./exporter";

/** Elasticsearch in the cluster. */
export const elasticsearch: Exporter = {
  source: "prometheus-community/elasticsearch_exporter v1.11.0: metrics.md, collector",
  there: chart("prometheus-elasticsearch-exporter"),
  series: {
    elasticsearch_cluster_health_number_of_nodes: ["cluster"],
    elasticsearch_cluster_health_status: ["cluster", "color"],
    elasticsearch_cluster_health_unassigned_shards: ["cluster"],
    elasticsearch_filesystem_data_available_bytes: ["cluster", "host", "name", "mount", "path"],
    elasticsearch_filesystem_data_size_bytes: ["cluster", "host", "name", "mount", "path"],
    elasticsearch_indices_indexing_index_total: ["cluster", "host", "name"],
    elasticsearch_indices_search_query_time_seconds: ["cluster", "host", "name"],
    elasticsearch_indices_search_query_total: ["cluster", "host", "name"],
    elasticsearch_jvm_gc_collection_seconds_sum: ["cluster", "host", "name", "gc"],
    elasticsearch_jvm_memory_max_bytes: ["cluster", "host", "name", "area"],
    elasticsearch_jvm_memory_used_bytes: ["cluster", "host", "name", "area"],
    elasticsearch_process_cpu_percent: ["cluster", "host", "name"],
    elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds: ["repository"],
    elasticsearch_thread_pool_rejected_count: ["cluster", "host", "name", "type"],
  },
};

/** The same of indices, as it watches them where logs are. */
export const elasticsearchIndices: Exporter = {
  source: "prometheus-community/elasticsearch_exporter v1.11.0: collector/ilm.go, indices.go",
  there: ({ charts }) => (charts.get("prometheus-elasticsearch-exporter") ?? "").includes('"ilm":true'),
  series: {
    elasticsearch_ilm_index_status: ["index", "phase", "action", "step"],
    elasticsearch_indices_deleted_docs_primary: ["index", "cluster"],
    elasticsearch_indices_docs_primary: ["index", "cluster"],
  },
};
