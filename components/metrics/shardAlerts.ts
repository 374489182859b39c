import type { AlertRule } from "../platform/alertRules";

/** Pods of Prometheus, by the beginning of their names; a shard's number comes next, which the first one has none of. */
const prometheusSet = "prometheus-kube-prometheus-stack-prometheus";

/**
 * Answers with each shard that is gone as a whole, whose targets are silent with it: a sidecar of each has to be among those that a
 * querier is connected to. Whoever scrapes the queriers may be that shard; then nothing is known of any, and it answers with all.
 *
 * By thanos-io/thanos v0.42, pkg/query/endpointset.go, and the names that the operator gives (prometheus-operator,
 * pkg/prometheus/common.go: `prometheusNameByShard`).
 */
export function shardsAway(shards: number): string {
  return Array.from({ length: shards }, (_, shard) => {
    const pods = shard === 0 ? prometheusSet : `${prometheusSet}-shard-${shard}`;
    const connected = `thanos_store_nodes_grpc_connections{job="thanos-query", store_type="sidecar", external_labels=~".*${pods}-[0-9]+.*"}`;
    return `label_replace(absent(${connected} > 0), "shard", "${shard}", "", "")`;
  }).join(" or ");
}

/** Of a shard that is gone: of what it scrapes nothing else alerts. */
export function shardAlerts(shards: number): Readonly<Record<string, AlertRule>> {
  return {
    "thanos-shard-away": {
      severity: "critical",
      description:
        "Thanos: no replica of a shard of Prometheus is there. Nobody sees what it scrapes, and nothing alerts on that.",
      expr: shardsAway(shards),
      minutes: 5,
    },
  };
}
