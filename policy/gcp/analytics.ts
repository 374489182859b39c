import { mustBeOn, mustBeOneOf, mustBeSet, show } from "../check";
import { always, inProd, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const datasets = ["gcp:bigquery/dataset:Dataset"] as const;

export const datasetPrivate = resourceRule({
  id: "gcp-bigquery-not-public",
  title: "BigQuery shows nothing to everyone",
  severity: "critical",
  description: "allAuthenticatedUsers is everyone with a Google account; allUsers is the internet.",
  remedy: "Name users, groups or service accounts in accesses.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: datasets,
  check: ({ props }) =>
    (props.accesses ?? []).map(
      ({ specialGroup, iamMember, role }, place) =>
        [specialGroup, iamMember].some((who) => who === "allAuthenticatedUsers" || who === "allUsers") &&
        `accesses[${place}] gives ${show(role)} to everyone`,
    ),
});

export const datasetKey = resourceRule({
  id: "gcp-bigquery-cmek",
  title: "BigQuery is under our key",
  severity: "medium",
  description: "With a key of ours every use is logged, and withdrawing the key makes lost data unreadable.",
  remedy: "Set defaultEncryptionConfiguration.kmsKeyName.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: datasets,
  check: ({ props: { defaultEncryptionConfiguration: encryption } }) =>
    mustBeSet(encryption, "kmsKeyName", "defaultEncryptionConfiguration.kmsKeyName"),
});

export const spannerKept = resourceRule({
  id: "gcp-spanner-drop-protection",
  title: "Spanner's databases refuse to be dropped",
  severity: "high",
  description: "The API itself refuses, whoever asks and by whatever tool, until someone takes that away.",
  remedy: "Set enableDropProtection to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: ["gcp:spanner/database:Database"],
  check: ({ props }) => mustBeOn(props.enableDropProtection, "enableDropProtection"),
});

export const functions = resourceRule({
  id: "gcp-functions-private",
  title: "Cloud Functions are called from within, or by the load balancer, over TLS",
  severity: "high",
  description:
    "A function's own address passes by Cloud Armor, and serves plain HTTP where nobody forbids it.",
  remedy:
    'Set ingressSettings to "ALLOW_INTERNAL_ONLY" or "ALLOW_INTERNAL_AND_GCLB", and httpsTriggerSecurityLevel to "SECURE_ALWAYS".',
  controls: { soc2: ["CC6.6", "CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["gcp:cloudfunctions/function:Function"],
  applies: ({ props }) => props.triggerHttp === true,
  check: ({ props }) => [
    mustBeOneOf(props.ingressSettings, ["ALLOW_INTERNAL_ONLY", "ALLOW_INTERNAL_AND_GCLB"], "ingressSettings"),
    mustBeOneOf(props.httpsTriggerSecurityLevel, ["SECURE_ALWAYS"], "httpsTriggerSecurityLevel"),
  ],
});

export const labsPrivate = resourceRule({
  id: "gcp-labs-no-public-ip",
  title: "Notebooks and Spark have no public addresses",
  severity: "high",
  description: "Both run whatever they are sent, with their service account: they stand in the network.",
  remedy:
    "Set gceSetup.disablePublicIp of a notebook, and clusterConfig.gceClusterConfig.internalIpOnly of Dataproc.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["gcp:workbench/instance:Instance", "gcp:dataproc/cluster:Cluster"],
  check: (resource) =>
    resource.type === "gcp:workbench/instance:Instance"
      ? mustBeOn(resource.props.gceSetup?.disablePublicIp, "gceSetup.disablePublicIp")
      : mustBeOn(
          resource.props.clusterConfig?.gceClusterConfig?.internalIpOnly,
          "clusterConfig.gceClusterConfig.internalIpOnly",
        ),
});
