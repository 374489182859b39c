import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Where a topic or a queue stands. */
export interface AlarmPlace {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

type Opts = { readonly parent: pulumi.Resource };

const daySeconds = 86_400;

/** A topic under our key, and mail from it. The first message asks the reader to confirm. */
export function mailTopic(
  name: string,
  { email, region, accountId, protect }: AlarmPlace & { readonly email: string; readonly protect: boolean },
  opts: Opts,
): pulumi.Output<string> {
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `alarms, ${name}`,
      services: ["cloudwatch.amazonaws.com", "events.amazonaws.com"],
      account: accountId,
      region,
      protect,
    },
    opts,
  );
  const topic = new aws.sns.Topic(name, { kmsMasterKeyId: key.arn }, opts);
  new aws.sns.TopicPolicy(
    `${name}-policy`,
    {
      arn: topic.arn,
      policy: policyDocument([
        {
          Sid: "Alarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
        {
          // without a condition: EventBridge names neither its account nor its rule to a topic
          // (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions)
          Sid: "Events",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: topic.arn,
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    opts,
  );
  new aws.sns.TopicSubscription(
    `${name}-mail`,
    { topic: topic.arn, protocol: "email", endpoint: email },
    opts,
  );
  return topic.arn;
}

/** Where EventBridge leaves what it tried to deliver for a day. */
export function deadLetters(name: string, { region, accountId }: AlarmPlace, opts: Opts): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    { sqsManagedSseEnabled: true, messageRetentionSeconds: 14 * daySeconds },
    opts,
  );
  new aws.sqs.QueuePolicy(
    `${name}-policy`,
    {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          Sid: "Events",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          Condition: { ArnLike: { "aws:SourceArn": `arn:aws:events:${region}:${accountId}:rule/*` } },
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: queue.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    opts,
  );
  return queue;
}
