import { usedDiskShare } from "../platform/monitoringSize";
import { namespaces } from "../platform/names";
import type { Board } from "./board";
import { anyIsBad, fullness, lines, sumIncrease, sumRate } from "./promql";

const here = `namespace="${namespaces.monitoring}"`;

/** Who watches the watchers: whether Prometheus, Alertmanager and Grafana see what they have to. */
export const observabilityBoard: Board = {
  uid: "groundwork-observability",
  title: "Observability",
  description:
    "Whether metrics are scraped, kept and evaluated in time: what no dashboard shows may not be well.",
  folder: "Platform",
  tags: ["observability"],
  hours: 24,
  sections: [
    {
      title: "Scraping",
      panels: [
        {
          title: "Not answering",
          description: "What Prometheus asks for metrics and gets no answer from.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: lines({ "{{namespace}}: {{job}}": "count by (namespace, job) (up == 0)" }),
        },
        {
          title: "Targets",
          description: "What Prometheus asks for metrics.",
          unit: "none",
          min: 0,
          queries: lines({ targets: "count(up)" }),
        },
        {
          title: "Series",
          description:
            "Series in each Prometheus' memory, at about 3 KiB each: what grows without end has a label that should not be one.",
          unit: "short",
          min: 0,
          queries: lines({ "{{pod}}": `prometheus_tsdb_head_series{${here}}` }),
        },
        {
          title: "Samples",
          description: "Samples a second that each Prometheus takes.",
          unit: "ops",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`prometheus_tsdb_head_samples_appended_total{${here}}`, "pod"),
          }),
        },
        {
          title: "Largest jobs",
          description: "The ten jobs with most samples a scrape.",
          unit: "short",
          kind: "table",
          queries: [{ expr: "topk(10, sum by (namespace, job) (scrape_samples_post_metric_relabeling))" }],
        },
      ],
    },
    {
      title: "Rules",
      panels: [
        {
          title: "Rules that fail",
          description: "Rules a second that could not be evaluated: alerts that can't fire.",
          unit: "ops",
          min: 0,
          thresholds: [{ from: 0.001, color: "red" }],
          queries: lines({
            "{{rule_group}}": `${sumRate(`prometheus_rule_evaluation_failures_total{${here}}`, "rule_group")} > 0`,
          }),
        },
        {
          title: "Evaluations left out",
          description:
            "Evaluations within an hour for which there was no time: the group's rules take longer than its interval.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: lines({
            "{{rule_group}}": `${sumIncrease(`prometheus_rule_group_iterations_missed_total{${here}}`, "1h", "rule_group")} > 0`,
          }),
        },
        {
          title: "Slowest groups",
          description: "The ten groups of rules that take longest.",
          unit: "s",
          min: 0,
          queries: lines({
            "{{rule_group}}": `topk(10, max by (rule_group) (prometheus_rule_group_last_duration_seconds{${here}}))`,
          }),
        },
        {
          title: "Rules",
          description: "How many rules each Prometheus evaluates.",
          unit: "none",
          min: 0,
          queries: lines({ "{{pod}}": `sum by (pod) (prometheus_rule_group_rules{${here}})` }),
        },
      ],
    },
    {
      title: "Room",
      panels: [
        {
          title: "Memory",
          description: "Memory of each pod of the monitoring stack, of what it may have.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{pod}}": `sum by (pod) (container_memory_working_set_bytes{${here},container!=""}) / sum by (pod) (kube_pod_container_resource_limits{${here},resource="memory"})`,
          }),
        },
        {
          title: "Disks",
          description: `How full the volumes of the monitoring stack are: Prometheus deletes its oldest samples at ${usedDiskShare * 100} %.`,
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: [{ from: 0.9, color: "red" }],
          queries: lines({
            "{{persistentvolumeclaim}}": `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}})`,
          }),
        },
        {
          title: "Kept",
          description: "Bytes of samples on each Prometheus' disk.",
          unit: "bytes",
          min: 0,
          queries: lines({ "{{pod}}": `prometheus_tsdb_storage_blocks_bytes{${here}}` }),
        },
        {
          title: "Grafana",
          description: "Requests a second that Grafana answers, by their code.",
          unit: "reqps",
          min: 0,
          stacked: true,
          queries: lines({
            "{{status_code}}": sumRate(`grafana_http_request_duration_seconds_count{${here}}`, "status_code"),
          }),
        },
      ],
    },
  ],
};
