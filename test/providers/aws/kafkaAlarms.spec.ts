import * as assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { makeKafka } from "./kafkaScene";

describe("alarms of AwsKafka", () => {
  const alarmsOf = (resources: readonly PlanResource[]) =>
    findAll(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(({ name }) => name.includes("kafka"));

  it("are for the cluster, for each broker, for the groups that were let in, and for the copy", async () => {
    const { resources } = await makeKafka({ watched: true, recovery: true, access: "read" });
    const names = alarmsOf(resources).map(({ name }) => name.replace(/^main-alarms-/, ""));
    const perBroker = [1, 2, 3].flatMap((broker) =>
      [
        "critical-kafka-#-under-min-isr",
        "warning-kafka-#-under-replicated",
        "critical-kafka-#-disk",
        "warning-kafka-#-cpu",
        "warning-kafka-#-memory",
        "warning-kafka-#-connections",
      ].map((name) => name.replace("#", `000${broker}`)),
    );
    assert.deepEqual(
      [...names].sort(),
      [
        "critical-kafka-offline-partitions",
        "critical-kafka-controller",
        ...perBroker,
        "warning-kafka-0001-consumer-lag",
        "recovery-critical-kafka-recovery-lag",
        "recovery-critical-kafka-recovery-failure",
        "recovery-critical-kafka-recovery-access",
      ].sort(),
    );
  });

  for (const [alarm, metric, comparison, threshold] of [
    ["critical-kafka-offline-partitions", "OfflinePartitionsCount", "GreaterThanThreshold", 0],
    ["critical-kafka-controller", "ActiveControllerCount", "LessThanThreshold", 1],
    ["critical-kafka-0002-under-min-isr", "UnderMinIsrPartitionCount", "GreaterThanThreshold", 0],
    ["warning-kafka-0002-under-replicated", "UnderReplicatedPartitions", "GreaterThanThreshold", 0],
    ["critical-kafka-0002-disk", "KafkaDataLogsDiskUsed", "GreaterThanThreshold", 85],
    ["warning-kafka-0002-cpu", "CpuUser", "GreaterThanThreshold", 60],
    ["warning-kafka-0002-memory", "HeapMemoryAfterGC", "GreaterThanThreshold", 60],
    ["warning-kafka-0002-connections", "ConnectionCount", "GreaterThanThreshold", 2400],
    ["warning-kafka-0001-consumer-lag", "SumOffsetLag", "GreaterThanThreshold", 100_000],
    ["recovery-critical-kafka-recovery-lag", "ReplicationLatency", "GreaterThanThreshold", 300_000],
  ] as const) {
    it(`tell by ${metric} of ${alarm}`, async () => {
      const { resources } = await makeKafka({ watched: true, recovery: true, access: "read" });
      const { inputs } = find(resources, "aws:cloudwatch/metricAlarm:MetricAlarm", `main-alarms-${alarm}`);
      assert.deepEqual([inputs["comparisonOperator"], inputs["threshold"]], [comparison, threshold]);
      const queries = JSON.stringify(inputs["metricQueries"]);
      assert.match(queries, new RegExp(`"metricName":"${metric}"`));
      const broker = /-000(\d)-(?!consumer)/.exec(alarm)?.[1];
      if (broker !== undefined) assert.match(queries, new RegExp(`"Broker ID":"${broker}"`));
      assert.equal(
        alarm.includes("recovery"),
        /^\["arn:aws:sns:us-west-2:/.test(JSON.stringify(inputs["alarmActions"])),
      );
    });
  }

  it("take as many lines as fit for groups and topics, and begin another alarm for the rest", async () => {
    const topics = Object.fromEntries(
      Array.from({ length: 11 }, (_, place) => [`topic-${place}`, { partitions: 1 }]),
    );
    const { resources } = await makeKafka({ watched: true, access: "read", args: { topics } });
    const lines = alarmsOf(resources)
      .filter(({ name }) => name.endsWith("consumer-lag"))
      .map(({ name, inputs }) => [
        name,
        (inputs["metricQueries"] as readonly { metric?: object }[]).filter(({ metric }) => metric).length,
      ]);
    assert.deepEqual(lines, [
      ["main-alarms-warning-kafka-0001-consumer-lag", 10],
      ["main-alarms-warning-kafka-0002-consumer-lag", 1],
    ]);
  });
});
