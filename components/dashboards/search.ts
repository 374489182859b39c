import type { Section } from "./board";
import { anyIsBad, fullness, lines, sumIncrease, sumRate } from "./promql";

/** Elasticsearch in the cluster, by its exporter. */
export function searchSections(namespace: string): readonly Section[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      title: "Health",
      panels: [
        {
          title: "Red",
          description: "1 where a part of an index is on no node: what is in it is not found.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({ red: `max(elasticsearch_cluster_health_status{${here},color="red"})` }),
        },
        {
          title: "Yellow",
          description: "1 where a part of an index has no copy: with its node it would be gone.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "yellow" }],
          queries: lines({ yellow: `max(elasticsearch_cluster_health_status{${here},color="yellow"})` }),
        },
        {
          title: "Nodes",
          description: "Nodes that are in the cluster.",
          unit: "none",
          kind: "stat",
          queries: lines({ nodes: `max(elasticsearch_cluster_health_number_of_nodes{${here}})` }),
        },
        {
          title: "Parts without a node",
          description: "Parts of indices that wait for a node.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "yellow" }],
          queries: lines({ parts: `max(elasticsearch_cluster_health_unassigned_shards{${here}})` }),
        },
        {
          title: "Last snapshot",
          description: "How long ago the newest snapshot was taken.",
          unit: "dtdurations",
          kind: "stat",
          thresholds: [{ from: 36 * 3600, color: "red" }],
          queries: lines({
            age: `time() - max(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${here}})`,
          }),
        },
      ],
    },
    {
      title: "Searches and writes",
      panels: [
        {
          title: "Searches",
          description: "Searches a second on each node, of all parts that a search asks.",
          unit: "ops",
          min: 0,
          stacked: true,
          queries: lines({
            "{{name}}": sumRate(`elasticsearch_indices_search_query_total{${here}}`, "name"),
          }),
        },
        {
          title: "How long a search takes",
          description: "On average, on one part of an index.",
          unit: "s",
          min: 0,
          queries: lines({
            "{{name}}": `${sumRate(`elasticsearch_indices_search_query_time_seconds{${here}}`, "name")} / ${sumRate(`elasticsearch_indices_search_query_total{${here}}`, "name")}`,
          }),
        },
        {
          title: "Writes",
          description: "Documents a second that each node takes.",
          unit: "ops",
          min: 0,
          stacked: true,
          queries: lines({
            "{{name}}": sumRate(`elasticsearch_indices_indexing_index_total{${here}}`, "name"),
          }),
        },
        {
          title: "Refused within five minutes",
          description: "Requests that found the queue full: more nodes, or fewer at once.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: lines({
            "{{name}} {{type}}": sumIncrease(
              `elasticsearch_thread_pool_rejected_count{${here},type=~"search|write"}`,
              "5m",
              "name",
              "type",
            ),
          }),
        },
      ],
    },
    {
      title: "Nodes",
      panels: [
        {
          title: "Disks",
          description:
            "How full each node's disk is: from 85 % on it takes no new parts, from 95 % on indices are read-only.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{name}}": `max by (name) (1 - elasticsearch_filesystem_data_available_bytes{${here}} / elasticsearch_filesystem_data_size_bytes{${here}})`,
          }),
        },
        {
          title: "Heap",
          description: "The part of each node's heap that is in use.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: [{ from: 0.95, color: "red" }],
          queries: lines({
            "{{name}}": `max by (name) (elasticsearch_jvm_memory_used_bytes{${here},area="heap"} / elasticsearch_jvm_memory_max_bytes{${here},area="heap"})`,
          }),
        },
        {
          title: "CPU",
          description: "Percent of a node's CPU that Elasticsearch uses.",
          unit: "percent",
          min: 0,
          max: 100,
          queries: lines({ "{{name}}": `max by (name) (elasticsearch_process_cpu_percent{${here}})` }),
        },
        {
          title: "Collecting garbage",
          description: "The part of the time in which a node collects garbage.",
          unit: "percentunit",
          min: 0,
          queries: lines({
            "{{name}}": sumRate(`elasticsearch_jvm_gc_collection_seconds_sum{${here}}`, "name"),
          }),
        },
      ],
    },
  ];
}
