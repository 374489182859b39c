import type { Board, Panel, Section } from "./board";
import { anyIsBad, fullness, quantile, ratio, sumRate } from "./promql";

/** What the dashboard has to know of a cluster. */
export interface ClusterFacts {
  /** Whether its DNS is CoreDNS, which is scraped. */
  readonly coreDns: boolean;
}

/** The whole cluster: whether it is well, how full it is, and how its control plane and DNS answer. */
export function clusterBoard({ coreDns }: ClusterFacts): Board {
  return {
    uid: "groundwork-cluster",
    title: "Cluster",
    description:
      "Whether the cluster is well and how full it is: the first look when several things fail at once.",
    folder: "Platform",
    tags: ["kubernetes"],
    sections: [
      { title: "At a glance", panels: glance },
      { title: "Capacity", panels: capacity },
      { title: "Volumes", panels: volumes },
      { title: "Control plane", panels: controlPlane },
      ...(coreDns ? [dns] : []),
    ],
  };
}

const glance: readonly Panel[] = [
  {
    title: "Nodes ready",
    description: "Nodes that take pods.",
    unit: "none",
    kind: "stat",
    queries: [{ expr: 'sum(kube_node_status_condition{condition="Ready",status="true"})' }],
  },
  {
    title: "Nodes not ready",
    description: "Nodes whose kubelet does not answer or says that it is not well; their pods go elsewhere.",
    unit: "none",
    kind: "stat",
    thresholds: anyIsBad,
    queries: [{ expr: 'sum(kube_node_status_condition{condition="Ready",status=~"false|unknown"})' }],
  },
  {
    title: "Pods running",
    description: "Pods whose containers run.",
    unit: "none",
    kind: "stat",
    queries: [{ expr: 'sum(kube_pod_status_phase{phase="Running"})' }],
  },
  {
    title: "Pods waiting",
    description:
      "Pods without a node, or whose images are not there. More than a few for minutes: no room, or no image.",
    unit: "none",
    kind: "stat",
    thresholds: [{ from: 1, color: "yellow" }],
    queries: [{ expr: 'sum(kube_pod_status_phase{phase="Pending"})' }],
  },
  {
    title: "CPU asked for",
    description:
      "What pods ask for of the nodes' CPU: from 85 % on the autoscaler has to add nodes for the next ones.",
    unit: "percentunit",
    kind: "stat",
    thresholds: fullness,
    queries: [
      {
        expr: 'sum(namespace_cpu:kube_pod_container_resource_requests:sum) / sum(kube_node_status_allocatable{resource="cpu"})',
      },
    ],
  },
  {
    title: "Memory asked for",
    description: "What pods ask for of the nodes' memory.",
    unit: "percentunit",
    kind: "stat",
    thresholds: fullness,
    queries: [
      {
        expr: 'sum(namespace_memory:kube_pod_container_resource_requests:sum) / sum(kube_node_status_allocatable{resource="memory"})',
      },
    ],
  },
];

const capacity: readonly Panel[] = [
  {
    title: "CPU",
    description: "Used, asked for and there: the room between used and asked for is paid for and idle.",
    unit: "cores",
    min: 0,
    queries: [
      { expr: sumRate('container_cpu_usage_seconds_total{container!=""}'), legend: "used" },
      { expr: "sum(namespace_cpu:kube_pod_container_resource_requests:sum)", legend: "asked for" },
      { expr: 'sum(kube_node_status_allocatable{resource="cpu"})', legend: "there" },
    ],
  },
  {
    title: "Memory",
    description:
      "Used, asked for and there. Memory can't be shared out twice: used above asked for ends in pods that are stopped.",
    unit: "bytes",
    min: 0,
    queries: [
      { expr: 'sum(container_memory_working_set_bytes{container!=""})', legend: "used" },
      { expr: "sum(namespace_memory:kube_pod_container_resource_requests:sum)", legend: "asked for" },
      { expr: 'sum(kube_node_status_allocatable{resource="memory"})', legend: "there" },
    ],
  },
  {
    title: "Nodes",
    description: "Nodes that are there, and those that take no new pods as they are drained.",
    unit: "none",
    min: 0,
    queries: [
      { expr: "count(kube_node_info)", legend: "there" },
      { expr: "sum(kube_node_spec_unschedulable)", legend: "take no new pods" },
    ],
  },
  {
    title: "Pods by phase",
    description: "What state pods are in; failed ones are those of jobs that did not succeed.",
    unit: "none",
    min: 0,
    stacked: true,
    queries: [{ expr: "sum by (phase) (kube_pod_status_phase)", legend: "{{phase}}" }],
  },
];

const volumes: readonly Panel[] = [
  {
    title: "Fullest volumes",
    description:
      "The ten fullest of all volumes of pods. An alert comes before one is full; enlarge its claim.",
    unit: "percentunit",
    min: 0,
    max: 1,
    thresholds: fullness,
    queries: [
      {
        expr: "topk(10, max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes / kubelet_volume_stats_capacity_bytes))",
        legend: "{{namespace}}/{{persistentvolumeclaim}}",
      },
    ],
  },
  {
    title: "Fewest inodes left",
    description:
      "The ten volumes with the largest part of their inodes used: full of small files they take no more of them.",
    unit: "percentunit",
    min: 0,
    max: 1,
    thresholds: fullness,
    queries: [
      {
        expr: "topk(10, max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_used / kubelet_volume_stats_inodes))",
        legend: "{{namespace}}/{{persistentvolumeclaim}}",
      },
    ],
  },
];

const controlPlane: readonly Panel[] = [
  {
    title: "API server: requests",
    description:
      "Requests a second by their answer. 429 are clients that are slowed down, 5xx the server's own failures.",
    unit: "reqps",
    min: 0,
    stacked: true,
    queries: [{ expr: sumRate("apiserver_request_total", "code"), legend: "{{code}}" }],
  },
  {
    title: "API server: slowest hundredth",
    description:
      "How long all but one in a hundred requests take, without those that watch or stay connected.",
    unit: "s",
    min: 0,
    thresholds: [{ from: 1, color: "red" }],
    queries: [
      {
        expr: quantile(0.99, 'apiserver_request_duration_seconds_bucket{verb!~"WATCH|CONNECT"}', "verb"),
        legend: "{{verb}}",
      },
    ],
  },
  {
    title: "API server: failed",
    description: "The part of requests that the API server failed to answer.",
    unit: "percentunit",
    min: 0,
    thresholds: [{ from: 0.01, color: "red" }],
    queries: [
      {
        expr: ratio(sumRate('apiserver_request_total{code=~"5.."}'), sumRate("apiserver_request_total")),
        legend: "failed",
      },
    ],
  },
  {
    title: "API server: in flight",
    description: "Requests that are being answered, of those that change something and those that don't.",
    unit: "none",
    min: 0,
    queries: [
      { expr: "sum by (request_kind) (apiserver_current_inflight_requests)", legend: "{{request_kind}}" },
    ],
  },
];

const dns: Section = {
  title: "DNS",
  panels: [
    {
      title: "DNS: answers",
      description:
        "Answers a second by their code. NXDOMAIN are names that are not there: pods try several suffixes of each.",
      unit: "ops",
      min: 0,
      stacked: true,
      queries: [{ expr: sumRate("coredns_dns_responses_total", "rcode"), legend: "{{rcode}}" }],
    },
    {
      title: "DNS: slowest hundredth",
      description: "How long all but one in a hundred answers take. Slow DNS makes every first call slow.",
      unit: "s",
      min: 0,
      thresholds: [{ from: 0.5, color: "red" }],
      queries: [
        { expr: quantile(0.99, "coredns_dns_request_duration_seconds_bucket"), legend: "slowest hundredth" },
      ],
    },
  ],
};
