import * as assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import {
  brokerSettings,
  checkKafka,
  type KafkaArgs,
  kafkaHostings,
  kafkaRecovery,
  kafkaReplication,
  topicSettings,
} from "../../../components/data/kafka";
import { lost } from "../../../components/data/recovery";
import type { SpecOf } from "../../../components/data/store";

const spec: SpecOf<KafkaArgs> = {
  hosting: "cloud",
  brokers: 3,
  machine: { vcpus: 2, memoryGiB: 8 },
  diskGiB: 200,
  retentionHours: 72,
  topics: { orders: { partitions: 12 } },
};

/** The network is not looked at: what is checked is what a blueprint and its stack say. */
function check(change: Partial<SpecOf<KafkaArgs>>): void {
  checkKafka({ ...spec, ...change } as KafkaArgs);
}

describe("a Kafka", () => {
  for (const [brokers, replicas, minInSyncReplicas] of [
    [2, 2, 1],
    [3, 3, 2],
    [6, 3, 2],
  ] as const) {
    it(`of ${brokers} brokers keeps ${replicas} copies, of which ${minInSyncReplicas} acknowledge`, () => {
      assert.deepEqual(kafkaReplication(brokers), { replicas, minInSyncReplicas });
      const settings = brokerSettings({ brokers, retentionHours: 72 });
      assert.equal(settings["default.replication.factor"], replicas);
      assert.equal(settings["offsets.topic.replication.factor"], replicas);
      assert.equal(settings["min.insync.replicas"], minInSyncReplicas);
      assert.equal(settings["transaction.state.log.min.isr"], minInSyncReplicas);
    });
  }

  it("makes no topic by chance, and elects no leader that missed messages", () => {
    const settings = brokerSettings(spec);
    assert.equal(settings["auto.create.topics.enable"], false);
    assert.equal(settings["unclean.leader.election.enable"], false);
  });

  for (const [topic, retentionMs] of [
    [{ partitions: 1 }, "259200000"],
    [{ partitions: 1, retentionHours: 1 }, "3600000"],
  ] as const) {
    it(`keeps a topic's messages for ${retentionMs} ms where it says ${JSON.stringify(topic)}`, () => {
      assert.deepEqual(topicSettings(topic, spec), {
        "cleanup.policy": "delete",
        "min.insync.replicas": "2",
        "retention.ms": retentionMs,
      });
    });
  }

  for (const [change, message] of [
    [{ brokers: 1 }, /^brokers: expected a whole number from 2 to 60, got 1$/],
    [{ brokers: 2.5 }, /^brokers: .* got 2\.5$/],
    [{ diskGiB: 16_385 }, /^diskGiB: expected a whole number from 1 to 16384, got 16385$/],
    [{ maxDiskGiB: 199 }, /^maxDiskGiB: expected a whole number from 200 to 16384, got 199$/],
    [{ retentionHours: 0 }, /^retentionHours: /],
    [{ topics: { Orders: { partitions: 1 } } }, /^topics: expected names of lower-case .* got "Orders"$/],
    [{ topics: { orders: { partitions: 0 } } }, /^topics\.orders\.partitions: /],
    [{ topics: { orders: { partitions: 1, retentionHours: 0 } } }, /^topics\.orders\.retentionHours: /],
    [{ version: "4.3" }, /^version: expected one of 4\.1, 4\.0, 3\.9 where hosting is cloud, got 4\.3$/],
    [
      { hosting: "cluster", version: "4.1" },
      /^version: expected one of 4\.3, 4\.2 where hosting is cluster, got 4\.1$/,
    ],
  ] as const) {
    it(`is refused with ${JSON.stringify(change)}`, () => {
      assert.throws(
        () => {
          check(change);
        },
        { name: "RangeError", message },
      );
    });
  }

  it("is taken with anything else that a stack may say", () => {
    check({ brokers: 60, maxDiskGiB: 200, version: "3.9" });
    check({ hosting: "cluster", version: "4.2", brokers: 2 });
  });

  for (const cloud of clouds) {
    for (const hosting of kafkaHostings) {
      it(`is lost with its region on ${cloud}, run by the ${hosting}, where no other is named`, () => {
        assert.equal(kafkaRecovery({ ...spec, hosting }, { cloud, recoveryRegion: false }), lost);
      });
    }

    it(`loses every message in the cluster, and takes new ones in 45 minutes (${cloud})`, () => {
      const recovery = kafkaRecovery({ ...spec, hosting: "cluster" }, { cloud, recoveryRegion: true });
      assert.deepEqual([recovery.rpoMinutes, recovery.rtoMinutes], [Infinity, 45]);
    });
  }

  for (const [cloud, minutes, url] of [
    ["aws", [10, 30], /https:\/\/docs\.aws\.amazon\.com\/msk\//],
    ["gcp", [20, 30], /https:\/\/cloud\.google\.com\/managed-service-for-apache-kafka\//],
  ] as const) {
    it(`loses ${minutes[0]} minutes and is back in ${minutes[1]}, where ${cloud} copies it`, () => {
      const { rpoMinutes, rtoMinutes, source } = kafkaRecovery(spec, { cloud, recoveryRegion: true });
      assert.deepEqual([rpoMinutes, rtoMinutes], minutes);
      assert.match(source, url);
    });
  }
});
