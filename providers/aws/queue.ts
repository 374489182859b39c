import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkQueue, type Queue, type QueueArgs, queuePrefix } from "../../components/data/queue";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { type Destination, internet } from "../../components/platform/networkPolicy";
import type { BacklogArgs, Trigger } from "../../components/scaling/backlog";
import type { AlarmChannels } from "./alarmChannels";
import { sqsBacklog } from "./backlogs";
import { explicitProvider } from "./explicit";
import { policyDocument } from "./policyDocument";
import { queueAlarms } from "./queueAlarms";
import { AwsQueuePair } from "./queuePair";
import { awsRecovery } from "./recovery";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsQueue}. */
export interface AwsQueueArgs extends QueueArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

const takeActions = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
];

/** {@link Queue} in SQS, and with a place for recovery an empty one there that stands ready. */
export class AwsQueue extends pulumi.ComponentResource implements Queue, WatchedStore {
  readonly prefix: string;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly pairs: readonly AwsQueuePair[];
  private readonly key: string;
  private readonly counted: AwsQueuePair;

  constructor(name: string, args: AwsQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Queue", name, {}, opts);
    const { key, network, recovery, region, accountId, protect = true } = args;
    checkQueue(args);
    const child = { parent: this };

    const pair = new AwsQueuePair(`${name}-pair`, { ...args, region, accountId, protect }, child);
    const pairs = [pair];
    if (recovery !== undefined) {
      const place = awsRecovery(recovery);
      const there = { ...args, region: place.region, accountId, protect };
      pairs.push(new AwsQueuePair(`${name}-recovery`, there, { ...child, providers: [place.provider] }));
    }

    this.key = key;
    this.pairs = pairs;
    this.counted = pair;
    this.prefix = queuePrefix(key);
    // by the endpoint in the network's own subnets, or by SQS's public addresses where there is none
    this.destinations = [internet(443), { cidrs: network.workloadCidrs, ports: [443] }];
    this.connection = { [`${this.prefix}_URL`]: pair.queue.url };
    this.registerOutputs({ url: pair.queue.url });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    const [pair] = this.pairs;
    if (pair !== undefined) queueAlarms(name, { ...pair, key: this.key }, channels, opts);
  }

  /** Counts what is here; what is sent to the other region's queue waits for who is told of that. */
  backlog(name: string, args: BacklogArgs, opts: pulumi.ComponentResourceOptions): Trigger {
    const { queue, region } = this.counted;
    return sqsBacklog(name, { url: queue.url, arn: queue.arn, region }, args, {
      ...opts,
      provider: explicitProvider(this, "aws"),
    });
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Record<string, never> {
    const policy = policyDocument(
      this.pairs.flatMap(({ queue, keyArn, region }) => [
        {
          Effect: "Allow" as const,
          Action: [...takeActions, ...(access === "readWrite" ? ["sqs:SendMessage"] : [])],
          Resource: queue.arn,
        },
        {
          Effect: "Allow" as const,
          Action: ["kms:Decrypt", ...(access === "readWrite" ? ["kms:GenerateDataKey"] : [])],
          Resource: keyArn,
          Condition: { StringEquals: { "kms:ViaService": `sqs.${region}.amazonaws.com` } },
        },
      ]),
    );
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
    return {};
  }
}
