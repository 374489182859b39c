import assert from "node:assert/strict";
import type { KafkaArgs } from "../../../components/data/kafka";
import type { Access } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { kafkaTypes, makeKafka } from "./kafkaScene";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { textOf } from "./stack";

const { cluster, topic, acl, connector, connect } = kafkaTypes;

/** Rules as `principal operation`, by the pattern that they are for, in one region. */
function rulesIn(
  resources: readonly PlanResource[],
  region = "us-east1",
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    findAll(resources, acl)
      .filter(({ inputs }) => inputs["location"] === region)
      .map(({ inputs }) => {
        const entries = inputs["aclEntries"] as unknown as readonly Record<string, string>[];
        const shown = entries.map(({ principal = "", operation = "", permissionType, host }) => {
          assert.deepEqual([permissionType, host], ["ALLOW", "*"]);
          return `${principal.replace(/^User:|@.*$/g, "")} ${operation}`;
        });
        return [textOf(inputs["aclId"]), shown];
      }),
  );
}

const agent = "service-123456789012";

describe("GcpKafka", () => {
  it("has brokers of the size asked, in our subnet alone and under its own key", async () => {
    const { resources } = await makeKafka();
    const made = find(resources, cluster, "main-kafka");
    const { gcpConfig, ...rest } = made.inputs;
    assert.deepEqual(rest, {
      clusterId: "main-kafka",
      location: "us-east1",
      capacityConfig: { vcpuCount: "6", memoryBytes: "25769803776" },
      brokerCapacityConfig: { diskSizeGib: "200" },
      rebalanceConfig: { mode: "AUTO_REBALANCE_ON_SCALE_UP" },
      deletionPolicy: "PREVENT",
    });
    const { kmsKey, accessConfig, ...open } = gcpConfig as Record<string, unknown>;
    assert.deepEqual(open, {});
    assert.match(textOf(kmsKey), /\/locations\/us-east1\/keyRings\/.*\/cryptoKeys\/main-kafka-key-/);
    assert.match(
      JSON.stringify(accessConfig),
      /^\{"networkConfigs":\[\{"subnet":"projects\/example-prod\/regions\/us-east1\/subnetworks\/main-network-endpoints-\w+"\}\]\}$/,
    );
    assert.equal(made.protect, true);
    const grant = find(
      resources,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "main-kafka-key-managedkafka",
    );
    assert.match(textOf(grant.inputs["member"]), /@gcp-sa-managedkafka\./);
    assert.ok(waitsFor(resources, made, (urn) => urn === grant.urn));
  });

  for (const [args, vcpus, gib, disk] of [
    [{ brokers: 2 }, "6", 24, "200"],
    [{ brokers: 6, machine: { vcpus: 4, memoryGiB: 16 } }, "24", 96, "200"],
    [{ diskGiB: 20 }, "6", 24, "100"],
  ] as const) {
    it(`has ${vcpus} vCPUs, ${gib} GiB and disks of ${disk} GiB for ${JSON.stringify(args)}`, async () => {
      const { inputs } = find((await makeKafka({ args })).resources, cluster, "main-kafka");
      assert.deepEqual(inputs["capacityConfig"], {
        vcpuCount: vcpus,
        memoryBytes: String(gib * 2 ** 30),
      });
      assert.deepEqual(inputs["brokerCapacityConfig"], { diskSizeGib: disk });
    });
  }

  it("makes each topic, with three copies and an end", async () => {
    const { resources } = await makeKafka({ args: { brokers: 2 } });
    assert.deepEqual(
      findAll(resources, topic).map(({ protect, inputs: { cluster: of, location, ...inputs } }) => [
        protect,
        of,
        location,
        inputs,
      ]),
      [
        ["orders", 12, "259200000"],
        ["payments", 6, "86400000"],
      ].map(([topicId, partitionCount, retention]) => [
        true,
        "main-kafka",
        "us-east1",
        {
          topicId,
          partitionCount,
          replicationFactor: 3,
          configs: {
            "cleanup.policy": "delete",
            "min.insync.replicas": "2",
            "retention.ms": retention,
          },
        },
      ]),
    );
  });

  it("says where it answers, as the API does, and how to sign in", async () => {
    const { resources, result } = await makeKafka();
    const entries = Object.entries(result.connection).map(
      async ([key, value]) => [key, await valueOf(value)] as const,
    );
    const { KAFKA_BOOTSTRAP_SERVERS, ...rest } = Object.fromEntries(await Promise.all(entries));
    assert.match(
      textOf(KAFKA_BOOTSTRAP_SERVERS),
      /^bootstrap-[0-9a-f]+\.[0-9a-f]+\.us-east1\.managedkafka\.s\.cloud\.goog:9092$/,
    );
    assert.deepEqual(rest, { KAFKA_SECURITY_PROTOCOL: "SASL_SSL", KAFKA_SASL_MECHANISM: "OAUTHBEARER" });
    const asked = find(resources, "pulumi-nodejs:dynamic/gcp:KafkaAddress", "main-kafka-address");
    assert.ok(waitsFor(resources, asked, (urn) => urn === find(resources, cluster, "main-kafka").urn));
    assert.deepEqual(
      result.destinations.map(({ ports }) => ports),
      [[9092]],
    );
  });

  it("lets each connect, read as its own group, and write where it may, and nobody else do anything", async () => {
    const { resources } = await makeKafka({ users: { api: "readWrite", worker: "read" } });
    const reads = (who: string) => [`main-${who} READ`, `main-${who} DESCRIBE`];
    const onTopic = [...reads("api"), "main-api WRITE", ...reads("worker")];
    assert.deepEqual(rulesIn(resources), {
      cluster: [`${agent} DESCRIBE`],
      allTopics: [`${agent} DESCRIBE`],
      allConsumerGroups: [`${agent} DESCRIBE`],
      allTransactionalIds: [`${agent} DESCRIBE`],
      "topic/orders": onTopic,
      "topic/payments": onTopic,
      "consumerGroup/api": reads("api"),
      "consumerGroup/worker": reads("worker"),
    });
    const connects = findAll(resources, "gcp:projects/iAMMember:IAMMember").filter(
      ({ inputs }) => inputs["role"] === "roles/managedkafka.client",
    );
    assert.deepEqual(
      connects.map(({ inputs }) => inputs["member"]),
      ["api", "worker"].map((who) => `serviceAccount:main-${who}@example-prod.iam.gserviceaccount.com`),
    );
  });

  it("refuses whom its list does not name, or names otherwise", async () => {
    for (const [users, granted] of [
      [{ api: "read" }, { api: "readWrite" }],
      [{}, { api: "read" }],
    ] as readonly (readonly [Record<string, Access>, Record<string, Access>])[]) {
      await assert.rejects(makeKafka({ users, granted }), /grant: expected one of .*, got \w+ of api/);
    }
  });

  for (const [args, message] of [
    [{ version: "4.1" }, /kafka\.version is not supported on gcp/],
    [{ maxDiskGiB: 900 }, /kafka\.maxDiskGiB is not supported on gcp/],
    [{ brokers: 61 }, /brokers: expected a whole number from 2 to 60, got 61/],
  ] as const satisfies readonly (readonly [Partial<KafkaArgs>, RegExp])[]) {
    it(`is refused with ${JSON.stringify(args)}`, async () => {
      await assert.rejects(makeKafka({ args }), message);
    });
  }

  describe("with a region for recovery", () => {
    let ran: Ran<unknown>;
    before(async () => {
      ran = await makeKafka({ recovery: true, users: { api: "readWrite" } });
    });

    it("has a cluster there, alike but for its place and its key", () => {
      const first = find(ran.resources, cluster, "main-kafka").inputs;
      const { clusterId, location, gcpConfig, ...rest } = find(
        ran.resources,
        cluster,
        "main-kafka-recovery",
      ).inputs;
      assert.deepEqual([clusterId, location], ["main-kafka-recovery", "us-west1"]);
      assert.match(JSON.stringify(gcpConfig), /"kmsKey":"[^"]*\/locations\/us-west1\//);
      assert.match(JSON.stringify(gcpConfig), /subnetworks\/main-other-endpoints/);
      for (const [key, value] of Object.entries(rest)) assert.deepEqual(value, first[key], key);
      assert.deepEqual(
        findAll(ran.resources, topic).map(
          ({ inputs }) => `${textOf(inputs["cluster"])} ${textOf(inputs["topicId"])}`,
        ),
        ["main-kafka", "main-kafka-recovery"].flatMap((of) => [`${of} orders`, `${of} payments`]),
      );
    });

    it("is copied by connectors beside the copy, that find both clusters and only read in the first", () => {
      const workers = find(ran.resources, connect, "main-kafka-recovery");
      assert.match(textOf(workers.inputs["kafkaCluster"]), /\/us-west1\/clusters\/main-kafka-recovery$/);
      assert.equal(workers.inputs["location"], "us-west1");
      assert.match(
        JSON.stringify(workers.inputs["gcpConfig"]),
        /"dnsDomainNames":\["[0-9a-f]+\.us-east1\.managedkafka\.s\.cloud\.goog","[0-9a-f]+\.us-west1\.managedkafka\.s\.cloud\.goog"\]/,
      );
      const made = findAll(ran.resources, connector).map(
        ({ inputs }) => inputs["configs"] as unknown as Readonly<Record<string, string>>,
      );
      assert.deepEqual(
        made.map((configs) => configs["connector.class"]?.replace(/^.*\./, "")),
        ["MirrorCheckpointConnector", "MirrorSourceConnector"],
      );
      for (const configs of made) {
        assert.match(configs["source.cluster.bootstrap.servers"] ?? "", /\.us-east1\..*:9092$/);
        assert.match(configs["target.cluster.bootstrap.servers"] ?? "", /\.us-west1\..*:9092$/);
        assert.match(configs["replication.policy.class"] ?? "", /\.IdentityReplicationPolicy$/);
        assert.equal(configs["offset-syncs.topic.location"], "target");
        for (const alias of ["source", "target"]) {
          assert.equal(configs[`${alias}.cluster.security.protocol`], "SASL_SSL");
          assert.equal(configs[`${alias}.cluster.sasl.mechanism`], "OAUTHBEARER");
        }
      }
      const [checkpoint, source] = made;
      assert.equal(source?.["topics"], "orders,payments");
      assert.equal(source["sync.topic.acls.enabled"], "false");
      assert.equal(checkpoint?.["sync.group.offsets.enabled"], "true");
    });

    it("waits with the copying until the topics are there on both sides", () => {
      const wanted = findAll(ran.resources, topic).map(({ urn }) => urn);
      for (const one of findAll(ran.resources, connector)) {
        for (const urn of wanted)
          assert.ok(
            waitsFor(ran.resources, one, (at) => at === urn),
            urn,
          );
      }
    });

    it("has the same rules there, and lets the connectors in on both sides", () => {
      const here = rulesIn(ran.resources);
      assert.deepEqual(rulesIn(ran.resources, "us-west1"), here);
      assert.deepEqual(here["allTopics"], [`${agent} ALL`]);
    });

    it("is refused a block there that is too small for connectors", async () => {
      await assert.rejects(
        makeKafka({ recovery: true, recoveryCidr: "10.128.0.0/21" }),
        /recovery\.cidr: expected a block whose quarter is a \/22 or larger/,
      );
    });
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = ({ resources }: Ran<unknown>) => resources.map(({ urn }) => urn);
    const scene = { recovery: true, watched: true, users: { api: "readWrite" } } as const;
    assert.deepEqual(urnsOf(await makeKafka(scene, { preview: "unknown" })), urnsOf(await makeKafka(scene)));
  });

  it("has alarms on partitions, load, memory and groups that are behind, and on the copy where there is one", async () => {
    for (const recovery of [false, true]) {
      const { resources } = await makeKafka({ watched: true, recovery });
      const policies = findAll(resources, "gcp:monitoring/alertPolicy:AlertPolicy").filter(({ name }) =>
        name.includes("-kafka-"),
      );
      assert.deepEqual(
        policies.map(({ name, inputs }) => [name.replace("main-alarms-", ""), ...conditionOf(inputs)]),
        [
          ["critical-kafka-offline-partitions", "offline_partitions", undefined, "COMPARISON_GT", 0, "300s"],
          ...(recovery
            ? [
                [
                  "critical-kafka-recovery-lag",
                  "cluster_message_in_count",
                  "cluster_message_in_count",
                  "COMPARISON_LT",
                  0.95,
                  "900s",
                ],
              ]
            : []),
          ["warning-kafka-consumer-lag", "offset_lag", undefined, "COMPARISON_GT", 100_000, "900s"],
          ["warning-kafka-cpu", "cpu/core_usage_time", "cpu/limit", "COMPARISON_GT", 0.8, "900s"],
          ["warning-kafka-memory", "memory/usage", "memory/limit", "COMPARISON_GT", 0.9, "900s"],
        ],
      );
    }
  });

  it("compares what the copy takes with what the first takes", async () => {
    const { resources } = await makeKafka({ watched: true, recovery: true });
    const { inputs } = find(
      resources,
      "gcp:monitoring/alertPolicy:AlertPolicy",
      "main-alarms-critical-kafka-recovery-lag",
    );
    const text = JSON.stringify(inputs["conditions"]);
    assert.match(text, /"filter":"[^}]*cluster_id=\\"main-kafka-recovery\\""/);
    assert.match(text, /"denominatorFilter":"[^}]*cluster_id=\\"main-kafka\\""/);
  });
});

/** Metric, what it is a part of, comparison, limit and how long. */
function conditionOf(inputs: PlanResource["inputs"]): readonly unknown[] {
  const [{ conditionThreshold: at = {} } = {}] = inputs["conditions"] as unknown as readonly {
    readonly conditionThreshold?: Readonly<Record<string, unknown>>;
  }[];
  const metric = (key: string): string | undefined =>
    /metric\.type="managedkafka\.googleapis\.com\/([^"]+)"/.exec(String(at[key]))?.[1];
  return [
    metric("filter"),
    metric("denominatorFilter"),
    at["comparison"],
    at["thresholdValue"],
    at["duration"],
  ];
}
