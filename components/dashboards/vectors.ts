import type { Section } from "./board";
import { anyIsBad, fullness, lines, quantile, ratio, sumRate } from "./promql";

/** Milvus in the cluster, by itself, its etcd and its pods. */
export function vectorSections(namespace: string): readonly Section[] {
  const here = `namespace="${namespace}"`;
  const requests = (status: string): string => `milvus_proxy_req_count{${here},status="${status}"}`;
  const stored = (status: string): string => `milvus_storage_op_count{${here},status="${status}"}`;
  return [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests",
          description: "Requests a second by what they ask for.",
          unit: "reqps",
          min: 0,
          stacked: true,
          queries: lines({ "{{function_name}}": sumRate(requests("total"), "function_name") }),
        },
        {
          title: "Failed",
          description: "The part of requests that failed.",
          unit: "percentunit",
          min: 0,
          thresholds: [{ from: 0.05, color: "red" }],
          queries: lines({ failed: ratio(sumRate(requests("fail")), sumRate(requests("total"))) }),
        },
        {
          title: "Slowest hundredth",
          description: "How long all but one in a hundred requests take.",
          unit: "ms",
          min: 0,
          queries: lines({
            "{{function_name}}": quantile(0.99, `milvus_proxy_req_latency_bucket{${here}}`, "function_name"),
          }),
        },
        {
          title: "Bucket",
          description: "The part of requests to the bucket that failed: what is written may not be kept.",
          unit: "percentunit",
          min: 0,
          thresholds: [{ from: 0.05, color: "red" }],
          queries: lines({ failed: ratio(sumRate(stored("fail")), sumRate(stored("total"))) }),
        },
      ],
    },
    {
      title: "Pods",
      panels: [
        {
          title: "Available",
          description: "Pods of each part that are ready.",
          unit: "none",
          min: 0,
          queries: lines({ "{{deployment}}": `kube_deployment_status_replicas_available{${here}}` }),
        },
        {
          title: "Memory",
          description:
            "Memory of each pod, of what it may have: nearly full, a query node loads nothing more.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{pod}}": `sum by (pod) (container_memory_working_set_bytes{${here},container!=""}) / sum by (pod) (kube_pod_container_resource_limits{${here},resource="memory"})`,
          }),
        },
        {
          title: "Cache",
          description: "Megabytes of vectors that each query node keeps on its disk.",
          unit: "none",
          min: 0,
          queries: lines({ "{{pod}}": `sum by (pod) (milvus_querynode_disk_used_size{${here}})` }),
        },
        {
          title: "CPU",
          description: "CPU that each pod uses.",
          unit: "cores",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`container_cpu_usage_seconds_total{${here},container!=""}`, "pod"),
          }),
        },
      ],
    },
    {
      title: "etcd",
      panels: [
        {
          title: "Members with a leader",
          description:
            "Members of etcd that know a leader: fewer than half of them, and nothing can be written.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 2, color: "green" }],
          queries: lines({ members: `count(etcd_server_has_leader{${here}} == 1)` }),
        },
        {
          title: "Used of its quota",
          description: "Full, etcd takes no more writes.",
          unit: "percentunit",
          kind: "stat",
          thresholds: fullness,
          queries: lines({
            used: `max(etcd_mvcc_db_total_size_in_bytes{${here}}) / min(etcd_server_quota_backend_bytes{${here}})`,
          }),
        },
        {
          title: "Slowest hundredth of writes to its log",
          description: "From a tenth of a second on its members may lose each other.",
          unit: "s",
          min: 0,
          thresholds: [{ from: 0.1, color: "red" }],
          queries: lines({
            "{{pod}}": quantile(0.99, `etcd_disk_wal_fsync_duration_seconds_bucket{${here}}`, "pod"),
          }),
        },
        {
          title: "Changes of its leader within an hour",
          description: "More than one now and then: a slow disk or network.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({
            changes: `max(increase(etcd_server_leader_changes_seen_total{${here}}[1h]))`,
          }),
        },
      ],
    },
  ];
}
