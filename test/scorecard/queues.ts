import { given, type Setting } from "./setting";

const sqs = { area: "queues", type: "aws:sqs/queue:Queue", only: /-queue-jobs-pair/ };
const topic = { area: "queues", type: "gcp:pubsub/topic:Topic", only: /-queue-jobs-pair/ };
const subscription = { area: "queues", type: "gcp:pubsub/subscription:Subscription" };

/** What queues on AWS have without being told. */
export const awsQueueSettings: readonly Setting[] = [
  {
    ...sqs,
    setting: "messages encrypted with a key of our own",
    path: "kmsMasterKeyId",
    expected: given,
    elsewhere: "SQS's own key",
    why: "each use of the key is logged",
  },
  {
    ...sqs,
    setting: "queues refused deletion by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "messages go with them",
  },
  {
    ...sqs,
    only: /-queue-jobs-pair$/,
    setting: "what fails too often put aside",
    path: "redrivePolicy",
    expected: given,
    elsewhere: "-",
    why: "one bad message does not hold up the others",
  },
];

/** What queues on GCP have without being told. */
export const gcpQueueSettings: readonly Setting[] = [
  {
    ...topic,
    setting: "messages encrypted with a key of our own",
    path: "kmsKeyName",
    expected: given,
    elsewhere: "Google's own key",
    why: "each use of the key is logged",
  },
  {
    ...topic,
    setting: "messages kept in the stack's region",
    path: "messageStoragePolicy.allowedPersistenceRegions.*",
    expected: "us-east1",
    elsewhere: "any region",
    why: "GDPR 44",
  },
  {
    ...topic,
    setting: "queues refused deletion by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "messages go with them",
  },
  {
    ...subscription,
    only: /-queue-jobs-pair$/,
    setting: "what fails too often put aside",
    path: "deadLetterPolicy.deadLetterTopic",
    expected: given,
    elsewhere: "-",
    why: "one bad message does not hold up the others",
  },
  {
    ...subscription,
    only: /-queue-jobs-pair/,
    setting: "subscriptions never expire",
    path: "expirationPolicy.ttl",
    expected: "",
    elsewhere: "31 days without a reader",
    why: "messages go with them",
  },
];
