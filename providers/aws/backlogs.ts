import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type BacklogArgs, counterOf, type Trigger } from "../../components/scaling/backlog";
import type { Destination } from "../../components/platform/networkPolicy";
import { policyDocument } from "./policyDocument";

/** A queue as who counts it has to know it. */
export interface CountedSqs {
  readonly url: pulumi.Input<string>;
  readonly arn: pulumi.Input<string>;
  readonly region: string;
}

/** Lets the counter see how many messages a queue of SQS has, those that somebody works on among them. */
export function sqsBacklog(
  name: string,
  { url, arn, region }: CountedSqs,
  args: BacklogArgs,
  opts: pulumi.CustomResourceOptions,
): Trigger {
  new aws.iam.RolePolicy(
    name,
    {
      role: counterOf(args).principal,
      policy: policyDocument([{ Effect: "Allow", Action: "sqs:GetQueueAttributes", Resource: arn }]),
    },
    opts,
  );
  return {
    type: "aws-sqs-queue",
    metadata: { queueURL: url, queueLength: String(args.messages), awsRegion: region },
    podIdentity: "aws",
  };
}

/** A topic of MSK as who counts its consumers' lag has to know it. */
export interface CountedTopic {
  readonly bootstrapServers: pulumi.Input<string>;
  readonly region: string;
  /** Clusters, the topic and the consumer's group. */
  readonly arns: {
    readonly cluster: pulumi.Input<string>;
    readonly topic: pulumi.Input<string>;
    readonly group: pulumi.Input<string>;
  };
  readonly destinations: readonly Destination[];
}

/**
 * Protocol that KEDA speaks where it is told nothing is that of Kafka 1.0, parts of which brokers of 4.0 no longer take
 * (KIP-896); this is what the oldest that MSK has takes, and the newest.
 */
const protocol = "3.6.0";

/** Lets the counter see where a topic ends and how far a group has read it, by a token of its role; no message. */
export function mskLag(
  name: string,
  { bootstrapServers, region, arns, destinations }: CountedTopic,
  args: BacklogArgs & { readonly topic: string },
  opts: pulumi.CustomResourceOptions,
): Trigger {
  new aws.iam.RolePolicy(
    name,
    {
      role: counterOf(args).principal,
      // https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
      policy: policyDocument([
        { Effect: "Allow", Action: "kafka-cluster:Connect", Resource: arns.cluster },
        { Effect: "Allow", Action: "kafka-cluster:DescribeTopic", Resource: arns.topic },
        { Effect: "Allow", Action: "kafka-cluster:DescribeGroup", Resource: arns.group },
      ]),
    },
    opts,
  );
  return {
    type: "kafka",
    metadata: {
      bootstrapServers,
      consumerGroup: args.consumer,
      topic: args.topic,
      lagThreshold: String(args.messages),
      // what was never read waits, too
      offsetResetPolicy: "earliest",
      version: protocol,
      tls: "enable",
      sasl: "oauthbearer",
      saslTokenProvider: "aws_msk_iam",
      awsRegion: region,
    },
    podIdentity: "aws",
    destinations,
  };
}
