import type { Board } from "./board";
import { anyIsBad, fullness, sumRate } from "./promql";

const here = 'job="node-exporter",instance=~"$instance"';

/** Each node by its exporter: whether one is worse off than the others. */
export const nodesBoard: Board = {
  uid: "groundwork-nodes",
  title: "Nodes",
  description:
    "CPU, memory, disks and network of each node: for a node that is slower than the others, or full.",
  folder: "Platform",
  tags: ["kubernetes", "nodes"],
  variables: [
    {
      kind: "labelValues",
      name: "instance",
      label: "Node's address",
      selector: 'node_uname_info{job="node-exporter"}',
      of: "instance",
    },
  ],
  sections: [
    {
      title: "Which node",
      panels: [
        {
          title: "Addresses",
          description: "Which node has which address: the exporter knows addresses, Kubernetes names.",
          unit: "none",
          kind: "table",
          queries: [{ expr: `count by (instance, nodename, release) (node_uname_info{${here}})` }],
        },
        {
          title: "Trouble",
          description:
            "Nodes short of memory, disk or processes, by what their kubelet says: pods are moved away from them.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: [
            {
              expr: 'sum by (node, condition) (kube_node_status_condition{condition!="Ready",status="true"}) > 0',
              legend: "{{node}}: {{condition}}",
            },
          ],
        },
        {
          title: "Pods",
          description: "Pods of each node, as a part of those it may have.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: [
            {
              expr: 'count by (node) (kube_pod_info{node!=""}) / sum by (node) (kube_node_status_allocatable{resource="pods"})',
              legend: "{{node}}",
            },
          ],
        },
      ],
    },
    {
      title: "CPU and memory",
      panels: [
        {
          title: "CPU",
          description: "The part of each node's CPU that is in use.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: [{ expr: `instance:node_cpu_utilisation:rate5m{${here}}`, legend: "{{instance}}" }],
        },
        {
          title: "Load by processor",
          description: "Processes that run or want to, by the number of processors: above 1 some wait.",
          unit: "none",
          min: 0,
          thresholds: [{ from: 1, color: "yellow" }],
          queries: [{ expr: `instance:node_load1_per_cpu:ratio{${here}}`, legend: "{{instance}}" }],
        },
        {
          title: "Memory",
          description: "The part of each node's memory that is in use, without caches that can be given up.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: [{ expr: `instance:node_memory_utilisation:ratio{${here}}`, legend: "{{instance}}" }],
        },
        {
          title: "Stopped for memory",
          description: "Processes that the kernel stopped as the node or their container had no memory left.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: [
            {
              expr: `sum by (instance) (increase(node_vmstat_oom_kill{${here}}[$__rate_interval]))`,
              legend: "{{instance}}",
            },
          ],
        },
      ],
    },
    {
      title: "Disks",
      panels: [
        {
          title: "File systems",
          description:
            "How full each file system of a node is: images and logs grow on the root's, and an alert comes at 80 %.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: [
            { from: 0.7, color: "yellow" },
            { from: 0.8, color: "red" },
          ],
          queries: [
            {
              expr: `max by (instance, device) (1 - node_filesystem_avail_bytes{${here},fstype!~"tmpfs|squashfs|overlay"} / node_filesystem_size_bytes{${here},fstype!~"tmpfs|squashfs|overlay"})`,
              legend: "{{instance}} {{device}}",
            },
          ],
        },
        {
          title: "Busy disks",
          description: "The part of the time in which a disk has something to do.",
          unit: "percentunit",
          min: 0,
          queries: [
            {
              expr: `instance_device:node_disk_io_time_seconds:rate5m{${here}}`,
              legend: "{{instance}} {{device}}",
            },
          ],
        },
        {
          title: "Read",
          description: "Bytes a second that each node reads from its disks.",
          unit: "Bps",
          min: 0,
          queries: [
            { expr: sumRate(`node_disk_read_bytes_total{${here}}`, "instance"), legend: "{{instance}}" },
          ],
        },
        {
          title: "Written",
          description: "Bytes a second that each node writes to its disks.",
          unit: "Bps",
          min: 0,
          queries: [
            { expr: sumRate(`node_disk_written_bytes_total{${here}}`, "instance"), legend: "{{instance}}" },
          ],
        },
      ],
    },
    {
      title: "Network",
      panels: [
        {
          title: "Received",
          description: "Bytes a second that each node receives, but for its loopback.",
          unit: "Bps",
          min: 0,
          queries: [
            {
              expr: `instance:node_network_receive_bytes_excluding_lo:rate5m{${here}}`,
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Sent",
          description: "Bytes a second that each node sends, but for its loopback.",
          unit: "Bps",
          min: 0,
          queries: [
            {
              expr: `instance:node_network_transmit_bytes_excluding_lo:rate5m{${here}}`,
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Dropped",
          description:
            "Packets a second that a node dropped as they came: its interface or its queues are full.",
          unit: "cps",
          min: 0,
          queries: [
            {
              expr: `instance:node_network_receive_drop_excluding_lo:rate5m{${here}}`,
              legend: "{{instance}}",
            },
          ],
        },
        {
          title: "Connections tracked",
          description:
            "The part of the connections that a node can keep track of: full, it refuses new ones.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: [
            {
              expr: `node_nf_conntrack_entries{${here}} / node_nf_conntrack_entries_limit{${here}}`,
              legend: "{{instance}}",
            },
          ],
        },
      ],
    },
  ],
};
