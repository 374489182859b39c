import * as pulumi from "@pulumi/pulumi";
import { mirrorLag } from "../../components/data/kafka";
import type { Metric, PolicyOptions } from "./alertPolicy";
import { makeAll } from "./storeAlarms";

/** A cluster as its metrics know it. */
export interface WatchedKafka {
  readonly clusterId: pulumi.Output<string>;
  /** Messages. */
  readonly maxConsumerLag: number;
}

/** What Google asks to stay below (https://cloud.google.com/managed-service-for-apache-kafka/docs/monitor-reliability). */
const most = { cpu: 0.8, memory: 0.9 } as const;

/**
 * Managed Service for Apache Kafka: https://cloud.google.com/managed-service-for-apache-kafka/docs/monitor-kafka. It replaces
 * brokers by itself, and tells of none of them whether it lacks a copy.
 */
export function kafkaAlarms(
  name: string,
  { clusterId, maxConsumerLag }: WatchedKafka,
  opts: PolicyOptions,
): void {
  const of = (
    metric: string,
    align: Metric["align"],
    more: Pick<Metric, "reduce" | "groupBy">,
    kind = "Cluster",
  ): Metric => ({
    filter: pulumi.interpolate`metric.type="managedkafka.googleapis.com/${metric}" AND resource.type="managedkafka.googleapis.com/${kind}" AND resource.labels.cluster_id="${clusterId}"`,
    align,
    ...more,
  });
  const whole = { reduce: "REDUCE_SUM", groupBy: ["resource.label.cluster_id"] } as const;
  makeAll(
    name,
    {
      "kafka-offline-partitions": {
        severity: "critical",
        description: "Kafka: a partition has no leader. Nobody can read or write it.",
        metric: of("offline_partitions", "ALIGN_MAX", { reduce: "REDUCE_MAX" }),
        limit: { above: 0 },
        minutes: 5,
      },
      "kafka-cpu": {
        severity: "warning",
        description: "Kafka: the brokers have no room left to take over from one another.",
        metric: of("cpu/core_usage_time", "ALIGN_RATE", whole),
        partOf: of("cpu/limit", "ALIGN_MEAN", whole),
        limit: { above: most.cpu },
      },
      "kafka-memory": {
        severity: "warning",
        description: "Kafka: the brokers have nearly all the memory that they may have.",
        metric: of("memory/usage", "ALIGN_MEAN", whole),
        partOf: of("memory/limit", "ALIGN_MEAN", whole),
        limit: { above: most.memory },
      },
      "kafka-consumer-lag": {
        severity: "warning",
        description: "Kafka: a group of consumers is far behind. What it does not read in time is deleted.",
        metric: of(
          "offset_lag",
          "ALIGN_MAX",
          {
            reduce: "REDUCE_SUM",
            groupBy: ["resource.label.consumer_group_id", "resource.label.topic_id"],
          },
          "TopicPartitionConsumerGroup",
        ),
        limit: { above: maxConsumerLag },
      },
    },
    opts,
  );
}

/** The copying into the other region: nothing tells how old a message is when it arrives, but how many do. */
export function kafkaReplicaAlarms(
  name: string,
  {
    clusterId,
    copyId,
  }: { readonly clusterId: pulumi.Output<string>; readonly copyId: pulumi.Output<string> },
  opts: PolicyOptions,
): void {
  const taken = (cluster: pulumi.Output<string>): Metric => ({
    filter: pulumi.interpolate`metric.type="managedkafka.googleapis.com/cluster_message_in_count" AND resource.type="managedkafka.googleapis.com/Cluster" AND resource.labels.cluster_id="${cluster}"`,
    align: "ALIGN_RATE",
    reduce: "REDUCE_SUM",
  });
  makeAll(
    name,
    {
      "kafka-recovery-lag": {
        severity: "critical",
        description:
          "Kafka: the copy in the other region takes fewer messages than are written here. A loss of this region would lose what it lacks.",
        metric: taken(copyId),
        partOf: taken(clusterId),
        limit: { below: mirrorLag.part },
        minutes: mirrorLag.minutes,
      },
    },
    opts,
  );
}
