import type { KafkaArgs } from "../../../components/data/kafka";
import type { RecoveryPlace } from "../../../components/data/recovery";
import { awsProvider } from "../../../providers/aws";
import type { AwsKafka } from "../../../providers/aws/kafka";
import { type Ran, run, type TestRunOptions } from "../../support/run";
import { onCall } from "./alarmScene";
import { here } from "./stacks";

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
  readonly zones?: readonly string[];
  readonly recovery?: boolean;
  readonly watched?: boolean;
  readonly access?: "read" | "readWrite";
}

const blocks = { podCidr: "10.64.0.0/15", serviceCidr: "172.20.0.0/18" } as const;

/** A Kafka as a stack makes it: through the contract, in a network, with an identity let in. */
export async function makeKafka(
  { args = {}, zones = ["a", "b", "c"], recovery = false, watched = false, access }: KafkaScene = {},
  options?: TestRunOptions,
): Promise<Ran<AwsKafka>> {
  return await run(() => {
    const cloud = awsProvider("main", { ...here, tags: {} }, {});
    const network = cloud.network("main-network", { cidr: "10.0.0.0/16", zones, ...blocks }, {});
    const place: RecoveryPlace | undefined = recovery
      ? cloud.recovery(
          "main-other",
          {
            network,
            region: "us-west-2",
            cidr: "10.128.0.0/16",
            zones: ["a", "b", "c"],
            ...blocks,
            flowLogRetentionDays: 365,
            protect: true,
          },
          {},
        )
      : undefined;
    const pools = {
      system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
    } as const;
    const cluster = cloud.cluster("main-cluster", { network, version: "1.35", nodePools: pools }, {});
    const kafka = cloud.kafka(
      "main-kafka",
      {
        ...kafkaArgs,
        users: {},
        network,
        ...(place !== undefined && { recovery: place }),
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
    if (access !== undefined) {
      const identity = cloud.workloadIdentity(
        "main-api",
        { cluster, namespace: "shop", serviceAccount: "api" },
        {},
      );
      kafka.grant("main-api-kafka", identity, access, { parent: identity });
    }
    if (watched) cloud.alarms("main-alarms", { onCall, network, cluster, stores: [kafka] }, {});
    // hosting is cloud in every scene
    return kafka as AwsKafka;
  }, options);
}
