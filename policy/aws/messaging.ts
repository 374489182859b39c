import { isSet, isTrue } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const topics = ["aws:sns/topic:Topic"] as const;
const queues = ["aws:sqs/queue:Queue"] as const;

/** True when the policy refuses everyone who comes without TLS. */
function deniesPlain(policy: unknown, path: string): boolean {
  return statementsOf(policy, path).some(
    ({ allow, principals, conditions }) =>
      !allow && principals.includes("*") && (conditions["Bool aws:SecureTransport"] ?? []).includes("false"),
  );
}

export const topicEncrypted = resourceRule({
  id: "aws-sns-encrypted",
  title: "SNS topics are encrypted",
  severity: "medium",
  description: "Messages wait on disk until they are delivered, and alarms say what is weak.",
  remedy: "Set kmsMasterKeyId to a key that those who publish may use.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: topics,
  check: ({ props }) => !isSet(props, "kmsMasterKeyId") && "kmsMasterKeyId is not set",
});

export const topicNotPublic = resourceRule({
  id: "aws-sns-no-public-policy",
  title: "SNS topics let in nobody in particular",
  severity: "critical",
  description: "Whoever may publish writes our alarms; whoever may subscribe reads them.",
  remedy: "Name the principals, or add a Condition such as aws:SourceAccount.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").some(isForEveryone) &&
    'policy has an Allow for Principal "*" without a condition',
});

export const topicTlsOnly = stackRule({
  id: "aws-sns-tls-only",
  title: "SNS refuses to publish without TLS",
  severity: "medium",
  description: "SNS still answers over HTTP; only a Deny on aws:SecureTransport false stops that.",
  remedy: "Add an aws.sns.TopicPolicy that denies sns:Publish to everyone when aws:SecureTransport is false.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: topics,
  check: (topic, stack) => {
    const [split] = pointingAt(stack, "aws:sns/topicPolicy:TopicPolicy", "arn", topic);
    return (
      !deniesPlain(split?.props.policy ?? topic.props.policy, "policy") &&
      "no policy denies it to everyone when aws:SecureTransport is false"
    );
  },
});

export const queueEncrypted = resourceRule({
  id: "aws-sqs-encrypted",
  title: "SQS queues are encrypted",
  severity: "medium",
  description: "Messages lie on disk until they are taken, for days where they could not be delivered.",
  remedy: "Set kmsMasterKeyId, or sqsManagedSseEnabled to true.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: queues,
  check: ({ props }) =>
    !isSet(props, "kmsMasterKeyId") &&
    !isTrue(props.sqsManagedSseEnabled) &&
    "neither kmsMasterKeyId is set nor sqsManagedSseEnabled true",
  remediation: {
    "aws:sqs/queue:Queue": { sqsManagedSseEnabled: true },
  },
});

export const queueNotPublic = resourceRule({
  id: "aws-sqs-no-public-policy",
  title: "SQS queues let in nobody in particular",
  severity: "critical",
  description: "Whoever may send makes our workers work; whoever may receive takes messages away from them.",
  remedy: "Name the principals, or add a Condition such as aws:SourceArn.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").some(isForEveryone) &&
    'policy has an Allow for Principal "*" without a condition',
});

export const queueTlsOnly = stackRule({
  id: "aws-sqs-tls-only",
  title: "SQS refuses requests without TLS",
  severity: "medium",
  description:
    "SQS still answers over HTTP in some regions; only a Deny on aws:SecureTransport false stops that.",
  remedy: "Add an aws.sqs.QueuePolicy that denies sqs:* to everyone when aws:SecureTransport is false.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: queues,
  check: (queue, stack) => {
    const [split] = pointingAt(stack, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl", queue);
    return (
      !deniesPlain(split?.props.policy ?? queue.props.policy, "policy") &&
      "no policy denies it to everyone when aws:SecureTransport is false"
    );
  },
});
