import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../components/names";
import { policyDocument } from "./policyDocument";

/** How long a warning is of any use, seconds: a spot node is gone two minutes after it. */
const warningSeconds = 300;

/** Longest name that EventBridge takes for a rule. */
const maxRuleName = 64;

/**
 * What EC2 and AWS Health say of machines that are about to go, in what Karpenter acts on of it
 * (aws/karpenter-provider-aws v1.14.1, pkg/controllers/interruption/messages).
 */
const patterns = {
  "spot-interruption": { source: ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"] },
  rebalance: { source: ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"] },
  "state-change": {
    source: ["aws.ec2"],
    "detail-type": ["EC2 Instance State-change Notification"],
    detail: { state: ["stopping", "stopped", "shutting-down", "terminated"] },
  },
  "scheduled-change": {
    source: ["aws.health"],
    "detail-type": ["AWS Health Event"],
    detail: { service: ["EC2"], eventTypeCategory: ["scheduledChange"] },
  },
} as const;

/** A queue, and what fills it. */
export interface InterruptionQueue {
  readonly queue: aws.sqs.Queue;
  /** What must stand before the queue gets its messages. */
  readonly ready: readonly pulumi.Resource[];
}

/** A queue, encrypted, that only EventBridge's own rules here write to, of machines that are about to be taken away. */
export function interruptionQueue(
  name: string,
  { accountId }: { readonly accountId: string },
  opts: { readonly parent: pulumi.Resource },
): InterruptionQueue {
  const queue = new aws.sqs.Queue(
    name,
    { messageRetentionSeconds: warningSeconds, sqsManagedSseEnabled: true },
    opts,
  );
  const rules = Object.entries(patterns).map(([key, pattern]) => ({
    key,
    rule: new aws.cloudwatch.EventRule(
      `${name}-${key}`,
      {
        name: physicalName(maxRuleName, name, key),
        description: `${key} of EC2 instances, to Karpenter`,
        eventPattern: JSON.stringify(pattern),
      },
      opts,
    ),
  }));
  const policy = new aws.sqs.QueuePolicy(
    `${name}-policy`,
    {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          Sid: "OwnRules",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnEquals: { "aws:SourceArn": rules.map(({ rule }) => rule.arn) },
          },
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: { AWS: "*" },
          Action: "sqs:*",
          Resource: queue.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    opts,
  );
  const targets = rules.map(
    ({ key, rule }) =>
      new aws.cloudwatch.EventTarget(
        `${name}-${key}-target`,
        { rule: rule.name, arn: queue.arn },
        { ...opts, dependsOn: [policy] },
      ),
  );
  return { queue, ready: [policy, ...targets] };
}
