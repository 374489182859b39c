import { mustBeOn } from "../check";
import { fromStaging, inProd } from "../levels";
import { resourceRule } from "../rule";

const clusters = ["kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch"] as const;

export const secure = resourceRule({
  id: "k8s-elasticsearch-secure",
  title: "Elasticsearch has TLS and no superuser",
  severity: "critical",
  description:
    "The operator's defaults encrypt every connection, and make a user who may do all, with a password in a Secret.",
  remedy:
    "Leave spec.http.tls.selfSignedCertificate and spec.transport as they are, set spec.auth.disableElasticUser to true and xpack.security.enabled nowhere.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { spec } }) => [
    spec?.http?.tls?.selfSignedCertificate?.disabled === true &&
      "spec.http.tls.selfSignedCertificate.disabled is true: it answers in plain text",
    mustBeOn(spec?.auth?.disableElasticUser, "spec.auth.disableElasticUser"),
    (spec?.nodeSets ?? []).some(({ config }) => config?.["xpack.security.enabled"] === false) &&
      "spec.nodeSets has xpack.security.enabled false: whoever reaches it may do all",
  ],
});

/** Whether nodes with these roles may be elected: all may that say nothing. */
function mayBeMaster(roles: readonly unknown[] | undefined): boolean {
  return roles?.includes("master") ?? true;
}

export const available = resourceRule({
  id: "k8s-elasticsearch-ha",
  title: "Elasticsearch outlives a node and a zone",
  severity: "medium",
  description:
    "Of three masters two can go on, of two none; nodes that know their zone keep no two copies of a shard in one.",
  remedy:
    "Let the sets of nodes with the role master have 3 or more together, and set spec.nodeSets[].zoneAwareness and volumeClaimTemplates.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: clusters,
  check: ({ props: { spec } }) => {
    const sets = spec?.nodeSets ?? [];
    const masters = sets
      .filter(({ config }) => mayBeMaster(config?.["node.roles"]))
      .reduce((sum, { count = 0 }) => sum + count, 0);
    return [
      masters < 3 && `spec.nodeSets has ${masters} that may be master, expected at least 3`,
      ...sets.map(({ name, zoneAwareness, volumeClaimTemplates = [] }) => [
        zoneAwareness === undefined && `spec.nodeSets ${name ?? ""} has no zoneAwareness`,
        volumeClaimTemplates.length === 0 && `spec.nodeSets ${name ?? ""} has no volumeClaimTemplates`,
      ]),
    ];
  },
});
