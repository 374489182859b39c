import type { Section } from "./board";
import { fullness, lines, sumRate } from "./promql";

/** MongoDB in the cluster, by its exporter, its volumes and its pods. */
export function mongoSections(namespace: string): readonly Section[] {
  const here = `namespace="${namespace}"`;
  const optime = (state: string): string => `mongodb_rs_members_optimeDate{${here},member_state="${state}"}`;
  return [
    {
      title: "Set",
      panels: [
        {
          title: "Nodes that answer",
          description: "Nodes whose exporter reaches them.",
          unit: "none",
          kind: "stat",
          queries: lines({ nodes: `sum(mongodb_up{${here}})` }),
        },
        {
          title: "Primaries",
          description: "Exactly one takes writes.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({ primaries: `count(count by (member_idx) (${optime("PRIMARY")})) or vector(0)` }),
        },
        {
          title: "Behind the primary",
          description:
            "How far each other node is behind: from a minute on it is of little use after a failover.",
          unit: "ms",
          min: 0,
          thresholds: [{ from: 60_000, color: "red" }],
          queries: lines({
            "{{member_idx}}": `scalar(max(${optime("PRIMARY")})) - max by (member_idx) (${optime("SECONDARY")})`,
          }),
        },
        {
          title: "Connections",
          description: "The part of its connections that each node has taken.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{pod}}": `sum by (pod) (mongodb_ss_connections{${here},conn_type="current"}) / sum by (pod) (mongodb_ss_connections{${here},conn_type=~"current|available"})`,
          }),
        },
      ],
    },
    {
      title: "Work",
      panels: [
        {
          title: "Operations",
          description: "Operations a second of all nodes, by what they do.",
          unit: "ops",
          min: 0,
          stacked: true,
          queries: lines({
            "{{legacy_op_type}}": sumRate(`mongodb_ss_opcounters{${here}}`, "legacy_op_type"),
          }),
        },
        {
          title: "CPU",
          description: "CPU that each node uses.",
          unit: "cores",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`container_cpu_usage_seconds_total{${here},container="mongod"}`, "pod"),
          }),
        },
        {
          title: "Memory",
          description: "Memory of each node, of what it may have.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{pod}}": `sum by (pod) (container_memory_working_set_bytes{${here},container="mongod"}) / sum by (pod) (kube_pod_container_resource_limits{${here},container="mongod",resource="memory"})`,
          }),
        },
        {
          title: "Disks",
          description: "How full each node's disk is; the operator enlarges it before it is full.",
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
  ];
}
