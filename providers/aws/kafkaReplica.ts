import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../../components/network/network";
import { kafkaPort, MskCluster, type MskClusterArgs } from "./mskCluster";
import type { AwsRecoveryPlace } from "./recovery";
import { awsRole, trustService } from "./role";

/** Arguments of an {@link AwsKafkaReplica}. */
export interface AwsKafkaReplicaArgs extends Omit<MskClusterArgs, "network" | "region" | "readFromAfar"> {
  readonly place: AwsRecoveryPlace;
  /** What is copied. */
  readonly source: MskCluster;
  readonly sourceRegion: string;
  readonly topics: Readonly<Record<string, unknown>>;
}

/** Topics and groups that a replicator keeps for itself, in either cluster. */
const internal = ["*__amazon_msk_replicator_*", "mskr-offset-syncs.*", "*.checkpoints.internal"] as const;

/**
 * A second cluster in another region, under a key of that region, and the replicator that copies topics into it, with their
 * names, their settings and the offsets of their groups, so that consumers go on where they were.
 * https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator.html
 */
export class AwsKafkaReplica extends pulumi.ComponentResource {
  readonly place: AwsRecoveryPlace;
  readonly bootstrapServers: pulumi.Output<string>;
  readonly replicatorName: string;
  readonly msk: MskCluster;

  constructor(name: string, args: AwsKafkaReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:KafkaReplica", name, {}, opts);
    const { place, source, accountId, topics } = args;
    const { network, region, provider } = place;
    // what stands here is the other region's, but for what the source is opened by
    const child = { parent: this };
    const there = { parent: this, provider };

    this.msk = new MskCluster(name, { ...args, network, region, readFromAfar: false }, there);
    const policy = new aws.msk.ClusterPolicy(
      name,
      { clusterArn: source.cluster.arn, policy: letReplicatorConnect(source.cluster.arn) },
      child,
    );
    const copier = copierGroup(`${name}-target`, { of: this.msk, network }, there);
    const { role, permissions } = awsRole(
      `${name}-copier`,
      {
        description: `Copies topics into ${region}, ${name}`,
        trust: [trustService("kafka.amazonaws.com", accountId)],
        statements: copierStatements(source.cluster.arn, this.msk.cluster.arn, Object.keys(topics)),
      },
      child,
    );
    this.replicatorName = name;
    new aws.msk.Replicator(
      name,
      {
        replicatorName: name,
        description: `Copies topics into ${region}`,
        serviceExecutionRoleArn: role.arn,
        kafkaClusters: [side(source), side(this.msk, copier)],
        replicationInfoList: {
          sourceKafkaClusterArn: source.cluster.arn,
          targetKafkaClusterArn: this.msk.cluster.arn,
          targetCompressionType: "NONE",
          topicReplications: [
            {
              topicsToReplicates: Object.keys(topics),
              topicNameConfiguration: { type: "IDENTICAL" },
              startingPosition: { type: "EARLIEST" },
              copyTopicConfigurations: true,
              // access is by IAM, of which brokers know nothing
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
        },
      },
      { ...there, dependsOn: [policy, ...permissions] },
    );

    this.place = place;
    this.bootstrapServers = this.msk.cluster.bootstrapBrokersSaslIam;
    this.registerOutputs({ bootstrapServers: this.bootstrapServers });
  }
}

/** Lets the service connect to the source from another region, and find its brokers. */
function letReplicatorConnect(clusterArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "kafka.amazonaws.com" },
        Action: ["kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers", "kafka:DescribeClusterV2"],
        Resource: clusterArn,
      },
    ],
  });
}

/** The replicator's own security group beside the copy: it reaches the brokers, and they let it in. */
function copierGroup(
  name: string,
  { of, network }: { readonly of: MskCluster; readonly network: Network },
  opts: pulumi.CustomResourceOptions,
): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: `Replicator of Kafka ${name}` },
    opts,
  );
  const port = { ipProtocol: "tcp", fromPort: kafkaPort, toPort: kafkaPort };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-brokers`,
    {
      ...port,
      securityGroupId: group.id,
      description: "Brokers",
      referencedSecurityGroupId: of.securityGroup.id,
    },
    opts,
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-brokers`,
    {
      ...port,
      securityGroupId: of.securityGroup.id,
      description: "Replicator",
      referencedSecurityGroupId: group.id,
    },
    opts,
  );
  return group;
}

/**
 * One side of the copying. The source has no group: from another region it is reached by connections that the service makes
 * to the cluster (https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator-network-reqs.html).
 */
function side(
  { cluster, subnetIds }: MskCluster,
  copier?: aws.ec2.SecurityGroup,
): aws.types.input.msk.ReplicatorKafkaCluster {
  return {
    amazonMskCluster: { mskClusterArn: cluster.arn },
    vpcConfig: { subnetIds, ...(copier !== undefined && { securityGroupsIds: [copier.id] }) },
  };
}

/**
 * What the replicator does in either cluster: reads the topics here, writes them there, and keeps account of it in topics of
 * its own. https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator-perms-topic-replication.html and
 * https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator-perms-consumer-group-sync.html
 */
function copierStatements(
  source: pulumi.Output<string>,
  target: pulumi.Output<string>,
  topics: readonly string[],
): aws.iam.PolicyStatement[] {
  const all = (arn: pulumi.Output<string>, kind: "topic" | "group", names: readonly string[]) =>
    names.map((one) => arn.apply((cluster) => `${cluster.replace(":cluster/", `:${kind}/`)}/${one}`));
  const may = (
    actions: readonly string[],
    resources: readonly pulumi.Output<string>[],
  ): aws.iam.PolicyStatement => ({
    Effect: "Allow",
    Action: actions.map((action) => `kafka-cluster:${action}`),
    Resource: [...resources],
  });
  const describe = ["DescribeTopic", "DescribeTopicDynamicConfiguration"];
  return [
    may(["Connect", "DescribeCluster", "WriteDataIdempotently"], [source, target]),
    may(
      ["CreateTopic", "ReadData", "WriteData", ...describe, "AlterTopic", "AlterTopicDynamicConfiguration"],
      [...all(source, "topic", internal), ...all(target, "topic", internal)],
    ),
    may(["ReadData", ...describe], all(source, "topic", topics)),
    // the last two for what a topic is set to, which is copied with it
    may(
      ["CreateTopic", "WriteData", ...describe, "AlterTopic", "AlterTopicDynamicConfiguration"],
      all(target, "topic", topics),
    ),
    may(["DescribeGroup"], all(source, "group", ["*"])),
    may(["AlterGroup", "DescribeGroup"], all(target, "group", ["*"])),
  ];
}
