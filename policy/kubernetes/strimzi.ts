import { isSet, mustBeAtLeast, mustBeOff, mustBeOneOf, mustBeOn, mustBeSet, show } from "../check";
import { always, fromStaging, offInDev } from "../levels";
import { resourceRule, type Verdict } from "../rule";
import type { KafkaNodePoolArgs } from "./kafkaKinds";

const kafka = ["kubernetes:kafka.strimzi.io/v1:Kafka"] as const;

export const listener = resourceRule({
  id: "strimzi-listener-secure",
  title: "Brokers in the cluster want TLS and a sign-in",
  severity: "critical",
  description:
    "Whoever reaches a plain listener reads what crosses it; whoever reaches an open one reads and writes every topic.",
  remedy:
    "Give each of spec.kafka.listeners tls true and an authentication (scram-sha-512, tls or custom), and none of type nodeport or loadbalancer.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: kafka,
  check: ({ props: { spec } }) => {
    const listeners = spec?.kafka?.listeners ?? [];
    return [
      listeners.length === 0 && "spec.kafka.listeners is empty",
      ...listeners.flatMap(({ tls, authentication, type }, place): Verdict[] => {
        const path = `spec.kafka.listeners.${place}`;
        return [
          mustBeOn(tls, `${path}.tls`),
          mustBeSet(authentication, "type", `${path}.authentication.type`),
          mustBeOneOf(type, ["internal", "cluster-ip"], `${path}.type`),
        ];
      }),
    ];
  },
});

/** Users that no rule binds: more than the operators' own few are none that anybody keeps account of. */
const mostSuperUsers = 2;

export const authorization = resourceRule({
  id: "strimzi-authorization",
  title: "Brokers in the cluster know who may do what",
  severity: "high",
  description: "Without authorization every client that signs in reads, writes and deletes every topic.",
  remedy:
    'Set spec.kafka.authorization.type to "simple", keep superUsers short, and leave allow.everyone.if.no.acl.found off.',
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: kafka,
  check: ({ props: { spec } }) => {
    const { authorization, config } = spec?.kafka ?? {};
    const superUsers = authorization?.superUsers?.length ?? 0;
    return [
      mustBeSet(authorization, "type", "spec.kafka.authorization.type"),
      superUsers > mostSuperUsers &&
        `spec.kafka.authorization.superUsers has ${superUsers}, expected ${mostSuperUsers} or fewer`,
      String(config?.["allow.everyone.if.no.acl.found"]) === "true" &&
        "allow.everyone.if.no.acl.found is true",
    ];
  },
});

export const durability = resourceRule({
  id: "strimzi-durability",
  title: "Brokers in the cluster lose nothing that they acknowledged",
  severity: "high",
  description:
    "Copies in one zone, a leader that missed messages, or a volume that goes with its claim lose data for good.",
  remedy:
    "Have three brokers or more on persistent claims with deleteClaim false, a rack, default.replication.factor 3, min.insync.replicas 2 and no unclean election.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: [...kafka, "kubernetes:kafka.strimzi.io/v1:KafkaNodePool"],
  check: (resource) => {
    if (resource.type === "kubernetes:kafka.strimzi.io/v1:KafkaNodePool") return poolOf(resource.props.spec);
    const { config, rack } = resource.props.spec?.kafka ?? {};
    const path = "spec.kafka.config";
    return [
      mustBeSet(rack, "topologyKey", "spec.kafka.rack.topologyKey"),
      mustBeAtLeast(config?.["default.replication.factor"], 3, `${path}.default.replication.factor`),
      mustBeAtLeast(config?.["min.insync.replicas"], 2, `${path}.min.insync.replicas`),
      mustBeOff(config?.["unclean.leader.election.enable"], `${path}.unclean.leader.election.enable`),
    ];
  },
});

function poolOf(spec: KafkaNodePoolArgs["spec"]): Verdict {
  const volumes = spec?.storage?.volumes ?? [];
  return [
    mustBeAtLeast(spec?.replicas, 3, "spec.replicas"),
    volumes.length === 0 && "spec.storage.volumes is empty",
    ...volumes.flatMap(({ type, deleteClaim = false }, place): Verdict[] => [
      mustBeOneOf(type, ["persistent-claim"], `spec.storage.volumes.${place}.type`),
      mustBeOff(deleteClaim, `spec.storage.volumes.${place}.deleteClaim`),
    ]),
  ];
}

export const topic = resourceRule({
  id: "strimzi-topic-durability",
  title: "Topics in the cluster have copies and an end",
  severity: "medium",
  description:
    "A topic with one copy goes with its broker; one that keeps messages for ever keeps what had to be deleted.",
  remedy: "Set spec.replicas to 3, and in spec.config min.insync.replicas to 2 and retention.ms.",
  controls: { soc2: ["A1.2"], gdpr: ["5(1)(e)"] },
  levels: offInDev,
  types: ["kubernetes:kafka.strimzi.io/v1:KafkaTopic"],
  check: ({ props: { spec } }) => [
    mustBeAtLeast(spec?.replicas, 3, "spec.replicas"),
    mustBeAtLeast(Number(spec?.config?.["min.insync.replicas"]), 2, "spec.config.min.insync.replicas"),
    !(Number(spec?.config?.["retention.ms"]) > 0) &&
      `spec.config.retention.ms is ${show(spec?.config?.["retention.ms"])}, expected a time`,
  ],
});

export const user = resourceRule({
  id: "strimzi-user-acl",
  title: "Users of brokers in the cluster may do what they need",
  severity: "high",
  description: "A user of every topic, or one without bounds, can read or stop what others do.",
  remedy:
    "Set spec.authentication, name each topic and group in spec.authorization.acls with the operations it needs, and set spec.quotas.",
  controls: { soc2: ["CC6.3"], gdpr: ["25"] },
  levels: fromStaging,
  types: ["kubernetes:kafka.strimzi.io/v1:KafkaUser"],
  check: ({ props: { spec } }) => [
    mustBeSet(spec?.authentication, "type", "spec.authentication.type"),
    mustBeSet(spec?.authorization, "type", "spec.authorization.type"),
    ...(spec?.authorization?.acls ?? []).map(
      ({ resource, operations = ["All"] }, place) =>
        resource?.name === "*" &&
        operations.some((operation) => operation === "All") &&
        `spec.authorization.acls.${place} allows everything on every ${resource.type ?? "resource"}`,
    ),
    !isSet(spec, "quotas") && "spec.quotas is not set",
  ],
});
