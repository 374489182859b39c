import type { Board } from "./board";
import { lines, sumRate } from "./promql";

const requests = {
  cpu: "sum by (namespace) (namespace_cpu:kube_pod_container_resource_requests:sum)",
  memory: "sum by (namespace) (namespace_memory:kube_pod_container_resource_requests:sum)",
} as const;

const used = {
  cpu: sumRate('container_cpu_usage_seconds_total{container!=""}', "namespace"),
  memory: 'sum by (namespace) (container_memory_working_set_bytes{container!=""})',
} as const;

const there = (resource: "cpu" | "memory"): string =>
  `sum(kube_node_status_allocatable{resource="${resource}"})`;

/**
 * What is paid for and what of it is used. In CPU and memory, which every node is paid by: money is the cloud's to tell, as
 * what a node costs depends on commitments and spot prices that no exporter knows.
 */
export const costBoard: Board = {
  uid: "groundwork-cost",
  title: "Cost",
  description:
    "What is there, what is asked for and what is used, by namespace: where money goes for nothing.",
  folder: "Platform",
  tags: ["cost"],
  hours: 24 * 7,
  sections: [
    {
      title: "All of it",
      panels: [
        {
          title: "CPU used",
          description: "The part of the nodes' CPU that is used.",
          unit: "percentunit",
          kind: "stat",
          queries: lines({ used: `sum(${used.cpu}) / ${there("cpu")}` }),
        },
        {
          title: "CPU asked for",
          description: "The part of the nodes' CPU that pods ask for: the rest is there for nobody.",
          unit: "percentunit",
          kind: "stat",
          queries: lines({ "asked for": `sum(${requests.cpu}) / ${there("cpu")}` }),
        },
        {
          title: "Memory used",
          description: "The part of the nodes' memory that is used.",
          unit: "percentunit",
          kind: "stat",
          queries: lines({ used: `sum(${used.memory}) / ${there("memory")}` }),
        },
        {
          title: "Memory asked for",
          description: "The part of the nodes' memory that pods ask for.",
          unit: "percentunit",
          kind: "stat",
          queries: lines({ "asked for": `sum(${requests.memory}) / ${there("memory")}` }),
        },
        {
          title: "Nodes",
          description: "Nodes that are paid for.",
          unit: "none",
          kind: "stat",
          queries: lines({ nodes: "count(kube_node_info)" }),
        },
        {
          title: "Volumes",
          description: "Bytes of all volumes that pods have claimed.",
          unit: "bytes",
          kind: "stat",
          queries: lines({ volumes: "sum(kube_persistentvolumeclaim_resource_requests_storage_bytes)" }),
        },
      ],
    },
    {
      title: "Asked for and not used",
      panels: [
        {
          title: "CPU for nothing",
          description: "CPU that each namespace asks for beyond what it uses.",
          unit: "cores",
          min: 0,
          stacked: true,
          queries: lines({ "{{namespace}}": `clamp_min(${requests.cpu} - ${used.cpu}, 0)` }),
        },
        {
          title: "Memory for nothing",
          description: "Memory that each namespace asks for beyond what it uses.",
          unit: "bytes",
          min: 0,
          stacked: true,
          queries: lines({ "{{namespace}}": `clamp_min(${requests.memory} - ${used.memory}, 0)` }),
        },
        {
          title: "Nobody's CPU",
          description:
            "CPU of the nodes that no pod asks for: nodes that could go, or are kept for the loss of a zone.",
          unit: "cores",
          min: 0,
          queries: lines({ "asked for by nobody": `${there("cpu")} - sum(${requests.cpu})` }),
        },
        {
          title: "Nodes by their machine",
          description: "How many nodes of each kind are paid for.",
          unit: "none",
          min: 0,
          stacked: true,
          queries: lines({
            "{{label_node_kubernetes_io_instance_type}}":
              "count by (label_node_kubernetes_io_instance_type) (kube_node_labels)",
          }),
        },
      ],
    },
    {
      title: "By whom",
      panels: [
        {
          title: "CPU asked for",
          description: "CPU that each namespace asks for, which is what it costs.",
          unit: "cores",
          min: 0,
          stacked: true,
          queries: lines({ "{{namespace}}": requests.cpu }),
        },
        {
          title: "Memory asked for",
          description: "Memory that each namespace asks for, which is what it costs.",
          unit: "bytes",
          min: 0,
          stacked: true,
          queries: lines({ "{{namespace}}": requests.memory }),
        },
        {
          title: "Volumes",
          description: "Bytes that each namespace has claimed.",
          unit: "bytes",
          min: 0,
          stacked: true,
          queries: lines({
            "{{namespace}}":
              "sum by (namespace) (kube_persistentvolumeclaim_resource_requests_storage_bytes)",
          }),
        },
      ],
    },
  ],
};
