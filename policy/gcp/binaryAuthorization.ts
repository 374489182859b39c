import { mustBeOneOf, show } from "../check";
import { always, inProd } from "../levels";
import { resourceRule } from "../rule";

const policies = ["gcp:binaryauthorization/policy:Policy"] as const;

export const namedImagesOnly = resourceRule({
  id: "gcp-binauthz-default-deny",
  title: "Binary Authorization admits no image that nothing speaks for",
  severity: "high",
  description: "A policy that admits by default is none: whoever can make a pod can make it of any image.",
  remedy:
    'Set evaluationMode of defaultAdmissionRule and clusterAdmissionRules to "ALWAYS_DENY" or "REQUIRE_ATTESTATION".',
  controls: { nsa: ["Building secure container images"], soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: policies,
  check: ({ props: { defaultAdmissionRule, clusterAdmissionRules = [] } }) => [
    mustBeOneOf(defaultAdmissionRule?.evaluationMode, denying, "defaultAdmissionRule.evaluationMode"),
    ...clusterAdmissionRules.map(({ evaluationMode }, index) =>
      mustBeOneOf(evaluationMode, denying, `clusterAdmissionRules[${index}].evaluationMode`),
    ),
  ],
});

const denying = ["ALWAYS_DENY", "REQUIRE_ATTESTATION"] as const;

export const enforced = resourceRule({
  id: "gcp-binauthz-enforced",
  title: "Binary Authorization refuses what it does not admit",
  severity: "medium",
  description: "A dry run only writes down that an image ran which should not have.",
  remedy: 'Set enforcementMode of each rule to "ENFORCED_BLOCK_AND_AUDIT_LOG" once the dry run is quiet.',
  controls: { nsa: ["Building secure container images"], soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: policies,
  check: ({ props: { defaultAdmissionRule, clusterAdmissionRules = [] } }) => [
    mustBeOneOf(defaultAdmissionRule?.enforcementMode, blocking, "defaultAdmissionRule.enforcementMode"),
    ...clusterAdmissionRules.map(({ enforcementMode }, index) =>
      mustBeOneOf(enforcementMode, blocking, `clusterAdmissionRules[${index}].enforcementMode`),
    ),
  ],
});

const blocking = ["ENFORCED_BLOCK_AND_AUDIT_LOG"] as const;

export const narrowPatterns = resourceRule({
  id: "gcp-binauthz-patterns",
  title: "Binary Authorization admits no registry of everybody's as a whole",
  severity: "high",
  description: "In a public registry anybody has a place, so that its whole name admits anybody's images.",
  remedy: "Say the path after the registry in admissionWhitelistPatterns: quay.io/prometheus/prometheus:*.",
  controls: { nsa: ["Building secure container images"], soc2: ["CC6.8"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: policies,
  check: ({ props: { admissionWhitelistPatterns = [] } }) =>
    admissionWhitelistPatterns.map(
      ({ namePattern = "" }, index) =>
        !/^[^/*]+\/[^*]+\**$/.test(namePattern) &&
        `admissionWhitelistPatterns[${index}].namePattern is ${show(namePattern)}, expected a registry, a path and at most a wildcard at the end`,
    ),
});

export const systemImages = resourceRule({
  id: "gcp-binauthz-system-images",
  title: "Binary Authorization leaves the images of GKE to Google's policy",
  severity: "medium",
  description:
    "GKE's own pods run images that change with its versions; a list of ours would one day refuse them.",
  remedy: 'Set globalPolicyEvaluationMode to "ENABLE".',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: policies,
  check: ({ props }) =>
    mustBeOneOf(props.globalPolicyEvaluationMode, ["ENABLE"], "globalPolicyEvaluationMode"),
});
