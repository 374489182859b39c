import * as assert from "node:assert/strict";
import type { AwsKafka } from "../../../providers/aws/kafka";
import { kafkaInstanceType } from "../../../providers/aws/machines";
import type { PlanResource } from "../../../preview/plan";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { type PolicyDocument, policyOf, textOf } from "./inputs";
import { makeKafka } from "./kafkaScene";

const clusterType = "aws:msk/cluster:Cluster";

const statementsOf = ({ Statement }: PolicyDocument) =>
  Statement.map(({ Action, Resource }) => [[Action].flat(), [Resource].flat()] as const);

/** The part of a name that Pulumi adds left out, and that of MSK's own ids. */
const shape = (arn: unknown): string =>
  String(arn)
    .replace(/-[0-9a-f]{7}(?=\/)/, "-*")
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}-5/, "*");

describe("AwsKafka", () => {
  it("has a broker in each zone, lets in by TLS and IAM alone, and is under its own key", async () => {
    const { resources } = await makeKafka();
    const cluster = find(resources, clusterType, "main-kafka");
    const { brokerNodeGroupInfo, configurationInfo, encryptionInfo, loggingInfo, ...rest } = cluster.inputs;
    assert.deepEqual(rest, {
      kafkaVersion: "4.1.x.kraft",
      numberOfBrokerNodes: 3,
      clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
      enhancedMonitoring: "PER_BROKER",
      openMonitoring: {
        prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: true } },
      },
      storageMode: "LOCAL",
    });
    const { clientSubnets, securityGroups, ...broker } = brokerNodeGroupInfo as Record<string, unknown[]>;
    assert.equal(clientSubnets?.length, 3);
    assert.equal(securityGroups?.length, 1);
    assert.deepEqual(broker, {
      instanceType: "kafka.m7g.large",
      storageInfo: { ebsStorageInfo: { volumeSize: 200 } },
      connectivityInfo: { publicAccess: { type: "DISABLED" } },
    });
    const { encryptionAtRestKmsKeyArn, encryptionInTransit } = encryptionInfo as Record<string, unknown>;
    assert.deepEqual(encryptionInTransit, { clientBroker: "TLS", inCluster: true });
    assert.match(String(encryptionAtRestKmsKeyArn), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    assert.match(JSON.stringify(configurationInfo), /configuration\/main-kafka-.*"revision":1/);
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-kafka-broker");
    assert.match(JSON.stringify(loggingInfo), /"enabled":true,"logGroup":"main-kafka-broker-/);
    assert.deepEqual([logs.inputs["retentionInDays"], logs.protect], [365, true]);
    assert.equal(logs.inputs["kmsKeyId"], encryptionAtRestKmsKeyArn);
    assert.equal(cluster.protect, true);
  });

  it("makes no topic by chance, elects no leader that missed messages, and lets nobody in for want of a rule", async () => {
    const { resources } = await makeKafka();
    assert.deepEqual(
      textOf(find(resources, "aws:msk/configuration:Configuration"), "serverProperties").split("\n"),
      [
        "allow.everyone.if.no.acl.found=false",
        "auto.create.topics.enable=false",
        "default.replication.factor=3",
        "log.retention.hours=72",
        "min.insync.replicas=2",
        "offsets.topic.replication.factor=3",
        "transaction.state.log.min.isr=2",
        "transaction.state.log.replication.factor=3",
        "unclean.leader.election.enable=false",
        "",
      ],
    );
  });

  for (const [zones, brokers, there, subnets] of [
    [["a", "b"], 3, 4, 2],
    [["a", "b"], 2, 2, 2],
    [["a", "b", "c"], 4, 6, 3],
    [["a", "b", "c", "d"], 3, 3, 3],
  ] as const) {
    it(`has ${there} brokers in ${subnets} zones where ${brokers} are asked and the network has ${zones.length}`, async () => {
      const { resources } = await makeKafka({ zones, args: { brokers } });
      const { inputs } = find(resources, clusterType);
      assert.equal(inputs["numberOfBrokerNodes"], there);
      const { clientSubnets } = inputs["brokerNodeGroupInfo"] as { readonly clientSubnets: unknown[] };
      assert.equal(clientSubnets.length, subnets);
    });
  }

  it("grows its disks by itself up to a ceiling, and leaves their size to that", async () => {
    for (const [args, most] of [
      [{}, 800],
      [{ maxDiskGiB: 1000 }, 1000],
    ] as const) {
      const { resources } = await makeKafka({ args });
      const target = find(resources, "aws:appautoscaling/target:Target", "main-kafka-disk");
      assert.equal(target.inputs["maxCapacity"], most);
      assert.equal(target.inputs["scalableDimension"], "kafka:broker-storage:VolumeSize");
      assert.match(textOf(target, "resourceId"), /:cluster\/main-kafka-/);
    }
    const { resources } = await makeKafka();
    const policy = find(resources, "aws:appautoscaling/policy:Policy");
    assert.deepEqual(policy.inputs["targetTrackingScalingPolicyConfiguration"], {
      predefinedMetricSpecification: { predefinedMetricType: "KafkaBrokerStorageUtilization" },
      targetValue: 60,
      disableScaleIn: true,
    });
    assert.deepEqual(find(resources, clusterType).ignoreChanges, [
      "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize",
    ]);
  });

  it("makes each topic, with three copies and an end", async () => {
    const { resources } = await makeKafka();
    assert.deepEqual(
      findAll(resources, "aws:msk/topic:Topic").map(({ protect, inputs: { clusterArn, ...inputs } }) => [
        protect,
        typeof clusterArn,
        inputs,
      ]),
      [
        ["orders", 12, "259200000"],
        ["payments", 6, "86400000"],
      ].map(([name, partitionCount, retention]) => [
        true,
        "string",
        {
          name,
          partitionCount,
          replicationFactor: 3,
          configs: `{"cleanup.policy":"delete","min.insync.replicas":"2","retention.ms":"${retention}"}`,
        },
      ]),
    );
  });

  it("is reached from nodes and pods on one port, and reaches nothing", async () => {
    const { resources, result } = await makeKafka();
    const rules = findAll(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
      ({ name }) => name.startsWith("main-kafka"),
    );
    assert.deepEqual(
      rules.map(({ inputs }) => [inputs["cidrIpv4"], inputs["fromPort"], inputs["toPort"]]),
      [["10.0.0.0/17", 9098, 9098]],
    );
    const out = findAll(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    assert.deepEqual(
      out.filter(({ name }) => name.startsWith("main-kafka")),
      [],
    );
    const { KAFKA_BOOTSTRAP_SERVERS, ...facts } = result.connection;
    assert.ok(KAFKA_BOOTSTRAP_SERVERS !== undefined);
    assert.match(
      await valueOf(KAFKA_BOOTSTRAP_SERVERS),
      /^b-1\.main-kafka-.+:9098,b-2\..+:9098,b-3\..+:9098$/,
    );
    const values = Object.entries(facts).map(async ([key, value]) => [key, await valueOf(value)] as const);
    assert.deepEqual(Object.fromEntries(await Promise.all(values)), {
      KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
      KAFKA_SASL_MECHANISM: "OAUTHBEARER",
    });
    assert.deepEqual(
      result.destinations.map(({ ports }) => ports),
      [[9098]],
    );
  });

  for (const access of ["read", "readWrite"] as const) {
    it(`lets an identity ${access} the topics and use its own group, and nothing else`, async () => {
      const { resources } = await makeKafka({ access });
      const policy = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy", "main-api-kafka"));
      const writes = access === "readWrite";
      const own = "arn:aws:kafka:eu-west-1:210987654321";
      assert.deepEqual(
        statementsOf(policy).map(([actions, on]) => [actions, on.map(shape)]),
        [
          [
            [
              "kafka-cluster:Connect",
              "kafka-cluster:DescribeCluster",
              ...(writes ? ["kafka-cluster:WriteDataIdempotently"] : []),
            ],
            [`${own}:cluster/main-kafka-*/*`],
          ],
          [
            [
              "kafka-cluster:DescribeTopic",
              "kafka-cluster:ReadData",
              ...(writes ? ["kafka-cluster:WriteData"] : []),
            ],
            [`${own}:topic/main-kafka-*/*/orders`, `${own}:topic/main-kafka-*/*/payments`],
          ],
          [["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], [`${own}:group/main-kafka-*/*/api`]],
        ],
      );
    });
  }

  describe("with a region for recovery", () => {
    it("is copied into a second cluster there, under a key of that region, with names and offsets", async () => {
      const { resources } = await makeKafka({ recovery: true });
      const source = find(resources, clusterType, "main-kafka");
      const target = find(resources, clusterType, "main-kafka-recovery");
      assert.match(
        JSON.stringify(target.inputs["encryptionInfo"]),
        /"encryptionAtRestKmsKeyArn":"arn:aws:kms:us-west-2:/,
      );
      assert.equal(target.protect, true);
      // one in each of its zones, as in the first
      assert.equal(target.inputs["numberOfBrokerNodes"], 3);
      const replicator = find(resources, "aws:msk/replicator:Replicator", "main-kafka-recovery");
      const arnOf = (cluster: PlanResource) => new RegExp(`cluster/${cluster.name}-[0-9a-f]{7}/`);
      const { sourceKafkaClusterArn, targetKafkaClusterArn, ...how } = replicator.inputs[
        "replicationInfoList"
      ] as Record<string, unknown>;
      assert.match(String(sourceKafkaClusterArn), arnOf(source));
      assert.match(String(targetKafkaClusterArn), arnOf(target));
      assert.match(String(targetKafkaClusterArn), /^arn:aws:kafka:us-west-2:/);
      assert.deepEqual(how, {
        targetCompressionType: "NONE",
        topicReplications: [
          {
            topicsToReplicates: ["orders", "payments"],
            topicNameConfiguration: { type: "IDENTICAL" },
            startingPosition: { type: "EARLIEST" },
            copyTopicConfigurations: true,
            copyAccessControlListsForTopics: false,
            detectAndCopyNewTopics: true,
          },
        ],
        consumerGroupReplications: [
          {
            consumerGroupsToReplicates: [".*"],
            synchroniseConsumerGroupOffsets: true,
            detectAndCopyNewConsumerGroups: true,
          },
        ],
      });
      assert.equal((replicator.inputs["kafkaClusters"] as readonly unknown[]).length, 2);
      assert.equal(textOf(replicator, "replicatorName"), "main-kafka-recovery");
    });

    it("is opened for the replicator, which needs that before it starts, and for nobody else", async () => {
      const { resources } = await makeKafka({ recovery: true });
      const source = find(resources, clusterType, "main-kafka");
      assert.match(
        JSON.stringify(source.inputs["brokerNodeGroupInfo"]),
        /"vpcConnectivity":\{"clientAuthentication":\{"sasl":\{"iam":true\}\}\}/,
      );
      const policy = find(resources, "aws:msk/clusterPolicy:ClusterPolicy");
      const [statement] = policyOf(policy).Statement;
      assert.deepEqual(statement?.["Principal"], { Service: "kafka.amazonaws.com" });
      assert.deepEqual(statement["Action"], [
        "kafka:CreateVpcConnection",
        "kafka:GetBootstrapBrokers",
        "kafka:DescribeClusterV2",
      ]);
      const replicator = find(resources, "aws:msk/replicator:Replicator");
      const role = find(resources, "aws:iam/rolePolicy:RolePolicy", "main-kafka-recovery-copier-policy");
      for (const needed of [policy, role]) {
        assert.ok(
          waitsFor(resources, replicator, (urn) => urn === needed.urn),
          needed.type,
        );
      }
      const doors = findAll(resources, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").filter(
        ({ inputs }) => inputs["description"] === "Replicator",
      );
      assert.deepEqual(
        doors.map(({ name, inputs }) => [name, inputs["fromPort"], inputs["toPort"]]),
        [
          // nothing beside the source: the service's own connections reach it
          ["main-kafka-recovery-target-brokers", 9098, 9098],
        ],
      );
      const [here, there] = replicator.inputs["kafkaClusters"] as readonly {
        readonly vpcConfig: { readonly subnetIds: unknown[]; readonly securityGroupsIds?: unknown[] };
      }[];
      assert.deepEqual(
        [here, there].map((side) => [
          side?.vpcConfig.subnetIds.length,
          side?.vpcConfig.securityGroupsIds?.length,
        ]),
        [
          [3, undefined],
          [3, 1],
        ],
      );
    });

    it("lets the replicator read here and write there, and not the other way round", async () => {
      const { resources } = await makeKafka({ recovery: true });
      const role = find(resources, "aws:iam/rolePolicy:RolePolicy", "main-kafka-recovery-copier-policy");
      const allowed = (action: string, on: RegExp): boolean =>
        statementsOf(policyOf(role)).some(
          ([actions, resourcesOf]) =>
            actions.includes(`kafka-cluster:${action}`) && resourcesOf.some((arn) => on.test(String(arn))),
        );
      const here = /:eu-west-1:.*:topic\/.*\/orders$/;
      const there = /:us-west-2:.*:topic\/.*\/orders$/;
      assert.deepEqual(
        [allowed("ReadData", here), allowed("WriteData", here), allowed("WriteData", there)],
        [true, false, true],
      );
      assert.ok(!allowed("ReadData", there));
      assert.ok(!JSON.stringify(policyOf(role)).includes("DeleteTopic"));
    });

    it("has three brokers on either side where fewer are asked, as the replicator wants", async () => {
      const { resources } = await makeKafka({ recovery: true, zones: ["a", "b"], args: { brokers: 2 } });
      assert.deepEqual(
        findAll(resources, clusterType).map(({ inputs }) => inputs["numberOfBrokerNodes"]),
        [4, 3],
      );
    });
  });

  it("is left open to nobody of another network where no region takes over", async () => {
    const { resources } = await makeKafka();
    assert.deepEqual(findAll(resources, "aws:msk/clusterPolicy:ClusterPolicy"), []);
    assert.deepEqual(findAll(resources, "aws:msk/replicator:Replicator"), []);
  });

  for (const [shape, type] of [
    [{ vcpus: 2, memoryGiB: 8 }, "kafka.m7g.large"],
    [{ vcpus: 4, memoryGiB: 16 }, "kafka.m7g.xlarge"],
    [{ vcpus: 8, memoryGiB: 32 }, "kafka.m7g.2xlarge"],
    [{ vcpus: 16, memoryGiB: 64 }, "kafka.m7g.4xlarge"],
  ] as const) {
    it(`answers ${shape.vcpus} vCPUs with ${type}`, () => {
      assert.equal(kafkaInstanceType(shape), type);
    });
  }

  it("is refused a shape that MSK has no broker of", () => {
    assert.throws(() => kafkaInstanceType({ vcpus: 4, memoryGiB: 32 }), /expected 4 GiB a vCPU/);
  });

  it("asks for an older release before each update, of the cluster and of its copy", async () => {
    const { resources, hooks } = await makeKafka({ recovery: true });
    assert.deepEqual(
      findAll(resources, clusterType).map(({ name, urn }) => [name, hooks.get(urn)]),
      [
        ["main-kafka", ["main-kafka-upgrade"]],
        ["main-kafka-recovery", ["main-kafka-recovery-upgrade"]],
      ],
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = ({ resources }: Ran<AwsKafka>) => resources.map(({ urn }) => urn);
    const scene = { recovery: true, watched: true, access: "readWrite" } as const;
    assert.deepEqual(urnsOf(await makeKafka(scene, { preview: "unknown" })), urnsOf(await makeKafka(scene)));
  });
});
