import { mustBeOneOf, show } from "../check";
import { always, offInDev, strictInProd } from "../levels";
import { everyTypeRule, resourceRule, stackRule } from "../rule";

export const webhooks = resourceRule({
  id: "k8s-webhook-safe",
  title: "Webhooks leave the cluster able to mend itself",
  severity: "medium",
  description:
    "A webhook that is down and asked about everything stops everything, what would bring it back with the rest.",
  remedy:
    "Set timeoutSeconds to 10 or less, failurePolicy in so many words, sideEffects None, and a namespaceSelector or objectSelector that leaves kube-system out.",
  controls: { soc2: ["A1.2"] },
  levels: strictInProd,
  types: [
    "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration",
  ],
  check: ({ props }) =>
    (props.webhooks ?? []).map(
      ({ name = "", timeoutSeconds = 10, failurePolicy, sideEffects, namespaceSelector, objectSelector }) => [
        timeoutSeconds > 10 && `${name}: timeoutSeconds is ${timeoutSeconds}, expected 10 or less`,
        mustBeOneOf(failurePolicy, ["Fail", "Ignore"], `${name}: failurePolicy`),
        mustBeOneOf(sideEffects, ["None", "NoneOnDryRun"], `${name}: sideEffects`),
        failurePolicy !== "Ignore" &&
          Object.keys({ ...namespaceSelector, ...objectSelector }).length === 0 &&
          `${name}: it is asked about every namespace, kube-system too`,
      ],
    ),
});

export const bound = stackRule({
  id: "k8s-admission-policy-bound",
  title: "Admission policies refuse what they are against",
  severity: "medium",
  description:
    "Without a binding a ValidatingAdmissionPolicy does nothing; with Warn or Audit it lets everything by.",
  remedy: "Add a ValidatingAdmissionPolicyBinding with Deny in spec.validationActions.",
  controls: {
    cisGke: ["4.5.1"],
    cisKubernetes: ["5.5.1"],
    soc2: ["CC8.1"],
  },
  levels: offInDev,
  types: ["kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"],
  check: ({ props: { metadata } }, stack) =>
    !stack
      .ofType("kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding")
      .some(
        ({ props: { spec } }) =>
          spec?.policyName === metadata?.name && spec?.validationActions?.includes("Deny") === true,
      ) && "no ValidatingAdmissionPolicyBinding of this stack has it with Deny",
});

/**
 * Versions that the API server has given up, with the version of Kubernetes that is without them; by the deprecation guide
 * of Kubernetes and the releases of the projects. Where kinds are named, the group's others are still there.
 */
const gone: readonly (readonly [version: string, without: string, ...kinds: string[]])[] = [
  [
    "admissionregistration.k8s.io/v1beta1",
    "1.22",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
  ],
  ["apiextensions.k8s.io/v1beta1", "1.22"],
  ["apiregistration.k8s.io/v1beta1", "1.22"],
  ["apps/v1beta1", "1.16"],
  ["apps/v1beta2", "1.16"],
  ["autoscaling/v2beta1", "1.25"],
  ["autoscaling/v2beta2", "1.26"],
  ["batch/v1beta1", "1.25"],
  ["certificates.k8s.io/v1beta1", "1.22", "CertificateSigningRequest"],
  ["coordination.k8s.io/v1beta1", "1.22", "Lease"],
  ["discovery.k8s.io/v1beta1", "1.25"],
  ["events.k8s.io/v1beta1", "1.25"],
  ["extensions/v1beta1", "1.22"],
  ["flowcontrol.apiserver.k8s.io/v1beta1", "1.26"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", "1.29"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", "1.32"],
  ["networking.k8s.io/v1beta1", "1.22", "Ingress", "IngressClass"],
  ["node.k8s.io/v1beta1", "1.25"],
  ["policy/v1beta1", "1.25"],
  ["rbac.authorization.k8s.io/v1beta1", "1.22"],
  ["scheduling.k8s.io/v1beta1", "1.22"],
  [
    "storage.k8s.io/v1beta1",
    "1.27",
    "CSIDriver",
    "CSINode",
    "CSIStorageCapacity",
    "StorageClass",
    "VolumeAttachment",
  ],
];

export const versions = everyTypeRule({
  id: "k8s-api-version-served",
  title: "Objects are of versions that the API server has",
  severity: "medium",
  description:
    "A version that was given up is refused in the middle of an update, after the cluster's upgrade.",
  remedy: "Take the kind's class of the version that came after.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  concerns: (type) => type.startsWith("kubernetes:"),
  check: ({ type }) => {
    const [, version = "", kind = ""] = type.split(":");
    const found = gone.find(
      ([name, , ...kinds]) =>
        name === version && (kinds.length === 0 || kinds.includes(kind.replace(/(List|Patch)$/, ""))),
    );
    return found && `${version} has no ${kind} since Kubernetes ${show(found[1])}`;
  },
});
