import { isSet, mustBeAtLeast, mustBeOn, mustBeSet, mustHold } from "../check";
import { always, fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { isPublicSubnet, namedSubnets } from "./subnets";

const groups = ["aws:elasticache/replicationGroup:ReplicationGroup"] as const;

/** Encryption of a cluster that follows another is the datastore's, and ElastiCache refuses to be told of it twice. */
function followsDatastore(props: { readonly globalReplicationGroupId?: unknown }): boolean {
  return isSet(props, "globalReplicationGroupId");
}

export const atRest = resourceRule({
  id: "aws-elasticache-at-rest",
  title: "ElastiCache is encrypted at rest",
  severity: "high",
  description:
    "Snapshots and the disks behind a cache hold what the cache held; it can't be added to a running group.",
  remedy: "Set atRestEncryptionEnabled to true.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: groups,
  check: ({ props }) =>
    !followsDatastore(props) && mustBeOn(props.atRestEncryptionEnabled, "atRestEncryptionEnabled"),
});

export const auth = resourceRule({
  id: "aws-elasticache-auth",
  title: "ElastiCache asks who is there",
  severity: "high",
  description:
    "Being in the network is no right to read the cache: clients sign in, by IAM through a user group or by a token.",
  remedy: "Set userGroupIds to a user group whose users sign in by IAM, or authToken.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: groups,
  check: ({ props }) =>
    !isSet(props, "userGroupIds") &&
    !isSet(props, "authToken") &&
    !isSet(props, "authTokenWo") &&
    "neither userGroupIds nor authToken is set",
});

export const customerKey = resourceRule({
  id: "aws-elasticache-cmk",
  title: "ElastiCache is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set kmsKeyId to a KMS key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: groups,
  check: ({ props }) => mustBeSet(props, "kmsKeyId"),
});

export const failover = resourceRule({
  id: "aws-elasticache-failover",
  title: "ElastiCache fails over to another zone",
  severity: "medium",
  description:
    "With a replica in another zone a shard comes back in seconds; without one it comes back empty.",
  remedy:
    "Set automaticFailoverEnabled and multiAzEnabled to true and replicasPerNodeGroup to 1 or more (redis.replicasPerShard in the stack file).",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: groups,
  check: ({ props }) => [
    mustBeOn(props.automaticFailoverEnabled, "automaticFailoverEnabled"),
    mustBeOn(props.multiAzEnabled, "multiAzEnabled"),
    isSet(props, "numCacheClusters")
      ? mustBeAtLeast(props.numCacheClusters, 2, "numCacheClusters")
      : mustBeAtLeast(props.replicasPerNodeGroup, 1, "replicasPerNodeGroup"),
  ],
});

export const inTransit = resourceRule({
  id: "aws-elasticache-in-transit",
  title: "ElastiCache refuses connections without TLS",
  severity: "high",
  description:
    "Sessions and tokens cross the network to the cache: they cross it encrypted, and plain clients are refused.",
  remedy: 'Set transitEncryptionEnabled to true and leave transitEncryptionMode at "required".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: groups,
  check: ({ props }) => [
    !followsDatastore(props) && mustBeOn(props.transitEncryptionEnabled, "transitEncryptionEnabled"),
    props.transitEncryptionMode === "preferred" &&
      'transitEncryptionMode is "preferred", expected "required" or not set',
  ],
});

export const snapshots = resourceRule({
  id: "aws-elasticache-snapshots",
  title: "ElastiCache takes snapshots",
  severity: "medium",
  description:
    "What a cache-aside store loses comes back; what is kept only there does not, unless there are snapshots.",
  remedy: "Raise snapshotRetentionLimit (redis.snapshotRetentionDays in the stack file) to the days asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 0, maximum: 35, description: "Fewest days of snapshots." },
      values: { dev: 0, staging: 1, prod: 7 },
    },
  },
  types: groups,
  check: ({ props }, { minDays }) =>
    mustBeAtLeast(props.snapshotRetentionLimit, minDays, "snapshotRetentionLimit"),
});

export const userAcl = resourceRule({
  id: "aws-elasticache-user-acl",
  title: "ElastiCache users sign in",
  severity: "medium",
  description:
    "A user that needs no password, left switched on with every command allowed, makes the user group a formality.",
  remedy: 'Set authenticationMode.type to "iam"; give the default user an accessString of "off ~* -@all".',
  controls: { soc2: ["CC6.3"] },
  levels: fromStaging,
  types: ["aws:elasticache/user:User"],
  check: ({ props }) => {
    const open =
      props.noPasswordRequired === true || props.authenticationMode?.type === "no-password-required";
    return open && /(^|\s)on(\s|$)/.test(props.accessString ?? "") && "the user is on and needs no password";
  },
});

export const subnetGroup = stackRule({
  id: "aws-elasticache-subnet-group",
  title: "ElastiCache stands in private subnets",
  severity: "high",
  description:
    "Without a subnet group of its own a cache lands in the default VPC, whose subnets are all public.",
  remedy: "Set subnetGroupName to an aws.elasticache.SubnetGroup of private subnets.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: [...groups, "aws:elasticache/subnetGroup:SubnetGroup"],
  check: (resource, stack) =>
    resource.type === "aws:elasticache/subnetGroup:SubnetGroup"
      ? namedSubnets(resource, "subnetIds", stack)
          .filter((subnet) => isPublicSubnet(subnet, stack))
          .map(({ name }) => `subnetIds holds ${name}, which is public`)
      : mustBeSet<typeof resource.props>(resource.props, "subnetGroupName"),
});

export const autoMinorUpgrade = resourceRule({
  id: "aws-elasticache-auto-minor-upgrade",
  title: "ElastiCache takes minor versions by itself",
  severity: "low",
  description:
    "Minor versions bring the fixes; taken in the maintenance window they need nobody to remember.",
  remedy: "Set autoMinorVersionUpgrade to true, or leave it out.",
  controls: { soc2: ["CC7.1"], pciDss: ["6.3.3"] },
  levels: strictInProd,
  types: [...groups, "aws:elasticache/cluster:Cluster"],
  check: ({ props }) =>
    ["false", false].some((off) => off === props.autoMinorVersionUpgrade) &&
    "autoMinorVersionUpgrade is false, expected true or not set",
});

export const logDelivery = resourceRule({
  id: "aws-elasticache-log-delivery",
  title: "ElastiCache keeps its logs",
  severity: "low",
  description: "Which command held the others up, and why a node failed over, is in these logs alone.",
  remedy: "Name slow-log and engine-log as logType in logDeliveryConfigurations.",
  controls: { soc2: ["CC7.2"] },
  levels: onlyWarns,
  types: groups,
  check: ({ props }) =>
    mustHold(
      props.logDeliveryConfigurations?.map(({ logType }) => logType),
      ["slow-log", "engine-log"],
      "logDeliveryConfigurations",
    ),
});
