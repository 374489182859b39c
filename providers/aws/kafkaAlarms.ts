import type * as pulumi from "@pulumi/pulumi";
import { kafkaLag } from "../../components/data/kafka";
import { type MetricAlarmArgs, metricAlarm, ofAll, type Series } from "./metricAlarm";
import { type AlarmSet, makeAll } from "./storeAlarms";

type Opts = { readonly parent: pulumi.Resource };
type Alarm = Omit<MetricAlarmArgs, "topicArn">;

/** A cluster of MSK as its metrics know it. */
export interface WatchedKafka {
  readonly clusterName: pulumi.Output<string>;
  /** Brokers in all, numbered from 1. */
  readonly brokerCount: number;
}

/** Connections by IAM that a broker takes (https://docs.aws.amazon.com/msk/latest/developerguide/limits.html). */
const connectionsPerBroker = 3000;

/** What AWS asks to stay below, percent (https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html). */
const mostPercent = { disk: 85, cpu: 60, heap: 60 } as const;

/** Most series of one alarm. */
const maxSeries = 10;

const namespace = "AWS/Kafka";

/** MSK, broker by broker: one that is full or busy is, whatever the others are. */
export function kafkaAlarms(
  name: string,
  { clusterName, brokerCount }: WatchedKafka,
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  const of = (metric: string, statistic: Series["statistic"], broker?: number): Series => ({
    namespace,
    metric,
    statistic,
    dimensions: {
      "Cluster Name": clusterName,
      ...(broker !== undefined && { "Broker ID": String(broker) }),
    },
  });
  const cluster: Record<string, Alarm> = {
    "kafka-offline-partitions": {
      severity: "critical",
      description: "Kafka: a partition has no leader. Nobody can read or write it.",
      ...ofAll("MAX", [of("OfflinePartitionsCount", "Maximum")]),
      limit: { above: 0 },
      minutes: 5,
    },
    "kafka-controller": {
      severity: "critical",
      description: "Kafka: no controller is active. No partition gets a new leader, and no topic changes.",
      ...ofAll("MAX", [of("ActiveControllerCount", "Maximum")]),
      limit: { below: 1 },
      minutes: 5,
    },
  };
  makeAll(name, cluster, topicArn, opts);
  for (let broker = 1; broker <= brokerCount; broker += 1) {
    const number = numbered(broker);
    const alarms: Record<string, Alarm> = {
      [`kafka-${number}-under-min-isr`]: {
        severity: "critical",
        description: `Kafka: partitions led by broker ${broker} have too few copies in step. Writes that ask for all of them are refused.`,
        ...ofAll("MAX", [of("UnderMinIsrPartitionCount", "Maximum", broker)]),
        limit: { above: 0 },
        minutes: 5,
      },
      [`kafka-${number}-under-replicated`]: {
        severity: "warning",
        description: `Kafka: partitions led by broker ${broker} lack a copy. One more loss may stop writes.`,
        ...ofAll("MAX", [of("UnderReplicatedPartitions", "Maximum", broker)]),
        limit: { above: 0 },
      },
      [`kafka-${number}-disk`]: {
        severity: "critical",
        description: `Kafka: the disk of broker ${broker} is nearly full and has not grown. Full, the broker stops.`,
        ...ofAll("MAX", [of("KafkaDataLogsDiskUsed", "Maximum", broker)]),
        limit: { above: mostPercent.disk },
      },
      [`kafka-${number}-cpu`]: {
        severity: "warning",
        description: `Kafka: broker ${broker} has no room left to take over from another.`,
        series: { user: of("CpuUser", "Average", broker), system: of("CpuSystem", "Average", broker) },
        expression: "user + system",
        limit: { above: mostPercent.cpu },
      },
      [`kafka-${number}-memory`]: {
        severity: "warning",
        description: `Kafka: broker ${broker} keeps most of its heap after collecting garbage.`,
        ...ofAll("MAX", [of("HeapMemoryAfterGC", "Maximum", broker)]),
        limit: { above: mostPercent.heap },
      },
      [`kafka-${number}-connections`]: {
        severity: "warning",
        description: `Kafka: nearly all connections of broker ${broker} are taken. New ones will be refused.`,
        ...ofAll("MAX", [of("ConnectionCount", "Maximum", broker)]),
        limit: { above: connectionsPerBroker * 0.8 },
        minutes: 5,
      },
    };
    makeAll(name, alarms, topicArn, opts);
  }
}

/** How far groups of consumers are behind, topic by topic; of ten lines the worst counts. */
export function kafkaLagAlarms(
  name: string,
  {
    clusterName,
    groups,
    topics,
    maxLag,
  }: WatchedKafka & {
    readonly groups: readonly string[];
    readonly topics: readonly string[];
    /** Messages. */
    readonly maxLag: number;
  },
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  const lines = groups.flatMap((group) =>
    topics.map((topic) => ({
      namespace,
      metric: "SumOffsetLag",
      statistic: "Maximum" as const,
      dimensions: { "Cluster Name": clusterName, "Consumer Group": group, Topic: topic },
    })),
  );
  for (let start = 0; start < lines.length; start += maxSeries) {
    metricAlarm(
      name,
      `kafka-${numbered(start / maxSeries + 1)}-consumer-lag`,
      {
        severity: "warning",
        description: "Kafka: a group of consumers is far behind. What it does not read in time is deleted.",
        ...ofAll("MAX", lines.slice(start, start + maxSeries)),
        limit: { above: maxLag },
        topicArn,
      },
      opts,
    );
  }
}

/** The copying into the other region, where its metrics are. */
export function replicatorAlarms(
  name: string,
  { replicatorName }: { readonly replicatorName: string },
  { topicArn }: AlarmSet,
  opts: Opts,
): void {
  const of = (metric: string): Series => ({
    namespace,
    metric,
    statistic: "Maximum",
    dimensions: { ReplicatorName: replicatorName },
  });
  makeAll(
    name,
    {
      "kafka-recovery-lag": {
        severity: "critical",
        description:
          "Kafka: the copy in the other region is more than five minutes behind. A loss of this region would lose what it lacks.",
        ...ofAll("MAX", [of("ReplicationLatency")]),
        limit: { above: kafkaLag.seconds * 1000 },
        minutes: kafkaLag.minutes,
      },
      "kafka-recovery-failure": {
        severity: "critical",
        description: "Kafka: nothing is copied into the other region.",
        ...ofAll("MAX", [of("ReplicatorFailure")]),
        limit: { above: 0 },
        minutes: 5,
      },
      "kafka-recovery-access": {
        severity: "critical",
        description: "Kafka: what copies into the other region is not let in.",
        ...ofAll("MAX", [of("AuthError")]),
        limit: { above: 0 },
        minutes: 5,
      },
    },
    topicArn,
    opts,
  );
}

/** In four digits, by which a runbook's heading knows a number from a word. */
function numbered(place: number): string {
  return String(place).padStart(4, "0");
}
