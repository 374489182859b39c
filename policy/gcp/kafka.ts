import { mustBeAtLeast, mustBeSet } from "../check";
import { fromStaging, inProd } from "../levels";
import { resourceRule } from "../rule";

export const secure = resourceRule({
  id: "gcp-kafka-secure",
  title: "Managed Kafka is under our key, and open to nobody in particular",
  severity: "high",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost disks unreadable; it can't be changed later. A rule for everybody lets whoever may connect read every topic and write to it.",
  remedy:
    'Set gcpConfig.kmsKey to a key of this stack, and name single accounts in aclEntries, or single operations for "User:*".',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["gcp:managedkafka/cluster:Cluster", "gcp:managedkafka/acl:Acl"],
  check: (resource) => {
    if (resource.type === "gcp:managedkafka/cluster:Cluster") {
      const { gcpConfig } = resource.props;
      return mustBeSet(gcpConfig, "kmsKey", "gcpConfig.kmsKey");
    }
    return (resource.props.aclEntries ?? []).map(
      ({ principal, operation, permissionType = "ALLOW" }, place) =>
        principal === "User:*" &&
        operation?.toUpperCase() === "ALL" &&
        permissionType.toUpperCase() === "ALLOW" &&
        `aclEntries[${place}] allows everybody everything`,
    );
  },
});

export const topicDurability = resourceRule({
  id: "gcp-kafka-topic-durability",
  title: "Topics of Managed Kafka outlive a zone",
  severity: "medium",
  description:
    "With three copies, of which two acknowledge a message, one zone may go without anything being lost or refused.",
  remedy: 'Set replicationFactor to 3 and configs["min.insync.replicas"] to 2.',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: ["gcp:managedkafka/topic:Topic"],
  check: ({ props: { replicationFactor, configs } }) => [
    mustBeAtLeast(replicationFactor, 3, "replicationFactor"),
    mustBeAtLeast(Number(configs?.["min.insync.replicas"] ?? 1), 2, 'configs["min.insync.replicas"]'),
  ],
});
