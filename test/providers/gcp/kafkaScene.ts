import type { KafkaArgs } from "../../../components/data/kafka";
import type { Access } from "../../../components/identity/workloadIdentity";
import type { GcpKafka } from "../../../providers/gcp/kafka";
import type { Ran, TestRunOptions } from "../../support/run";
import { clusterArgs, networkArgs, onGcp } from "./stack";

/** Types that it registers. */
export const kafkaTypes = {
  cluster: "gcp:managedkafka/cluster:Cluster",
  topic: "gcp:managedkafka/topic:Topic",
  acl: "gcp:managedkafka/acl:Acl",
  connect: "gcp:managedkafka/connectCluster:ConnectCluster",
  connector: "gcp:managedkafka/connector:Connector",
} as const;

const kafkaArgs = {
  hosting: "cloud",
  brokers: 3,
  machine: { vcpus: 2, memoryGiB: 8 },
  diskGiB: 200,
  retentionHours: 72,
  topics: { orders: { partitions: 12 }, payments: { partitions: 6, retentionHours: 24 } },
} as const satisfies Partial<KafkaArgs>;

/** What of the scene a test changes. */
export interface KafkaScene {
  readonly args?: Partial<KafkaArgs>;
  readonly recovery?: boolean;
  readonly recoveryCidr?: string;
  readonly watched?: boolean;
  /** Who may use it. */
  readonly users?: Readonly<Record<string, Access>>;
  /** Who is let in. @default all of `users` */
  readonly granted?: Readonly<Record<string, Access>>;
}

/** A Kafka of Google's service as a stack makes it: through the contract, in a network, with identities let in. */
export async function makeKafka(
  {
    args = {},
    recovery = false,
    recoveryCidr = "10.128.0.0/16",
    watched = false,
    users = {},
    granted = users,
  }: KafkaScene = {},
  options?: TestRunOptions,
): Promise<Ran<GcpKafka>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const { podCidr, serviceCidr } = networkArgs;
    const place = {
      network,
      region: "us-west1",
      cidr: recoveryCidr,
      zones: ["a", "b", "c"],
      podCidr,
      serviceCidr,
      flowLogRetentionDays: 365,
      protect: true,
    };
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const kafka = cloud.kafka(
      "main-kafka",
      {
        ...kafkaArgs,
        users,
        network,
        ...(recovery && { recovery: cloud.recovery("main-other", place, {}) }),
        cluster,
        namespace: "kafka",
        systemNamespace: "shop",
        nodeSelector: {},
        ready: [],
        identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
        identityEndpoints: [],
        ...args,
      },
      {},
    );
    for (const [user, access] of Object.entries(granted)) {
      const account = { cluster, namespace: "shop", serviceAccount: user };
      const identity = cloud.workloadIdentity(`main-${user}`, account, {});
      kafka.grant(`main-${user}-kafka`, identity, access, { parent: identity });
    }
    const onCall = { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" };
    if (watched) cloud.alarms("main-alarms", { onCall, network, cluster, stores: [kafka] }, {});
    // hosting is cloud in every scene
    return kafka as GcpKafka;
  }, options);
}
