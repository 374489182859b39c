import { isTrue, mustBeAtLeast, show } from "../check";
import { fromStaging } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, type Verdict } from "../rule";

/** The operator's kind, in its group and in the one that it had before. */
const clusters = [
  "kubernetes:opensearch.org/v1:OpenSearchCluster",
  "kubernetes:opensearch.opster.io/v1:OpenSearchCluster",
] as const;

export const secure = resourceRule({
  id: "k8s-opensearch-secure",
  title: "OpenSearch in the cluster has TLS, a password of its own and disks",
  severity: "critical",
  description:
    "Without TLS there is no sign-in, with the demo's certificates and admin:admin there is one that everybody knows, and an emptyDir goes with its pod.",
  remedy:
    "Set security.tls.http and transport, security.config.adminCredentialsSecret, three cluster managers and persistence.pvc, and leave plugins.security.disabled out.",
  controls: { nsa: ["Encryption"], soc2: ["CC6.1", "CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { spec } }) => {
    const additional = spec?.general?.additionalConfig ?? {};
    return [
      securityOf(spec?.security),
      ["plugins.security.disabled", "plugins.security.allow_unsafe_democertificates"].map(
        (key) =>
          isTrue(additional[key]) && `spec.general.additionalConfig has ${key} ${show(additional[key])}`,
      ),
      poolsOf(spec?.nodePools ?? []),
    ];
  },
});

type Spec = NonNullable<ResourceOf<(typeof clusters)[number]>["props"]["spec"]>;

function securityOf(security: Spec["security"]): Verdict {
  const { config, tls } = security ?? {};
  return [
    tls?.http === undefined && "spec.security.tls.http is not set",
    tls?.transport === undefined && "spec.security.tls.transport is not set",
    (config?.adminCredentialsSecret?.name ?? "") === "" &&
      "spec.security.config.adminCredentialsSecret is not set",
  ];
}

function poolsOf(pools: NonNullable<Spec["nodePools"]>): Verdict {
  const managers = pools
    .filter(({ roles = [] }) => roles.some((role) => ["cluster_manager", "master"].includes(role)))
    .reduce((sum, { replicas = 0 }) => sum + replicas, 0);
  return [
    mustBeAtLeast(managers, 3, "the number of cluster managers"),
    pools
      .filter(({ persistence }) => persistence?.emptyDir !== undefined || persistence?.hostPath !== undefined)
      .map(({ component = "" }) => `node pool ${component} keeps its data with the pod or the node`),
  ];
}
