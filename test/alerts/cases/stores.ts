import type { AlertCases } from "../cases";

const inKafka = 'namespace="kafka"';
const broker = (pod: number): string => `up{${inKafka}, pod="kafka-brokers-${pod}"}`;
const controllers = (pod: number): string =>
  `kafka_controller_kafkacontroller_activecontrollercount{${inKafka}, pod="kafka-controllers-${pod}"}`;
const volume = (what: string): string =>
  `kubelet_volume_stats_${what}_bytes{${inKafka}, persistentvolumeclaim="data-0-kafka-brokers-1"}`;
const ofBroker = `${inKafka}, pod="kafka-brokers-1", container="kafka"`;
const offline = `kafka_controller_kafkacontroller_offlinepartitionscount{${inKafka}, pod="kafka-controllers-3"}`;
const underMin = `kafka_cluster_partition_underminisr{${inKafka}, pod="kafka-brokers-1", topic="orders"}`;
const underReplicated = `kafka_server_replicamanager_underreplicatedpartitions{${inKafka}, pod="kafka-brokers-1"}`;
const lag = (partition: number): string =>
  `kafka_consumergroup_lag{${inKafka}, consumergroup="billing", topic="orders", partition="${partition}"}`;
const unreconciled = (kind: string): string =>
  `strimzi_reconciliations_failed_total{${inKafka}, kind="${kind}", exported_namespace="kafka"}`;

export const kafka: AlertCases = {
  "kafka-offline-partitions": {
    fires: { series: { [offline]: "0x4 1x20" }, at: "10m" },
    silent: { series: { [offline]: "0x4 1x3 0x9" }, at: "10m" },
  },
  "kafka-controller": {
    fires: [
      { series: { [controllers(3)]: "1x4 0x20", [controllers(4)]: "0x30" }, at: "10m" },
      { series: { [controllers(3)]: "1x30", [controllers(4)]: "0x4 1x20" }, at: "10m" },
      { series: { [controllers(3)]: "1x4 stale" }, at: "10m" },
    ],
    silent: { series: { [controllers(3)]: "1x4 0x20", [controllers(4)]: "0x8 1x20" }, at: "15m" },
  },
  "kafka-under-min-isr": {
    fires: { series: { [underMin]: "0x4 1x20" }, at: "10m" },
    silent: { series: { [underMin]: "0x4 1x3 0x9" }, at: "10m" },
  },
  "kafka-under-replicated": {
    fires: { series: { [underReplicated]: "0x4 1x20" }, at: "20m", labels: { pod: "kafka-brokers-1" } },
    silent: { series: { [underReplicated]: "0x4 1x13 0x9" }, at: "20m" },
  },
  "kafka-broker-down": {
    fires: [
      { series: { [broker(0)]: "1x30", [broker(1)]: "1x30", [broker(2)]: "1x4 0x20" }, at: "20m" },
      { series: { [broker(0)]: "1x30", [broker(1)]: "1x30", [broker(2)]: "1x4 stale" }, at: "20m" },
    ],
    silent: { series: { [broker(0)]: "1x30", [broker(1)]: "1x30", [broker(2)]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "kafka-disk": {
    fires: {
      series: { [volume("used")]: "86x20", [volume("capacity")]: "100x20" },
      at: "15m",
      labels: { persistentvolumeclaim: "data-0-kafka-brokers-1" },
    },
    silent: { series: { [volume("used")]: "85x20", [volume("capacity")]: "100x20" }, at: "20m" },
  },
  "kafka-cpu": {
    // of two processors 1.81, in seconds of them a minute
    fires: {
      series: { [`container_cpu_usage_seconds_total{${ofBroker}}`]: "0+108.6x40" },
      at: "20m",
      labels: { pod: "kafka-brokers-1" },
    },
    silent: { series: { [`container_cpu_usage_seconds_total{${ofBroker}}`]: "0+107.9x40" }, at: "30m" },
  },
  "kafka-memory": {
    fires: {
      series: {
        [`container_memory_rss{${ofBroker}}`]: "91x20",
        [`kube_pod_container_resource_limits{${ofBroker},resource="memory"}`]: "100x20",
      },
      at: "15m",
      labels: { pod: "kafka-brokers-1" },
    },
    silent: {
      series: {
        [`container_memory_rss{${ofBroker}}`]: "90x20",
        [`kube_pod_container_resource_limits{${ofBroker},resource="memory"}`]: "100x20",
      },
      at: "20m",
    },
  },
  "kafka-operator": {
    fires: {
      series: { [unreconciled("KafkaTopic")]: "0+1x60" },
      at: "50m",
      labels: { kind: "KafkaTopic" },
    },
    silent: { series: { [unreconciled("KafkaTopic")]: "0x4 4x60" }, at: "50m" },
  },
  "kafka-consumer-lag": {
    fires: {
      series: { [lag(0)]: "60000x20", [lag(1)]: "40001x20" },
      at: "15m",
      labels: { consumergroup: "billing", topic: "orders" },
    },
    silent: { series: { [lag(0)]: "60000x20", [lag(1)]: "40000x20" }, at: "20m" },
  },
};

const status = (color: string): string =>
  `elasticsearch_cluster_health_status{namespace="search", cluster="search", color="${color}"}`;
const nodes = 'elasticsearch_cluster_health_number_of_nodes{namespace="search", cluster="search"}';
const ofNode = 'namespace="search", name="search-es-data-0"';
const disk = (what: string): string => `elasticsearch_filesystem_data_${what}_bytes{${ofNode}}`;
const heap = (what: string): string => `elasticsearch_jvm_memory_${what}_bytes{${ofNode}, area="heap"}`;
const rejected = (type: string): string =>
  `elasticsearch_thread_pool_rejected_count{${ofNode}, type="${type}"}`;
const snapshot =
  'elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds{namespace="search", repository="backups"}';
const node = { namespace: "search", name: "search-es-data-0" } as const;

export const search: AlertCases = {
  "search-red": {
    fires: {
      series: { [status("red")]: "0x4 1x20", [status("green")]: "1x4 0x20" },
      at: "10m",
      labels: { namespace: "search", cluster: "search", color: "red" },
    },
    silent: { series: { [status("red")]: "0x4 1x3 0x9", [status("green")]: "1x4 0x3 1x9" }, at: "10m" },
  },
  "search-yellow": {
    fires: {
      series: { [status("yellow")]: "0x4 1x20" },
      at: "20m",
      labels: { namespace: "search", cluster: "search", color: "yellow" },
    },
    silent: { series: { [status("yellow")]: "0x4 1x13 0x9" }, at: "20m" },
  },
  "search-nodes": {
    fires: [1, 6, 9].map((all) => ({
      where: `< ${all}`,
      series: { [nodes]: `${all}x4 ${all - 1}x20` },
      at: "20m",
      labels: { namespace: "search", cluster: "search" },
    })),
    silent: [1, 6, 9].map((all) => ({
      where: `< ${all}`,
      series: { [nodes]: `${all}x4 ${all - 1}x13 ${all}x9` },
      at: "20m",
    })),
  },
  "search-disk": {
    fires: { series: { [disk("available")]: "19x20", [disk("size")]: "100x20" }, at: "5m", labels: node },
    silent: { series: { [disk("available")]: "20x20", [disk("size")]: "100x20" }, at: "20m" },
  },
  "search-memory": {
    fires: {
      series: { [heap("used")]: "96x20", [heap("max")]: "100x20" },
      at: "15m",
      labels: { ...node, area: "heap" },
    },
    silent: { series: { [heap("used")]: "95x20", [heap("max")]: "100x20" }, at: "20m" },
  },
  "search-snapshot": {
    fires: { series: { [snapshot]: "0x500" }, at: "36h20m", interval: "5m" },
    silent: { series: { [snapshot]: "0x500" }, at: "36h15m", interval: "5m" },
  },
  "search-cpu": {
    fires: {
      series: { [`elasticsearch_process_cpu_percent{${ofNode}}`]: "91x20" },
      at: "15m",
      labels: node,
    },
    silent: { series: { [`elasticsearch_process_cpu_percent{${ofNode}}`]: "90x20" }, at: "20m" },
  },
  "search-rejected": {
    fires: {
      series: { [rejected("write")]: "0x4 1+1x40" },
      at: "25m",
      labels: { name: "search-es-data-0", type: "write" },
    },
    silent: {
      series: { [rejected("write")]: "0x4 1+1x8 9x20", [rejected("management")]: "0+1x40" },
      at: "30m",
    },
  },
  "search-silent": {
    fires: { series: { [status("green")]: "1x4 _x40" }, at: "25m", labels: { namespace: "search" } },
    silent: { series: { [status("green")]: "1x4 _x15 1x9" }, at: "25m" },
  },
};
