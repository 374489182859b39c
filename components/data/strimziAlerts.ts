import { thresholds } from "../governance/alarms";
import type { AlertRule } from "../platform/alertRules";

/** What the alerts have to know of the cluster. */
export interface WatchedBrokers {
  readonly namespace: string;
  readonly brokers: number;
  /** Of each broker. */
  readonly vcpus: number;
  /** Messages that a group of consumers may be behind. */
  readonly maxConsumerLag: number;
}

/** Part of a disk that may be full, after which a broker that fills it stops. */
const mostDisk = 0.85;

/**
 * The cluster by its brokers' own metrics (Strimzi's metrics reporter, packaging/examples/metrics/strimzi-metrics-reporter),
 * its exporter's and the kubelet's.
 */
export function strimziAlerts({
  namespace,
  brokers,
  vcpus,
  maxConsumerLag,
}: WatchedBrokers): Readonly<Record<string, AlertRule>> {
  const here = `namespace="${namespace}"`;
  return {
    "kafka-offline-partitions": {
      severity: "critical",
      description: "Kafka: a partition has no leader. Nobody can read or write it.",
      expr: `sum(kafka_controller_kafkacontroller_offlinepartitionscount{${here}}) > 0`,
      minutes: 5,
    },
    "kafka-controller": {
      severity: "critical",
      description:
        "Kafka: not one controller is active. No partition gets a new leader, and no topic changes.",
      expr: `(sum(kafka_controller_kafkacontroller_activecontrollercount{${here}}) or vector(0)) != 1`,
      minutes: 5,
    },
    "kafka-under-min-isr": {
      severity: "critical",
      description:
        "Kafka: partitions have too few copies in step. Writes that ask for all of them are refused.",
      expr: `sum(kafka_cluster_partition_underminisr{${here}}) > 0`,
      minutes: 5,
    },
    "kafka-under-replicated": {
      severity: "warning",
      description: "Kafka: partitions lack a copy. One more loss may stop writes.",
      expr: `sum by (pod) (kafka_server_replicamanager_underreplicatedpartitions{${here}}) > 0`,
    },
    "kafka-broker-down": {
      severity: "critical",
      description: "Kafka: a broker does not answer.",
      expr: `(sum(up{${here},pod=~"kafka-brokers-[0-9]+"}) or vector(0)) < ${brokers}`,
    },
    "kafka-disk": {
      severity: "critical",
      description:
        "Kafka: the disk of a broker is nearly full. Full, the broker stops; it grows with kafka.diskGiB.",
      expr:
        `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here},persistentvolumeclaim=~"data-.+"} ` +
        `/ kubelet_volume_stats_capacity_bytes{${here},persistentvolumeclaim=~"data-.+"}) > ${mostDisk}`,
    },
    "kafka-cpu": {
      severity: "warning",
      description: "Kafka: a broker is busy all the time.",
      expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${here},container="kafka"}[5m])) / ${vcpus} > ${thresholds.storeCpu}`,
    },
    "kafka-memory": {
      severity: "warning",
      description: "Kafka: a broker has nearly all the memory that it may have. It will be stopped for more.",
      expr:
        `max by (pod) (container_memory_rss{${here},container="kafka"}) ` +
        `/ max by (pod) (kube_pod_container_resource_limits{${here},container="kafka",resource="memory"}) ` +
        `> ${thresholds.storeCpu}`,
    },
    "kafka-operator": {
      severity: "warning",
      description: "Kafka: its operators fail at what the program asks for, such as a topic or a user.",
      // they look at all of it every two minutes (MetricsHolder.java; the kinds' own namespace is another label)
      expr: `sum by (kind) (increase(strimzi_reconciliations_failed_total{${here}}[30m])) > 5`,
    },
    "kafka-consumer-lag": {
      severity: "warning",
      description: "Kafka: a group of consumers is far behind. What it does not read in time is deleted.",
      expr: `sum by (consumergroup, topic) (kafka_consumergroup_lag{${here}}) > ${maxConsumerLag}`,
    },
  };
}
