import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { MachineShape } from "../cluster/nodePools";
import type { Access } from "../identity/workloadIdentity";
import { lost, type Recovery, type RecoveryPlanner } from "./recovery";
import type { CountedLog } from "../scaling/backlog";
import type { SpecOf, Store, StorePlace } from "./store";

/** Who runs the brokers: the cloud, as a service of its own, or an operator in the cluster. */
export const kafkaHostings = ["cloud", "cluster"] as const;
export type KafkaHosting = (typeof kafkaHostings)[number];

/**
 * Releases of Apache Kafka that can be asked for, newest first; all without ZooKeeper. The first is taken where none is.
 *
 * - `cloud`: what MSK has for Standard brokers (`aws kafka list-kafka-versions`; 4.2 is for Express brokers alone). Google's
 *   service takes none: it has one release, which Google's provider can't name.
 * - `cluster`: what the pinned release of Strimzi runs (strimzi/strimzi-kafka-operator, kafka-versions.yaml of 1.2.0).
 */
export const kafkaVersions = {
  cloud: ["4.1", "4.0", "3.9"],
  cluster: ["4.3", "4.2"],
} as const satisfies Readonly<Record<KafkaHosting, readonly string[]>>;

/** Fewest brokers: with one, its loss would lose what was acknowledged. */
export const leastKafkaBrokers = 2;

/** Most brokers of a cluster without ZooKeeper on MSK (https://docs.aws.amazon.com/msk/latest/developerguide/limits.html). */
export const mostKafkaBrokers = 60;

/** Copies of each partition, where there are brokers for them. */
const copies = 3;

/** A topic; each of its partitions has a copy in each of three zones. */
export interface KafkaTopic {
  /** Most consumers of a group that can share it, 1 to 1000; can be raised, never lowered. */
  readonly partitions: number;
  /**
   * How long messages are kept, hours.
   *
   * @default the store's `retentionHours`
   */
  readonly retentionHours?: number;
}

/** Arguments of a {@link Kafka}, the same on every cloud. */
export interface KafkaArgs extends StorePlace {
  readonly hosting: KafkaHosting;
  /**
   * Release, one of `kafkaVersions` for who runs it; not to be said where Google does.
   *
   * @default - the newest of them
   */
  readonly version?: string;
  /**
   * Brokers, at least: `leastKafkaBrokers` to `mostKafkaBrokers`. MSK has as many in each zone; in the cluster there are three
   * or more, of which a majority keeps account of the others. Google's service is given what so many have together, three at
   * least, and makes brokers of it as it sees fit.
   */
  readonly brokers: number;
  /** What a broker must have. */
  readonly machine: MachineShape;
  /**
   * First size of a broker's disk, GiB, 1 to 16,384. MSK's grows by itself up to `maxDiskGiB`; in the cluster it grows when
   * this does, as on Google's service, which keeps on it what is written to, and the rest in Cloud Storage.
   */
  readonly diskGiB: number;
  /**
   * Where disks grow by themselves, on MSK alone.
   *
   * @default four times `diskGiB`
   */
  readonly maxDiskGiB?: number;
  /** How long messages are kept, hours, where their topic says nothing. */
  readonly retentionHours: number;
  /** Topics by name: nobody else can make one. */
  readonly topics: Readonly<Record<string, KafkaTopic>>;
  /**
   * Messages that a group of consumers may be behind before somebody is told.
   *
   * @default 100_000 - a hundred consumers, each with the thousand at which another is started
   */
  readonly maxConsumerLag?: number;
}

export const defaultMaxConsumerLag = 100_000;

/** Who may use the topics: the services that name the store, and how. Known before the first is let in. */
export interface KafkaUsers {
  readonly users: Readonly<Record<string, Access>>;
}

/**
 * A Kafka cluster: private, encrypted with our key, TLS and a sign-in required, a broker in each zone. Each workload has the
 * group of consumers that bears its name, reads the topics, and writes them where its access is `readWrite`.
 *
 * `connection` holds `KAFKA_BOOTSTRAP_SERVERS`, `KAFKA_SECURITY_PROTOCOL` and `KAFKA_SASL_MECHANISM`; who is let in is told
 * `KAFKA_GROUP_ID`, and where the brokers know no identity of the cloud `KAFKA_USERNAME` and, by reference,
 * `KAFKA_PASSWORD`. `KAFKA_CA_FILE` names the file of `caBundle` where there is one.
 *
 * With `OAUTHBEARER` the token is of the cloud's own making, which a library of the cloud fetches as the workload's identity:
 * on AWS aws-msk-iam-sasl-signer (in Java aws-msk-iam-auth, whose mechanism is AWS_MSK_IAM), on GCP the login callback handler
 * `com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler`, or for other languages the local authentication server of
 * https://github.com/googleapis/managedkafka. Neither needs a password or a file.
 */
export interface Kafka extends Store, CountedLog {
  /** Where clients begin: hosts and ports, joined by commas. */
  readonly bootstrapServers: pulumi.Output<string>;
}

/** Copies of each partition, and how many of them must have a message before it is acknowledged. */
export function kafkaReplication(brokers: number): {
  readonly replicas: number;
  readonly minInSyncReplicas: number;
} {
  const replicas = Math.min(copies, brokers);
  return { replicas, minInSyncReplicas: Math.max(1, replicas - 1) };
}

const hourMs = 3_600_000;

/** A topic's own settings, by Kafka's names. */
export function topicSettings(
  { retentionHours }: KafkaTopic,
  store: Pick<KafkaArgs, "brokers" | "retentionHours">,
): Readonly<Record<string, string>> {
  return {
    "cleanup.policy": "delete",
    "min.insync.replicas": String(kafkaReplication(store.brokers).minInSyncReplicas),
    "retention.ms": String((retentionHours ?? store.retentionHours) * hourMs),
  };
}

/** What every broker is set to, by Kafka's names: nothing acknowledged is lost with one zone, and no topic made by chance. */
export function brokerSettings({
  brokers,
  retentionHours,
}: Pick<KafkaArgs, "brokers" | "retentionHours">): Readonly<Record<string, boolean | number>> {
  const { replicas, minInSyncReplicas } = kafkaReplication(brokers);
  return {
    "auto.create.topics.enable": false,
    "default.replication.factor": replicas,
    "log.retention.hours": retentionHours,
    "min.insync.replicas": minInSyncReplicas,
    "offsets.topic.replication.factor": replicas,
    "transaction.state.log.min.isr": minInSyncReplicas,
    "transaction.state.log.replication.factor": replicas,
    "unclean.leader.election.enable": false,
  };
}

/** What Kafka takes for a topic's name and Kubernetes for an object's: dots and underscores can't be told apart in metrics. */
const topicName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** @throws RangeError where no cloud could have such a cluster */
export function checkKafka(args: KafkaArgs): void {
  const { hosting, version, brokers, diskGiB, maxDiskGiB, retentionHours, topics } = args;
  const versions: readonly string[] = kafkaVersions[hosting];
  if (version !== undefined && !versions.includes(version)) {
    throw new RangeError(
      `version: expected one of ${versions.join(", ")} where hosting is ${hosting}, got ${version}`,
    );
  }
  whole("brokers", brokers, leastKafkaBrokers, mostKafkaBrokers);
  whole("diskGiB", diskGiB, 1, 16_384);
  if (maxDiskGiB !== undefined) whole("maxDiskGiB", maxDiskGiB, diskGiB, 16_384);
  whole("retentionHours", retentionHours, 1, 87_600);
  for (const [topic, { partitions, retentionHours: own }] of Object.entries(topics)) {
    if (!topicName.test(topic)) {
      throw new RangeError(`topics: expected names of lower-case letters, digits and dashes, got "${topic}"`);
    }
    whole(`topics.${topic}.partitions`, partitions, 1, 1000);
    if (own !== undefined) whole(`topics.${topic}.retentionHours`, own, 1, 87_600);
  }
}

function whole(key: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${key}: expected a whole number from ${least} to ${most}, got ${value}`);
  }
}

/** When the copy in the other region is so far behind that somebody is told: a message's age on arrival, and for how long. */
export const kafkaLag = { seconds: 300, minutes: 5 } as const;

/**
 * When MirrorMaker's copy on GCP takes so small a part of what is written that somebody is told, and for how long; a value
 * stands for five minutes.
 */
export const mirrorLag = { part: 0.95, minutes: 15, valueMinutes: 5 } as const;

/** What it is made of that a Kafka answers in the other region, minutes. */
const failover = {
  /** An alarm is answered, and somebody decides. */
  decide: 15,
  /** An operator and its brokers start in a cluster that stands: images are pulled and volumes made. */
  start: 15,
  /** The workloads are told the address. */
  repoint: 15,
} as const;

/** What MSK Replicator had copied; nothing waits for it, so that what bounds it is the alarm at which somebody sees to it. */
const copied: Recovery = {
  by: "cluster in the other region that topics and offsets are copied to",
  rpoMinutes: kafkaLag.seconds / 60 + kafkaLag.minutes,
  // it takes writes at any time: nothing has to be promoted
  rtoMinutes: failover.decide + failover.repoint,
  source:
    `${kafkaLag.seconds / 60} minutes of lag, for which an alarm waits ${kafkaLag.minutes} ` +
    "(https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator.html); " +
    `${failover.decide} minutes to decide, ${failover.repoint} to point workloads to it`,
};

/** What MirrorMaker had copied on GCP, as long as it keeps up: what bounds it is the alarm at which it does not. */
const mirrored: Recovery = {
  by: copied.by,
  rpoMinutes: mirrorLag.minutes + mirrorLag.valueMinutes,
  rtoMinutes: copied.rtoMinutes,
  source:
    `${mirrorLag.minutes} minutes with less than ${mirrorLag.part * 100} % of the messages copied, told of after ${mirrorLag.valueMinutes} more ` +
    "(https://cloud.google.com/managed-service-for-apache-kafka/docs/connect-cluster/create-mirrormaker-connector); " +
    `${failover.decide} minutes to decide, ${failover.repoint} to point workloads to it`,
};

/** By the cloud whose service it is. */
const copiedBy: Readonly<Record<Cloud, Recovery>> = { aws: copied, gcp: mirrored };

/** Brokers in the cluster go with the cluster, and so do their messages; what stands for them in the program does not. */
const madeAgain: Recovery = {
  by: "made again beside the workloads, empty",
  rpoMinutes: Infinity,
  rtoMinutes: failover.decide + failover.start + failover.repoint,
  source:
    "no message is kept outside the region; " +
    `${failover.decide} minutes to decide, ${failover.start} until operator and brokers run, ${failover.repoint} to point workloads to them`,
};

/** What comes back of a Kafka when its region is lost: what was copied, or an empty one that takes messages again. */
export const kafkaRecovery: RecoveryPlanner<SpecOf<KafkaArgs>> = ({ hosting }, { cloud, recoveryRegion }) => {
  if (!recoveryRegion) return lost;
  if (hosting === "cluster") return madeAgain;
  return copiedBy[cloud];
};
