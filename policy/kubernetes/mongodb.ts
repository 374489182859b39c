import { mustBeAtLeast, mustBeOneOf } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";

const sets = ["kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB"] as const;

export const secure = resourceRule({
  id: "k8s-mongodb-tls",
  title: "MongoDB refuses connections without TLS",
  severity: "high",
  description: "The operator's default prefers TLS, and takes plain text as well.",
  remedy:
    'Set spec.tls.mode to "requireTLS", and leave spec.unsafeFlags.tls and allowInvalidCertificates false.',
  controls: { nsa: ["Encryption"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: sets,
  check: ({ props: { spec } }) => [
    mustBeOneOf(spec?.tls?.mode, ["requireTLS"], "spec.tls.mode"),
    spec?.tls?.allowInvalidCertificates === true && "spec.tls.allowInvalidCertificates is true",
    spec?.unsafeFlags?.tls === true && "spec.unsafeFlags.tls is true: it answers in plain text",
  ],
});

export const available = resourceRule({
  id: "k8s-mongodb-ha",
  title: "MongoDB outlives a node",
  severity: "medium",
  description: "Of three nodes two elect a primary, of two none; pods of a set on one node are lost with it.",
  remedy:
    "Set spec.replsets[].size to 3 or more, and affinity.antiAffinityTopologyKey to the node's host name or zone.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: sets,
  check: ({ props: { spec } }) =>
    (spec?.replsets ?? []).map(({ size, affinity }, place) => [
      mustBeAtLeast(size, 3, `spec.replsets[${place}].size`),
      mustBeOneOf(
        affinity?.antiAffinityTopologyKey,
        ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
        `spec.replsets[${place}].affinity.antiAffinityTopologyKey`,
      ),
    ]),
});
