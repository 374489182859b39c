import type { Section } from "./board";
import { anyIsBad, fullness, lines, sumRate } from "./promql";

/** Kafka in the cluster, by its brokers, its exporter and their volumes. */
export function kafkaSections(namespace: string): readonly Section[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      title: "Health",
      panels: [
        {
          title: "Brokers",
          description: "Brokers that the exporter knows of.",
          unit: "none",
          kind: "stat",
          queries: lines({ brokers: `max(kafka_brokers{${here}})` }),
        },
        {
          title: "Partitions without a leader",
          description: "Nobody can read or write them.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({
            partitions: `sum(kafka_controller_kafkacontroller_offlinepartitionscount{${here}})`,
          }),
        },
        {
          title: "Partitions with too few copies",
          description: "Writes to them that ask for all copies are refused.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({ partitions: `sum(kafka_cluster_partition_underminisr{${here}})` }),
        },
        {
          title: "Partitions that lack a copy",
          description: "One more loss may stop writes to them.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "yellow" }],
          queries: lines({
            partitions: `sum(kafka_server_replicamanager_underreplicatedpartitions{${here}})`,
          }),
        },
      ],
    },
    {
      title: "Messages",
      panels: [
        {
          title: "Written",
          description: "Messages a second that are written to each topic.",
          unit: "ops",
          min: 0,
          stacked: true,
          queries: lines({
            "{{topic}}": sumRate(`kafka_topic_partition_current_offset{${here},topic!~"__.+"}`, "topic"),
          }),
        },
        {
          title: "Read",
          description: "Messages a second that each group of consumers is done with.",
          unit: "ops",
          min: 0,
          queries: lines({
            "{{consumergroup}} {{topic}}": sumRate(
              `kafka_consumergroup_current_offset{${here}}`,
              "consumergroup",
              "topic",
            ),
          }),
        },
        {
          title: "Not read yet",
          description: "Messages that each group has yet to read. What it does not read in time is deleted.",
          unit: "short",
          min: 0,
          queries: lines({
            "{{consumergroup}} {{topic}}": `sum by (consumergroup, topic) (kafka_consumergroup_lag{${here}})`,
          }),
        },
        {
          title: "Consumers",
          description: "Members of each group: none, and its messages wait.",
          unit: "none",
          min: 0,
          queries: lines({
            "{{consumergroup}}": `sum by (consumergroup) (kafka_consumergroup_members{${here}})`,
          }),
        },
      ],
    },
    {
      title: "Brokers",
      panels: [
        {
          title: "Bytes in",
          description: "Bytes a second that producers write to each broker.",
          unit: "Bps",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`kafka_server_brokertopicmetrics_bytesin_total{${here}}`, "pod"),
          }),
        },
        {
          title: "Bytes out",
          description: "Bytes a second that consumers read from each broker.",
          unit: "Bps",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`kafka_server_brokertopicmetrics_bytesout_total{${here}}`, "pod"),
          }),
        },
        {
          title: "Disks",
          description: "How full each broker's disk is: full, the broker stops. It grows with kafka.diskGiB.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{persistentvolumeclaim}}": `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here},persistentvolumeclaim=~"data-.+"} / kubelet_volume_stats_capacity_bytes{${here},persistentvolumeclaim=~"data-.+"})`,
          }),
        },
        {
          title: "CPU",
          description: "CPU that each broker uses.",
          unit: "cores",
          min: 0,
          queries: lines({
            "{{pod}}": sumRate(`container_cpu_usage_seconds_total{${here},container="kafka"}`, "pod"),
          }),
        },
      ],
    },
  ];
}
