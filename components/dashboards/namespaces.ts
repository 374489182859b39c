import type { Board } from "./board";
import { anyIsBad, fullness, sumIncrease, sumRate } from "./promql";

const here = 'namespace=~"$namespace"';

/** Who in the cluster uses what of it. */
export const namespacesBoard: Board = {
  uid: "groundwork-namespaces",
  title: "Namespaces",
  description:
    "What each namespace uses, asks for and may have: for what has grown, and what meets its quota.",
  folder: "Platform",
  tags: ["kubernetes"],
  variables: [
    {
      kind: "labelValues",
      name: "namespace",
      label: "Namespace",
      selector: "kube_namespace_created",
      of: "namespace",
    },
  ],
  sections: [
    {
      title: "Used",
      panels: [
        {
          title: "CPU",
          description: "CPU that the containers of each namespace use.",
          unit: "cores",
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumRate(`container_cpu_usage_seconds_total{${here},container!=""}`, "namespace"),
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Memory",
          description: "Memory that the containers of each namespace can't give up.",
          unit: "bytes",
          min: 0,
          stacked: true,
          queries: [
            {
              expr: `sum by (namespace) (container_memory_working_set_bytes{${here},container!=""})`,
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Received",
          description: "Bytes a second that the pods of each namespace receive.",
          unit: "Bps",
          min: 0,
          queries: [
            {
              expr: sumRate(`container_network_receive_bytes_total{${here}}`, "namespace"),
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Sent",
          description: "Bytes a second that the pods of each namespace send.",
          unit: "Bps",
          min: 0,
          queries: [
            {
              expr: sumRate(`container_network_transmit_bytes_total{${here}}`, "namespace"),
              legend: "{{namespace}}",
            },
          ],
        },
      ],
    },
    {
      title: "Asked for and allowed",
      panels: [
        {
          title: "CPU used of what is asked for",
          description: "Far below 1 for days: ask for less. Above 1: it lives on what others leave.",
          unit: "percentunit",
          min: 0,
          queries: [
            {
              expr: `${sumRate(`container_cpu_usage_seconds_total{${here},container!=""}`, "namespace")} / sum by (namespace) (namespace_cpu:kube_pod_container_resource_requests:sum{${here}})`,
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Memory used of what is asked for",
          description: "Far below 1 for days: ask for less. Near 1: pods will be stopped for memory.",
          unit: "percentunit",
          min: 0,
          queries: [
            {
              expr: `sum by (namespace) (container_memory_working_set_bytes{${here},container!=""}) / sum by (namespace) (namespace_memory:kube_pod_container_resource_requests:sum{${here}})`,
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Quotas",
          description:
            "What is used of each quota. Full, no pod is made any more, and a roll-out stands still.",
          unit: "percentunit",
          min: 0,
          max: 1,
          width: 24,
          thresholds: fullness,
          queries: [
            {
              expr: `max by (namespace, resource) (kube_resourcequota{${here},type="used"} / ignoring(type) (kube_resourcequota{${here},type="hard"} > 0))`,
              legend: "{{namespace}}: {{resource}}",
            },
          ],
        },
      ],
    },
    {
      title: "Pods",
      panels: [
        {
          title: "Running",
          description: "Pods of each namespace whose containers run.",
          unit: "none",
          min: 0,
          stacked: true,
          queries: [
            {
              expr: `sum by (namespace) (kube_pod_status_phase{${here},phase="Running"})`,
              legend: "{{namespace}}",
            },
          ],
        },
        {
          title: "Restarts within an hour",
          description:
            "Containers that ended and were started again: each has a cause, told by their pod's last state.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: [
            {
              expr: `${sumIncrease(`kube_pod_container_status_restarts_total{${here}}`, "1h", "namespace", "pod")} >= 1`,
              legend: "{{namespace}}/{{pod}}",
            },
          ],
        },
        {
          title: "Waiting containers",
          description:
            "Containers that don't start, by why: no image, a crash on each start, a missing Secret or ConfigMap.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: [
            {
              expr: `sum by (namespace, reason) (kube_pod_container_status_waiting_reason{${here}}) > 0`,
              legend: "{{namespace}}: {{reason}}",
            },
          ],
        },
        {
          title: "Volumes",
          description: "How full the volumes of each namespace are.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: [
            {
              expr: `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}})`,
              legend: "{{namespace}}/{{persistentvolumeclaim}}",
            },
          ],
        },
      ],
    },
  ],
};
