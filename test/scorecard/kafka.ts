import type { Setting } from "./setting";
import { given } from "./setting";

const msk = { area: "Kafka", type: "aws:msk/cluster:Cluster" };
const managed = { area: "Kafka", type: "gcp:managedkafka/cluster:Cluster" };
const strimzi = { area: "Kafka", type: "kubernetes:kafka.strimzi.io/v1:Kafka" };
const pool = { area: "Kafka", type: "kubernetes:kafka.strimzi.io/v1:KafkaNodePool" };

/** Brokers of MSK. */
export const awsKafkaSettings: readonly Setting[] = [
  {
    ...msk,
    setting: "brokers refuse connections without TLS",
    path: "encryptionInfo.encryptionInTransit.clientBroker",
    expected: "TLS",
    elsewhere: "tf-msk the same",
    why: "no client falls back to plain text",
  },
  {
    ...msk,
    setting: "brokers' disks under a key of ours",
    path: "encryptionInfo.encryptionAtRestKmsKeyArn",
    expected: given,
    elsewhere: "-",
    why: "it can't be changed later",
  },
  {
    ...msk,
    setting: "clients sign in by IAM",
    path: "clientAuthentication.sasl.iam",
    expected: true,
    elsewhere: "tf-msk none",
    why: "being in the network is no right to read every topic",
  },
  {
    ...msk,
    setting: "nobody is let in without signing in",
    path: "clientAuthentication.unauthenticated",
    expected: false,
    elsewhere: "-",
    why: "the service lets them in beside those who do",
  },
  {
    ...msk,
    setting: "metrics of each broker",
    path: "enhancedMonitoring",
    expected: "PER_BROKER",
    elsewhere: "-",
    why: "the cluster's own hide the broker that is full",
  },
  {
    ...msk,
    setting: "Kafka deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "what it holds is lost with it, and the service refuses nothing",
  },
];

/** Brokers of Google's service, and of Strimzi. */
export const gcpKafkaSettings: readonly Setting[] = [
  {
    ...managed,
    setting: "brokers' disks under a key of ours, Google's service",
    path: "gcpConfig.kmsKey",
    expected: given,
    elsewhere: "-",
    why: "it can't be changed later",
  },
  {
    ...managed,
    setting: "partitions move to new brokers by themselves",
    path: "rebalanceConfig.mode",
    expected: "AUTO_REBALANCE_ON_SCALE_UP",
    elsewhere: "-",
    why: "a broker without partitions takes no load off the others",
  },
  {
    ...managed,
    setting: "Kafka deletion refused by the provider",
    path: "deletionPolicy",
    expected: "PREVENT",
    elsewhere: "-",
    why: "what it holds is lost with it, and the service refuses nothing",
  },
  {
    ...strimzi,
    setting: "brokers' listeners have TLS",
    path: "spec.kafka.listeners.*.tls",
    expected: true,
    elsewhere: "-",
    why: "no client falls back to plain text",
  },
  {
    ...strimzi,
    setting: "brokers' listeners ask for a password",
    path: "spec.kafka.listeners.*.authentication.type",
    expected: "scram-sha-512",
    elsewhere: "-",
    why: "being in the cluster is no right to read every topic",
  },
  {
    ...strimzi,
    setting: "brokers refuse what no rule allows",
    path: "spec.kafka.authorization.type",
    expected: "simple",
    elsewhere: "-",
    why: "without it whoever signs in may do everything",
  },
  {
    ...pool,
    setting: "brokers' volumes stay when they go",
    path: "spec.storage.volumes.*.deleteClaim",
    expected: false,
    elsewhere: "-",
    why: "what was deleted by mistake comes back",
  },
  {
    ...strimzi,
    setting: "Kafka deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "what it holds is lost with it",
  },
];
