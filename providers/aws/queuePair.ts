import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { putAsideDays, type QueueArgs } from "../../components/data/queue";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsQueuePair}. */
export interface AwsQueuePairArgs extends Pick<
  QueueArgs,
  "workSeconds" | "retentionDays" | "maxDeliveries" | "delivery"
> {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly protect: boolean;
}

const daySeconds = 86_400;

/** How long a receiver waits for a message, seconds, the longest that SQS takes: fewer calls come back empty. */
const waitSeconds = 20;

/**
 * A queue that keeps the order of each group, as fast as SQS goes: it counts, and looks for what was sent twice, by group and
 * not over the whole queue. What it puts aside goes into one of the same kind.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
const inOrder = {
  fifoQueue: true,
  contentBasedDeduplication: true,
  deduplicationScope: "messageGroup",
  fifoThroughputLimit: "perMessageGroupId",
} as const;

/** A queue and the one into which goes what failed too often, under a key of their own, both refusing plain text. */
export class AwsQueuePair extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly putAside: aws.sqs.Queue;
  readonly keyArn: pulumi.Output<string>;
  readonly region: string;

  constructor(name: string, args: AwsQueuePairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:QueuePair", name, {}, opts);
    const { workSeconds, retentionDays, maxDeliveries, delivery, region, accountId, protect } = args;
    const child = { parent: this };

    const key = new AwsKey(
      `${name}-key`,
      { purpose: `messages in the queue ${name}`, services: [], account: accountId, region, protect },
      child,
    );
    const kind = { kmsMasterKeyId: key.arn, ...(delivery === "exactlyOnce" && inOrder) };
    this.putAside = new aws.sqs.Queue(
      `${name}-aside`,
      { ...kind, messageRetentionSeconds: putAsideDays * daySeconds },
      { ...child, protect },
    );
    this.queue = new aws.sqs.Queue(
      name,
      {
        ...kind,
        visibilityTimeoutSeconds: workSeconds,
        messageRetentionSeconds: retentionDays * daySeconds,
        receiveWaitTimeSeconds: waitSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.putAside.arn,
          maxReceiveCount: maxDeliveries,
        }),
      },
      { ...child, protect },
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-aside-sources`,
      {
        queueUrl: this.putAside.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queue.arn],
        }),
      },
      child,
    );
    for (const [part, queue] of [
      [name, this.queue],
      [`${name}-aside`, this.putAside],
    ] as const) {
      new aws.sqs.QueuePolicy(
        `${part}-policy`,
        { queueUrl: queue.url, policy: policyDocument([refusePlainText(queue.arn)]) },
        child,
      );
    }
    this.keyArn = key.arn;
    this.region = region;
    this.registerOutputs({ url: this.queue.url });
  }
}

function refusePlainText(queueArn: pulumi.Output<string>): aws.iam.PolicyStatement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "sqs:*",
    Resource: queueArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
