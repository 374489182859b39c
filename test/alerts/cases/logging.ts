import type { AlertCases } from "../cases";

/** Labels of everything in the namespace of the logs. */
const here = 'namespace="logging"';
const cluster = `${here}, cluster="telemetry"`;
const status = (color: string): string => `elasticsearch_cluster_health_status{${cluster}, color="${color}"}`;
const nodes = `elasticsearch_cluster_health_number_of_nodes{${cluster}}`;
const node = { namespace: "logging", name: "telemetry-es-hot-0" } as const;
const ofNode = `${here}, name="${node.name}"`;
const disk = (what: string): string => `elasticsearch_filesystem_data_${what}_bytes{${ofNode}}`;
const heap = (what: string): string => `elasticsearch_jvm_memory_${what}_bytes{${ofNode}, area="heap"}`;
const snapshot = `elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{${here}, repository="backups"}`;
const auditIndex = ".ds-logs-audit-shop-2026.11.01-000001";
const docs = (what: string, index = auditIndex): string =>
  `elasticsearch_indices_${what}_primary{${cluster}, index="${index}"}`;
const step = (name: string): string =>
  `elasticsearch_ilm_index_status{${here}, index=".ds-logs-platform-shop-2026.11.01-000001", phase="warm", action="shrink", step="${name}"}`;

/** Counts of one Logstash of the lines of one service. */
const service = { service: "api", log_namespace: "shop" } as const;
const counted = (series: string): string =>
  `${series}{${here}, pod="logs-ls-0", service="${service.service}", log_namespace="${service.log_namespace}"}`;
const queue = (series: string, pod = "logs-ls-0"): string => `${series}{${here}, pod="${pod}"}`;

/** The index of the system's services, whose Elasticsearch is another. */
const elsewhere = 'elasticsearch_cluster_health_status{namespace="search", cluster="search", color="red"}';

export const elasticsearchOfLogs: AlertCases = {
  "logging-red": {
    fires: {
      series: { [status("red")]: "0x4 1x20" },
      at: "10m",
      labels: { namespace: "logging", cluster: "telemetry", color: "red" },
    },
    silent: [
      { series: { [status("red")]: "0x4 1x3 0x9" }, at: "10m" },
      { series: { [status("red")]: "0x20", [elsewhere]: "1x20" }, at: "15m" },
    ],
  },
  "logging-nodes": {
    fires: [1, 3, 9].map((all) => ({
      where: `< ${all}`,
      series: { [nodes]: `${all}x4 ${all - 1}x20` },
      at: "21m",
      labels: { namespace: "logging", cluster: "telemetry" },
    })),
    silent: [1, 3, 9].map((all) => ({
      where: `< ${all}`,
      series: { [nodes]: `${all}x4 ${all - 1}x13 ${all}x9` },
      at: "21m",
    })),
  },
  "logging-disk": {
    fires: { series: { [disk("available")]: "19x20", [disk("size")]: "100x20" }, at: "16m", labels: node },
    silent: { series: { [disk("available")]: "20x20", [disk("size")]: "100x20" }, at: "16m" },
  },
  "logging-disk-full": {
    fires: { series: { [disk("available")]: "9x20", [disk("size")]: "100x20" }, at: "6m", labels: node },
    silent: { series: { [disk("available")]: "10x20", [disk("size")]: "100x20" }, at: "16m" },
  },
  "logging-memory": {
    fires: {
      series: { [heap("used")]: "96x20", [heap("max")]: "100x20" },
      at: "16m",
      labels: { ...node, area: "heap" },
    },
    silent: { series: { [heap("used")]: "95x20", [heap("max")]: "100x20" }, at: "16m" },
  },
  "logging-cpu": {
    fires: { series: { [`elasticsearch_process_cpu_percent{${ofNode}}`]: "99x40" }, at: "31m", labels: node },
    silent: { series: { [`elasticsearch_process_cpu_percent{${ofNode}}`]: "99x25 40x20" }, at: "31m" },
  },
  "logging-snapshot": {
    fires: { series: { [snapshot]: "0x600" }, interval: "5m", at: "37h" },
    silent: { series: { [snapshot]: "0x300 86400x300" }, interval: "5m", at: "37h" },
  },
  "logging-silent": {
    fires: { series: { [elsewhere]: "0x30" }, at: "16m", labels: { namespace: "logging" } },
    silent: { series: { [status("green")]: "1x30" }, at: "16m" },
  },
  "logging-lifecycle": {
    fires: {
      series: { [step("ERROR")]: "1x30" },
      at: "16m",
      labels: { index: ".ds-logs-platform-shop-2026.11.01-000001" },
    },
    silent: { series: { [step("complete")]: "1x30" }, at: "16m" },
  },
  "logging-audit-tampering": {
    fires: [
      // a line was taken out
      {
        series: { [docs("deleted_docs")]: "0x5 1x5", [docs("docs")]: "100x10" },
        at: "6m",
        labels: { index: auditIndex },
      },
      // lines are gone, without a trace of them
      { series: { [docs("docs")]: "100x65 90x10" }, at: "70m", labels: { index: auditIndex } },
    ],
    silent: [
      { series: { [docs("deleted_docs")]: "0x90", [docs("docs")]: "100+10x90" }, at: "80m" },
      // an index goes as a whole when its retention ends
      { series: { [docs("docs")]: "100x65 _x20" }, at: "80m" },
      // others change
      {
        series: { [docs("deleted_docs", "jaeger-span-000001")]: "5x20", [docs("docs")]: "100x20" },
        at: "10m",
      },
    ],
  },
};

export const lines: AlertCases = {
  "logging-errors": {
    fires: [
      // one a second, after one in five minutes for a day
      {
        series: { [counted("logs_errors_total")]: "0+0.2x1500 300+60x30" },
        at: "1520m",
        labels: service,
      },
      // of a service that is new
      { series: { [counted("logs_errors_total")]: "0+60x20" }, at: "12m", labels: service },
    ],
    silent: [
      // one in three seconds is one user's
      { series: { [counted("logs_errors_total")]: "0+20x30" }, at: "20m" },
      // it has always been so
      { series: { [counted("logs_errors_total")]: "0+60x1600" }, at: "1560m" },
    ],
  },
  "logging-refused": {
    fires: { series: { [counted("logs_refused_total")]: "0+10x20" }, at: "15m", labels: service },
    silent: { series: { [counted("logs_refused_total")]: "0+5x20" }, at: "15m" },
  },
  "logging-queue": {
    fires: {
      series: { [queue("logstash_queue_bytes")]: "51x30", [queue("logstash_queue_max_bytes")]: "100x30" },
      at: "12m",
      labels: { pod: "logs-ls-0" },
    },
    silent: {
      series: { [queue("logstash_queue_bytes")]: "50x30", [queue("logstash_queue_max_bytes")]: "100x30" },
      at: "12m",
    },
  },
  "logging-dead-letters": {
    fires: { series: { [queue("logs_dead_letters_total")]: "0x5 1x40" }, at: "25m" },
    silent: { series: { [queue("logs_dead_letters_total")]: "7x90" }, at: "80m" },
  },
  "logging-pipeline": {
    fires: { at: "16m", labels: { namespace: "logging" } },
    silent: { series: { [queue("logstash_queue_bytes", "logs-ls-1")]: "0x30" }, at: "20m" },
  },
  "logging-shipper": {
    fires: {
      series: {
        'kube_daemonset_status_number_unavailable{namespace="filebeat", daemonset="logs-beat-filebeat"}':
          "1x60",
      },
      at: "31m",
      labels: { namespace: "filebeat", daemonset: "logs-beat-filebeat" },
    },
    silent: {
      series: {
        // others have their own alerts
        'kube_daemonset_status_number_unavailable{namespace="falco", daemonset="falco"}': "1x60",
        'kube_daemonset_status_number_unavailable{namespace="filebeat", daemonset="logs-beat-filebeat"}':
          "1x25 0x30",
      },
      at: "40m",
    },
  },
  "logging-shipper-silent": {
    fires: {
      series: {
        'kube_node_info{node="a"}': "1x120",
        'kube_node_info{node="b"}': "1x120",
        'kube_node_created{node="a"}': "0x120",
        'kube_node_created{node="b"}': "0x120",
        [`logs_shipped_total{${here}, pod="logs-ls-0", node="a"}`]: "0+2x120",
        [`logs_shipped_total{${here}, pod="logs-ls-0", node="b"}`]: "0+2x40 80x80",
      },
      at: "80m",
      labels: { node: "b" },
    },
    silent: {
      series: {
        'kube_node_info{node="a"}': "1x120",
        'kube_node_created{node="a"}': "0x120",
        [`logs_shipped_total{${here}, pod="logs-ls-0", node="a"}`]: "0+2x120",
        // a node that has just come
        'kube_node_info{node="b"}': "_x60 1x60",
        'kube_node_created{node="b"}': "_x60 3600x60",
      },
      at: "85m",
    },
  },
};
