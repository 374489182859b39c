import { gone, of, type StoreCase, to } from "./storeChanges";

const store = ["suuupra", "gcp", "kafka"] as const;
const byGoogle = ["kafka.hosting=cloud"];

/** Brokers that Google runs, where a stack says so. */
export const managedKafkaCases: readonly StoreCase[] = [
  ...of(
    store,
    ["gcp:managedkafka/cluster:Cluster", /-kafka$/],
    [
      [
        "it has no key",
        to("gcpConfig.kmsKey", undefined),
        "encrypted by",
        "the stack's key",
        "the cloud's key",
      ],
    ],
    byGoogle,
  ),
  ...of(
    store,
    ["gcp:managedkafka/topic:Topic", /-kafka-order-events$/],
    [["a topic has one copy", to("replicationFactor", 1), "HA", "3 zones", "no"]],
    byGoogle,
  ),
  ...of(
    store,
    ["gcp:managedkafka/connector:Connector", /-kafka-recovery-source$/],
    [["nothing copies it", gone, "DR copy", "replica", "no"]],
    byGoogle,
  ),
];
