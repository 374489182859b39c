import { isSet, mustBeSet, show } from "../check";
import { fromStaging, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, type PlacedResource, type Stack } from "../stack";
import { secondsOf } from "./durations";

const subscriptions = ["gcp:pubsub/subscription:Subscription"] as const;
type Subscription = PlacedResource<(typeof subscriptions)[number]>;

/** True where programs take messages by themselves, and Pub/Sub does not hand them on to an address. */
function isTaken({ props }: Subscription): boolean {
  return (
    !isSet(props, "pushConfig") && !isSet(props, "bigqueryConfig") && !isSet(props, "cloudStorageConfig")
  );
}

export const subscriptionKept = resourceRule({
  id: "gcp-pubsub-subscription-kept",
  title: "Subscriptions do not expire",
  severity: "medium",
  description:
    "After 31 quiet days Pub/Sub deletes a subscription: alarms are quiet until the day they count.",
  remedy: 'Set expirationPolicy.ttl to "".',
  controls: { soc2: ["A1.2", "CC7.3"], gdpr: ["33"] },
  levels: fromStaging,
  types: subscriptions,
  check: ({ props }) =>
    props.expirationPolicy?.ttl !== "" &&
    `expirationPolicy.ttl is ${show(props.expirationPolicy?.ttl)}, expected ""`,
});

export const topicKey = stackRule({
  id: "gcp-pubsub-topic-cmek",
  title: "Messages that programs take are under our key",
  severity: "medium",
  description: "A message lies on disk until it is taken, for days where nobody takes it.",
  remedy: "Set kmsKeyName to a key that Pub/Sub's service agent may use.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: ["gcp:pubsub/topic:Topic"],
  // what is only handed on, such as alarms to the on-call, waits for nobody
  applies: (topic, stack) =>
    pointingAt(stack, "gcp:pubsub/subscription:Subscription", "topic", topic).some(isTaken),
  check: ({ props }) => mustBeSet(props, "kmsKeyName"),
});

/** What Pub/Sub keeps a message for where nothing is said, seconds. */
const defaultRetentionSeconds = 604_800;

export const messageRetention = resourceRule({
  id: "gcp-pubsub-message-retention",
  title: "Messages wait long enough for who takes them",
  severity: "medium",
  description: "What a program that is down over a weekend has not taken by then is gone.",
  remedy:
    'Set messageRetentionDuration to as many days or more, such as "345600s", or leave it out for seven.',
  controls: { soc2: ["A1.2", "PI1.4"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 1, description: "Fewest days that a message is kept." },
      values: { dev: 1, staging: 1, prod: 3 },
    },
  },
  types: subscriptions,
  check: ({ props: { messageRetentionDuration } }, { minDays }) => {
    const seconds =
      messageRetentionDuration === undefined ? defaultRetentionSeconds : secondsOf(messageRetentionDuration);
    return (
      !(seconds >= minDays * 86_400) &&
      `messageRetentionDuration is ${show(messageRetentionDuration)}, expected ${minDays * 86_400}s or more`
    );
  },
});

export const deadLetter = stackRule({
  id: "gcp-pubsub-dead-letter",
  title: "Messages that fail are put aside",
  severity: "medium",
  description:
    "What no program can deal with is handed out again and again until it is too old, and then nobody knows of it.",
  remedy: "Set deadLetterPolicy.deadLetterTopic, and subscribe to that topic.",
  controls: { soc2: ["A1.2", "PI1.3"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: subscriptions,
  // what was put aside is the end of its way
  applies: (subscription, stack) => isTaken(subscription) && !isAside(subscription, stack),
  check: (subscription, stack) => [
    mustBeSet(subscription.props.deadLetterPolicy, "deadLetterTopic", "deadLetterPolicy.deadLetterTopic"),
    isSet(subscription.props.deadLetterPolicy, "deadLetterTopic") &&
      !stack.ofType(...subscriptions).some((other) => takesAsideOf(other, subscription)) &&
      "nothing in the stack subscribes to the topic of its deadLetterPolicy",
  ],
});

/** True for a subscription to the topic of what fails in another. */
function isAside(subscription: Subscription, stack: Stack): boolean {
  return stack.ofType(...subscriptions).some((other) => takesAsideOf(subscription, other));
}

function takesAsideOf(subscription: Subscription, { props, propertyDependencies }: Subscription): boolean {
  const asides = (propertyDependencies["deadLetterPolicy"] ?? []).map(({ urn }) => urn);
  const topics = subscription.propertyDependencies["topic"] ?? [];
  if (asides.length > 0 || topics.length > 0) return topics.some(({ urn }) => asides.includes(urn));
  const topic = props.deadLetterPolicy?.deadLetterTopic;
  return topic !== undefined && topic === subscription.props.topic;
}
