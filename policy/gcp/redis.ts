import { isSet, mustBeAtLeast, mustBeOn, mustBeOneOf, mustBeSet } from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const stores = ["gcp:redis/cluster:Cluster", "gcp:redis/instance:Instance"] as const;

export const auth = resourceRule({
  id: "gcp-redis-auth",
  title: "Memorystore asks who is there",
  severity: "high",
  description: "Being in the network is no right to read the cache: clients sign in.",
  remedy: 'Set authorizationMode to "AUTH_MODE_IAM_AUTH" on a cluster, authEnabled to true on an instance.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: stores,
  check: (store) =>
    store.type === "gcp:redis/cluster:Cluster"
      ? mustBeOneOf(store.props.authorizationMode, ["AUTH_MODE_IAM_AUTH"], "authorizationMode")
      : mustBeOn(store.props.authEnabled, "authEnabled"),
});

export const customerKey = resourceRule({
  id: "gcp-redis-cmek",
  title: "Memorystore is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set kmsKey (customerManagedKey on an instance) to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: stores,
  check: (store) =>
    store.type === "gcp:redis/cluster:Cluster"
      ? mustBeSet(store.props, "kmsKey")
      : mustBeSet(store.props, "customerManagedKey"),
});

export const deletionProtection = resourceRule({
  id: "gcp-redis-deletion-protection",
  title: "Memorystore refuses deletion",
  severity: "medium",
  description: "It takes a second change to allow a store's deletion.",
  remedy: "Set deletionProtectionEnabled (deletionProtection on an instance) to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: stores,
  check: (store) =>
    store.type === "gcp:redis/cluster:Cluster"
      ? mustBeOn(store.props.deletionProtectionEnabled, "deletionProtectionEnabled")
      : mustBeOn(store.props.deletionProtection, "deletionProtection"),
  remediation: {
    "gcp:redis/cluster:Cluster": { deletionProtectionEnabled: true },
    "gcp:redis/instance:Instance": { deletionProtection: true },
  },
});

export const highAvailability = resourceRule({
  id: "gcp-redis-ha",
  title: "Memorystore fails over to another zone",
  severity: "medium",
  description:
    "With a replica in another zone a shard comes back in seconds; without one it comes back empty.",
  remedy:
    'Set replicaCount to 1 or more (redis.replicasPerShard in the stack file), on an instance tier "STANDARD_HA".',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: stores,
  check: (store) =>
    store.type === "gcp:redis/cluster:Cluster"
      ? [
          mustBeAtLeast(store.props.replicaCount, 1, "replicaCount"),
          store.props.zoneDistributionConfig?.mode === "SINGLE_ZONE" &&
            'zoneDistributionConfig.mode is "SINGLE_ZONE", expected "MULTI_ZONE" or not set',
        ]
      : mustBeOneOf(store.props.tier, ["STANDARD_HA"], "tier"),
});

export const inTransit = resourceRule({
  id: "gcp-redis-in-transit",
  title: "Memorystore refuses connections without TLS",
  severity: "high",
  description: "Sessions and tokens cross the network to the cache: they cross it encrypted.",
  remedy:
    'Set transitEncryptionMode to "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION" ("SERVER_AUTHENTICATION" on an instance).',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: stores,
  check: ({ type, props }) =>
    mustBeOneOf(
      props.transitEncryptionMode,
      [
        type === "gcp:redis/cluster:Cluster"
          ? "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"
          : "SERVER_AUTHENTICATION",
      ],
      "transitEncryptionMode",
    ),
});

export const persistence = resourceRule({
  id: "gcp-redis-persistence",
  title: "Memorystore can be restored",
  severity: "medium",
  description:
    "What a cache-aside store loses comes back; what is kept only there does not, unless it is written down.",
  remedy: "Set automatedBackupConfig (redis.snapshotRetentionDays in the stack file) or persistenceConfig.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: stores,
  check: (store) => {
    if (store.type === "gcp:redis/cluster:Cluster" && isSet(store.props, "automatedBackupConfig")) return;
    const mode =
      store.type === "gcp:redis/cluster:Cluster"
        ? store.props.persistenceConfig?.mode
        : store.props.persistenceConfig?.persistenceMode;
    return (mode === undefined || mode === "DISABLED") && "neither backups nor persistence are on";
  },
});

export const privateAccess = resourceRule({
  id: "gcp-redis-private",
  title: "Memorystore is reached by private services access",
  severity: "high",
  description:
    "By direct peering it takes a range of the network that nobody planned; without a network it stands in the default one.",
  remedy: 'Set connectMode to "PRIVATE_SERVICE_ACCESS" and authorizedNetwork to a network of our own.',
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: ["gcp:redis/instance:Instance"],
  check: ({ props }) => [
    mustBeOneOf(props.connectMode, ["PRIVATE_SERVICE_ACCESS"], "connectMode"),
    // unset is the default network
    isSet(props, "authorizedNetwork")
      ? /(^|\/)default$/.test(props.authorizedNetwork ?? "") && "authorizedNetwork is the default network"
      : "authorizedNetwork is not set",
  ],
});
