import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  checkKafka,
  defaultMaxConsumerLag,
  type Kafka,
  type KafkaArgs,
  kafkaReplication,
  topicSettings,
} from "../../components/data/kafka";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { autoNamed } from "../../components/names";
import type { Destination } from "../../components/platform/networkPolicy";
import type { BacklogArgs, Trigger } from "../../components/scaling/backlog";
import type { AlarmChannels } from "./alarmChannels";
import { mskLag } from "./backlogs";
import { explicitProvider } from "./explicit";
import { awsIdentity } from "./identity";
import { kafkaAlarms, kafkaLagAlarms, replicatorAlarms } from "./kafkaAlarms";
import { AwsKafkaReplica } from "./kafkaReplica";
import { kafkaPort, MskCluster } from "./mskCluster";
import { policyDocument } from "./policyDocument";
import { awsRecovery } from "./recovery";
import { storeLogRetentionDays } from "./storeAccess";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsKafka}. */
export interface AwsKafkaArgs extends KafkaArgs {
  readonly region: string;
  /** Account that owns the store, 12 digits. */
  readonly accountId: string;
}

/** Longest name that a replicator takes. */
const maxReplicatorName = 128;

/** Fewest brokers of a cluster that is copied, and of its copy. */
const leastCopiedBrokers = 3;

/**
 * {@link Kafka} on Amazon MSK. Clients sign in with a token of their IAM role, which may use the topics, their own group of
 * consumers and nothing else; topics are made by MSK's API, so that the program needs no way into the network.
 *
 * With a region for recovery a second cluster stands there, to which MSK Replicator copies topics, under the same names, and
 * the groups' offsets.
 */
export class AwsKafka extends pulumi.ComponentResource implements Kafka, WatchedStore {
  readonly bootstrapServers: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly needsCounter = true;
  private readonly msk: MskCluster;
  private readonly replica?: AwsKafkaReplica;
  private readonly topics: readonly string[];
  private readonly maxConsumerLag: number;
  private readonly region: string;
  /** Groups of consumers that have been let in. */
  private readonly groups: string[] = [];

  constructor(name: string, args: AwsKafkaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Kafka", name, {}, opts);
    const { network, recovery, logRetentionDays = storeLogRetentionDays, protect = true } = args;
    const { maxConsumerLag = defaultMaxConsumerLag } = args;
    checkKafka(args);

    const child = { parent: this };
    const brokers = recovery === undefined ? args.brokers : Math.max(leastCopiedBrokers, args.brokers);
    const sized = { ...args, brokers, logRetentionDays, protect };
    this.msk = new MskCluster(name, { ...sized, readFromAfar: recovery !== undefined }, child);
    const { cluster } = this.msk;
    const topics = Object.entries(args.topics).map(
      ([topic, spec]) =>
        new aws.msk.Topic(
          `${name}-${topic}`,
          {
            clusterArn: cluster.arn,
            name: topic,
            partitionCount: spec.partitions,
            replicationFactor: kafkaReplication(brokers).replicas,
            configs: JSON.stringify(topicSettings(spec, sized)),
          },
          { ...child, protect },
        ),
    );
    if (recovery !== undefined) {
      const place = awsRecovery(recovery);
      this.replica = new AwsKafkaReplica(
        autoNamed(maxReplicatorName, `${name}-recovery`),
        { ...sized, place, source: this.msk, sourceRegion: args.region },
        { parent: this, dependsOn: topics },
      );
    }

    this.topics = Object.keys(args.topics);
    this.maxConsumerLag = maxConsumerLag;
    this.region = args.region;
    this.bootstrapServers = cluster.bootstrapBrokersSaslIam;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [kafkaPort] }];
    this.connection = {
      KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers,
      KAFKA_SECURITY_PROTOCOL: pulumi.output("SASL_SSL"),
      // with a token of aws-msk-iam-sasl-signer; Java's own mechanism is AWS_MSK_IAM, on the same port
      KAFKA_SASL_MECHANISM: pulumi.output("OAUTHBEARER"),
    };
    this.registerOutputs({ bootstrapServers: this.bootstrapServers, connection: this.connection });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    const { cluster, brokerCount } = this.msk;
    const { topicArn } = channels;
    const watched = { clusterName: cluster.clusterName, brokerCount };
    kafkaAlarms(name, watched, { topicArn }, opts);
    const groups = { groups: this.groups, topics: this.topics, maxLag: this.maxConsumerLag };
    kafkaLagAlarms(name, { ...watched, ...groups }, { topicArn }, opts);
    if (this.replica !== undefined) {
      const relay = channels.inRegionOf(this.replica.place);
      replicatorAlarms(relay.alarms, this.replica, relay, { parent: relay });
    }
  }

  /** Lets the identity read the topics as the group of consumers that bears its name, and write them where it may. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"KAFKA_GROUP_ID", pulumi.Output<string>>> {
    const { principal, serviceAccount } = awsIdentity(to);
    this.groups.push(serviceAccount);
    const { arn } = this.msk.cluster;
    const writes = access === "readWrite";
    new aws.iam.RolePolicy(
      name,
      {
        role: principal,
        // https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: [
              "kafka-cluster:Connect",
              "kafka-cluster:DescribeCluster",
              ...(writes ? ["kafka-cluster:WriteDataIdempotently"] : []),
            ],
            Resource: arn,
          },
          {
            Effect: "Allow",
            Action: [
              "kafka-cluster:DescribeTopic",
              "kafka-cluster:ReadData",
              ...(writes ? ["kafka-cluster:WriteData"] : []),
            ],
            Resource: this.topics.map((topic) => partOf(arn, "topic", topic)),
          },
          {
            Effect: "Allow",
            Action: ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
            Resource: partOf(arn, "group", serviceAccount),
          },
        ]),
      },
      opts,
    );
    return { KAFKA_GROUP_ID: pulumi.output(serviceAccount) };
  }

  lag(
    name: string,
    args: BacklogArgs & { readonly topic: string },
    opts: pulumi.ComponentResourceOptions,
  ): Trigger {
    const { arn } = this.msk.cluster;
    const { bootstrapServers, region, destinations } = this;
    const arns = {
      cluster: arn,
      topic: partOf(arn, "topic", args.topic),
      group: partOf(arn, "group", args.consumer),
    };
    return mskLag(name, { bootstrapServers, region, arns, destinations }, args, {
      ...opts,
      provider: explicitProvider(this, "aws"),
    });
  }
}

/** ARN of a topic or a group of a cluster, `cluster/name/id` being its own. */
export function partOf(
  clusterArn: pulumi.Output<string>,
  kind: "topic" | "group",
  name: string,
): pulumi.Output<string> {
  return clusterArn.apply((arn) => `${arn.replace(":cluster/", `:${kind}/`)}/${name}`);
}
