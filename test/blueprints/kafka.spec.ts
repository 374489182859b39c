import assert from "node:assert/strict";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { countOf, production, textsAt, valuesAt } from "./production";
import { planOf } from "../support/plans";

const strimzi = (kind: string): string => `kubernetes:kafka.strimzi.io/v1:${kind}`;

/** Who uses Kafka in each system that names it (S1.2 and S3.3 of `../shared/systems.md`), and how; and its topics. */
const systems = {
  "seo-platform": {
    topics: { "crawl-requests": 100 },
    writes: ["backend-api"],
    reads: ["crawler-workers"],
    retentionMs: "259200000",
  },
  suuupra: {
    topics: { "order-events": 24, "payment-events": 24 },
    writes: ["commerce", "payments"],
    reads: ["ledger", "notifications"],
    retentionMs: "1209600000",
  },
} as const;

/** A stack of any kind, with something said besides. */
async function stackOf(
  stack: string,
  blueprint: string,
  cloud: Cloud,
  ...set: readonly string[]
): Promise<readonly PlanResource[]> {
  return await planOf(stack, `blueprint=${blueprint}`, `cloud=${cloud}`, ...set);
}

/** Who is let in on AWS, by the policies that name the cluster: the service, and whether it may write. */
function letInByIam(resources: readonly PlanResource[]): Readonly<Record<string, boolean>> {
  const grants = resources.filter(
    ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && name.endsWith("-identity-kafka"),
  );
  return Object.fromEntries(
    grants.map(({ name, inputs }) => [
      name.replace(/^.*-system-|-identity-kafka$/g, ""),
      JSON.stringify(inputs["policy"]).includes("kafka-cluster:WriteData"),
    ]),
  );
}

/** Who is let in in the cluster, by the users' rules. */
function letInByUser(resources: readonly PlanResource[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    resources
      .filter(({ type }) => type === strimzi("KafkaUser"))
      .map(({ name, inputs }) => [
        name.replace(/^.*-system-|-identity-kafka$/g, ""),
        JSON.stringify(inputs["spec"]).includes('"Write"'),
      ]),
  );
}

describe("Kafka in production", () => {
  for (const [blueprint, { topics, writes, reads, retentionMs }] of Object.entries(systems)) {
    const expected = {
      ...Object.fromEntries(writes.map((service) => [service, true])),
      ...Object.fromEntries(reads.map((service) => [service, false])),
    };

    it(`has three brokers over three zones of MSK for ${blueprint} on AWS, and a copy in us-west-2`, async () => {
      const plan = await production(blueprint, "aws");
      const cluster = "aws:msk/cluster:Cluster";
      assert.deepEqual(valuesAt(plan, cluster, "numberOfBrokerNodes"), [3, 3]);
      assert.deepEqual(valuesAt(plan, cluster, "brokerNodeGroupInfo.instanceType"), [
        "kafka.m7g.large",
        "kafka.m7g.large",
      ]);
      assert.equal(valuesAt(plan, cluster, "brokerNodeGroupInfo.clientSubnets.*").length, 3 + 3);
      assert.deepEqual(valuesAt(plan, cluster, "kafkaVersion"), ["4.1.x.kraft", "4.1.x.kraft"]);
      const keys = textsAt(plan, cluster, "encryptionInfo.encryptionAtRestKmsKeyArn").map(
        (arn) => arn.split(":")[3],
      );
      assert.deepEqual(keys, ["us-east-1", "us-west-2"]);
      assert.equal(countOf(plan, "aws:msk/replicator:Replicator"), 1);
      const topic = "aws:msk/topic:Topic";
      assert.deepEqual(valuesAt(plan, topic, "name"), Object.keys(topics));
      assert.deepEqual(valuesAt(plan, topic, "partitionCount"), Object.values(topics));
      for (const configs of textsAt(plan, topic, "configs")) {
        assert.ok(configs.includes(`"retention.ms":"${retentionMs}"`), configs);
      }
      assert.deepEqual(letInByIam(plan), expected);
    });

    it(`has three brokers of Strimzi for ${blueprint} on GCP, in a namespace of their own`, async () => {
      const plan = await production(blueprint, "gcp");
      assert.deepEqual(valuesAt(plan, strimzi("KafkaNodePool"), "spec.replicas"), [3]);
      assert.deepEqual(valuesAt(plan, strimzi("Kafka"), "spec.kafka.version"), ["4.3.1"]);
      const topic = strimzi("KafkaTopic");
      assert.deepEqual(valuesAt(plan, topic, "metadata.name"), Object.keys(topics));
      assert.deepEqual(valuesAt(plan, topic, "spec.partitions"), Object.values(topics));
      assert.deepEqual(
        valuesAt(plan, topic, "spec.replicas"),
        Object.keys(topics).map(() => 3),
      );
      assert.deepEqual(letInByUser(plan), expected);
      assert.deepEqual([...new Set(valuesAt(plan, strimzi("KafkaUser"), "metadata.namespace"))], [blueprint]);
    });
  }

  it("is there only for those that name it", async () => {
    for (const cloud of clouds) {
      const plan = await production("publishing", cloud);
      assert.ok(!plan.some(({ type }) => /kafka/i.test(type)), cloud);
    }
  });
});

describe("Kafka where a stack says who runs it", () => {
  for (const cloud of clouds) {
    it(`is in the cluster on ${cloud} where the stack says so, and MSK then nowhere`, async () => {
      const plan = await stackOf("staging", "seo-platform", cloud, "kafka.hosting=cluster");
      assert.equal(countOf(plan, strimzi("Kafka")), 1);
      assert.equal(countOf(plan, "aws:msk/cluster:Cluster"), 0);
      assert.deepEqual(letInByUser(plan), { "backend-api": true, "crawler-workers": false });
    });
  }

  for (const [blueprint, { topics, writes, reads, retentionMs }] of Object.entries(systems)) {
    it(`has three brokers of Google's service for ${blueprint} in prod where the stack says so, and a copy in us-west1`, async () => {
      const plan = await stackOf("prod", blueprint, "gcp", "kafka.hosting=cloud");
      const cluster = "gcp:managedkafka/cluster:Cluster";
      assert.equal(countOf(plan, strimzi("Kafka")), 0);
      assert.deepEqual(valuesAt(plan, cluster, "location"), ["us-east1", "us-west1"]);
      // three of 2 vCPUs and 8 GiB, of which the service makes one in each zone
      assert.deepEqual(valuesAt(plan, cluster, "capacityConfig.vcpuCount"), ["6", "6"]);
      assert.deepEqual(valuesAt(plan, cluster, "capacityConfig.memoryBytes"), [
        String(24 * 2 ** 30),
        String(24 * 2 ** 30),
      ]);
      assert.deepEqual(valuesAt(plan, cluster, "brokerCapacityConfig.diskSizeGib"), ["200", "200"]);
      const keys = textsAt(plan, cluster, "gcpConfig.kmsKey").map((key) => key.split("/")[3]);
      assert.deepEqual(keys, ["us-east1", "us-west1"]);
      const topic = "gcp:managedkafka/topic:Topic";
      const twice = <T>(values: readonly T[]): readonly T[] => [...values, ...values];
      assert.deepEqual(valuesAt(plan, topic, "topicId"), twice(Object.keys(topics)));
      assert.deepEqual(valuesAt(plan, topic, "partitionCount"), twice(Object.values(topics)));
      assert.deepEqual([...new Set(valuesAt(plan, topic, "replicationFactor"))], [3]);
      for (const { inputs } of plan.filter(({ type }) => type === topic)) {
        assert.match(JSON.stringify(inputs["configs"]), new RegExp(`"retention.ms":"${retentionMs}"`));
      }
      assert.equal(countOf(plan, "gcp:managedkafka/connector:Connector"), 2);
      const connects = plan.filter(({ inputs }) => inputs["role"] === "roles/managedkafka.client");
      assert.deepEqual(
        connects.map(({ name }) => name.replace(/^.*-system-|-identity-kafka$/g, "")).sort(),
        [...writes, ...reads].sort(),
      );
    });
  }

  it("has two brokers of MSK in dev, whose topics have two copies", async () => {
    const plan = await stackOf("dev", "seo-platform", "aws");
    assert.deepEqual(valuesAt(plan, "aws:msk/cluster:Cluster", "numberOfBrokerNodes"), [2]);
    assert.deepEqual(valuesAt(plan, "aws:msk/topic:Topic", "replicationFactor"), [2]);
    assert.deepEqual(
      valuesAt(plan, "aws:msk/cluster:Cluster", "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"),
      [20],
    );
  });
});
