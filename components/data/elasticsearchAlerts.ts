import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../governance/alarms";
import { type AlertRule, alertRules } from "../platform/alertRules";
import type { SearchArgs } from "./search";

/** Of a node's disk: Elasticsearch gives a node no more shards from 85 % on, and takes no more writes from 95 % on. */
const leastFree = 0.2;

/** Age of the last snapshot that says that one was missed, seconds: a day and a half. */
const snapshotAgeSeconds = 36 * 3600;

/** Heap in use, a part of 1, from which collections take longer than the work. */
const mostHeap = 0.95;

/**
 * What the exporter's series are worth an alert for, by their names in its source
 * (prometheus-community/elasticsearch_exporter, collector/cluster_health.go, nodes.go and snapshots.go).
 */
export function searchAlerts({
  dataNodes,
  masterNodes,
  namespace,
}: Pick<SearchArgs, "dataNodes" | "masterNodes" | "namespace">): Readonly<Record<string, AlertRule>> {
  // logs and traces have an Elasticsearch of their own
  const here = `namespace="${namespace}"`;
  return {
    "search-red": {
      severity: "critical",
      description: "Search: a part of an index is on no node. What is in it is not found.",
      expr: `elasticsearch_cluster_health_status{color="red",${here}} == 1`,
      minutes: 5,
    },
    // one node has nowhere to put a copy
    ...(dataNodes > 1 && {
      "search-yellow": {
        severity: "warning",
        description: "Search: a part of an index has no copy. With its node it would be gone.",
        expr: `elasticsearch_cluster_health_status{color="yellow",${here}} == 1`,
      },
    }),
    "search-nodes": {
      severity: "warning",
      description: "Search: fewer nodes than there should be.",
      expr: `elasticsearch_cluster_health_number_of_nodes{${here}} < ${dataNodes + masterNodes}`,
    },
    "search-disk": {
      severity: "critical",
      description: "Search: a fifth of a disk is free, or less. Enlarge search.diskGiB.",
      expr: `elasticsearch_filesystem_data_available_bytes{${here}} / elasticsearch_filesystem_data_size_bytes{${here}} < ${leastFree}`,
      minutes: 5,
    },
    "search-memory": {
      severity: "critical",
      description: "Search: the heap of a node is full. Queries fail, and the node may go.",
      expr: `elasticsearch_jvm_memory_used_bytes{area="heap",${here}} / elasticsearch_jvm_memory_max_bytes{area="heap",${here}} > ${mostHeap}`,
    },
    "search-snapshot": {
      severity: "critical",
      description: "Search: no snapshot for a day and a half.",
      expr: `time() - max(elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${here}}) > ${snapshotAgeSeconds}`,
    },
    "search-cpu": {
      severity: "warning",
      description: "Search: the processors of a node are busy all the time.",
      expr: `elasticsearch_process_cpu_percent{${here}} > ${thresholds.storeCpu * 100}`,
    },
    "search-rejected": {
      severity: "warning",
      description: "Search: a node turns requests away, as its queues are full.",
      expr: `sum by (name, type) (increase(elasticsearch_thread_pool_rejected_count{type=~"search|write",${here}}[5m])) > 0`,
    },
    "search-silent": {
      severity: "critical",
      description: "Search: nobody knows how the nodes are; the exporter does not reach them.",
      expr: `absent(elasticsearch_cluster_health_status{${here}})`,
    },
  };
}

/** Has Prometheus watch the nodes. */
export function elasticsearchAlerts(
  name: string,
  {
    placed,
    ...args
  }: { readonly placed: pulumi.Output<string> } & Pick<SearchArgs, "dataNodes" | "masterNodes" | "namespace">,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return alertRules(name, { namespace: placed, rules: "search", alerts: searchAlerts(args) }, opts);
}
