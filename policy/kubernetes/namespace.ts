import { isSet, mustBeOneOf, show } from "../check";
import { always, fromStaging } from "../levels";
import type { ResourceType } from "../resource";
import { everyTypeRule, resourceRule, stackRule } from "../rule";
import { pointsAt, type PlacedResource, type Stack } from "../stack";

const namespaces = ["kubernetes:core/v1:Namespace"] as const;
type Guard =
  | "kubernetes:core/v1:LimitRange"
  | "kubernetes:core/v1:ResourceQuota"
  | "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** Objects of that type in the namespace. */
function inside<T extends Guard>(
  namespace: PlacedResource<"kubernetes:core/v1:Namespace">,
  type: T,
  stack: Stack,
): readonly PlacedResource<T>[] {
  const byName = stack.once(`${type} by namespace`, (all) => {
    const groups = new Map<string, PlacedResource<T>[]>();
    for (const object of all.ofType(type)) {
      const name = object.props.metadata?.namespace ?? "";
      groups.set(name, [...(groups.get(name) ?? []), object]);
    }
    return groups;
  });
  const named = byName.get(namespace.props.metadata?.name ?? "");
  if (named) return named;
  // A namespace that Pulumi names: its objects take the name from it.
  return stack.ofType(type).filter((object) => pointsAt(object, "metadata", namespace));
}

/** True for a selector without labels and expressions, which takes every pod; a policy without one is refused anyway. */
function selectsAll(
  selector: {
    readonly matchLabels?: object | undefined;
    readonly matchExpressions?: readonly object[] | undefined;
  } = {},
): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}

export const defaultDeny = stackRule({
  id: "k8s-namespace-default-deny",
  title: "Namespaces refuse traffic that nobody allowed",
  severity: "high",
  description:
    "Without a policy that selects every pod and allows nothing, every pod reaches every other one and the internet.",
  remedy: "Add a NetworkPolicy with podSelector {}, policyTypes [Ingress, Egress] and no rules.",
  controls: {
    cisEks: ["4.3.2"],
    cisGke: ["4.3.2"],
    cisKubernetes: ["5.3.2"],
    nsa: ["Network policies"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
  },
  levels: fromStaging,
  types: namespaces,
  check: (namespace, stack) => {
    const policies = inside(namespace, "kubernetes:networking.k8s.io/v1:NetworkPolicy", stack);
    const denies = policies.some(({ props: { spec } }) => {
      const closes = (["Ingress", "Egress"] as const).every((type) => spec?.policyTypes?.includes(type));
      return (
        closes &&
        selectsAll(spec?.podSelector) &&
        [...(spec?.ingress ?? []), ...(spec?.egress ?? [])].length === 0
      );
    });
    return !denies && "no NetworkPolicy in it selects every pod and allows nothing";
  },
});

export const limitRange = stackRule({
  id: "k8s-namespace-limit-range",
  title: "Namespaces have defaults for containers",
  severity: "low",
  description:
    "A pod that states no resources gets these; without them a quota refuses it, or nothing holds it.",
  remedy: "Add a LimitRange with default and defaultRequest for Container.",
  controls: { nsa: ["Resource policies"], soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: namespaces,
  check: (namespace, stack) => {
    const limits = inside(namespace, "kubernetes:core/v1:LimitRange", stack).flatMap(
      ({ props }) => props.spec?.limits ?? [],
    );
    return (
      !limits.some(
        (limit) => limit.type === "Container" && isSet(limit, "default") && isSet(limit, "defaultRequest"),
      ) && "no LimitRange in it gives containers a default and a defaultRequest"
    );
  },
});

export const noDefaultNamespace = everyTypeRule({
  id: "k8s-namespace-not-default",
  title: "Nothing stands in the default namespace",
  severity: "medium",
  description:
    "The default namespace has no quota, no limits and no policies, and everything without a namespace lands there.",
  remedy: "Set metadata.namespace to a namespace of the platform.",
  controls: {
    cisEks: ["4.5.1", "4.5.2"],
    cisGke: ["4.6.1", "4.6.4"],
    cisKubernetes: ["5.6.1", "5.6.4"],
    nsa: ["Namespaces"],
    soc2: ["CC6.1"],
  },
  levels: always,
  concerns: (type) => namespacedTypes.has(type),
  check: ({ props }) => {
    const metadata = props["metadata"] as { readonly namespace?: unknown } | undefined;
    return (
      ["default", undefined, null, ""].includes(metadata?.namespace as string | undefined | null) &&
      `metadata.namespace is ${show(metadata?.namespace)}`
    );
  },
});

/** Kinds that live in a namespace. */
const namespacedTypes: ReadonlySet<string> = new Set<ResourceType | (string & {})>([
  "kubernetes:apps/v1:DaemonSet",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:argoproj.io/v1alpha1:Rollout",
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:batch/v1:Job",
  "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler",
  "kubernetes:keda.sh/v1alpha1:ScaledObject",
  "kubernetes:core/v1:ConfigMap",
  "kubernetes:core/v1:LimitRange",
  "kubernetes:core/v1:PersistentVolumeClaim",
  "kubernetes:core/v1:Pod",
  "kubernetes:core/v1:ResourceQuota",
  "kubernetes:core/v1:Secret",
  "kubernetes:core/v1:Service",
  "kubernetes:core/v1:ServiceAccount",
  "kubernetes:networking.k8s.io/v1:Ingress",
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
]);

export const podSecurity = resourceRule({
  id: "k8s-namespace-pod-security",
  title: "Namespaces enforce the restricted Pod Security Standard",
  severity: "high",
  description:
    "The API server itself refuses pods that break the standard, also those of charts and operators that no preview sees.",
  remedy:
    "Label the namespace pod-security.kubernetes.io/enforce: restricted; where a namespace needs more, give the reason in the annotation groundwork.dev/pod-security-reason.",
  controls: {
    cisGke: ["4.2.1"],
    cisKubernetes: ["5.2.1"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: namespaces,
  check: ({ props: { metadata } }) => {
    const enforced = metadata?.labels?.["pod-security.kubernetes.io/enforce"];
    const reason = metadata?.annotations?.["groundwork.dev/pod-security-reason"] ?? "";
    if (["baseline", "privileged"].includes(enforced ?? "") && reason !== "") return;
    return mustBeOneOf(enforced, ["restricted"], "the label pod-security.kubernetes.io/enforce");
  },
});

export const quota = stackRule({
  id: "k8s-namespace-quota",
  title: "Namespaces have a quota",
  severity: "medium",
  description: "One runaway namespace otherwise takes the nodes, and the bill, from all others.",
  remedy: "Add a ResourceQuota with requests.cpu, requests.memory and pods in spec.hard.",
  controls: { nsa: ["Resource policies"], soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: namespaces,
  check: (namespace, stack) => {
    const hard = new Set(
      inside(namespace, "kubernetes:core/v1:ResourceQuota", stack).flatMap(({ props }) =>
        Object.keys(props.spec?.hard ?? {}),
      ),
    );
    // `cpu` and `memory` are the older spelling of their requests.
    const missing = [
      ["requests.cpu", "cpu"],
      ["requests.memory", "memory"],
      ["pods", "count/pods"],
    ]
      .filter((spellings) => !spellings.some((spelling) => hard.has(spelling)))
      .map(([name]) => name);
    if (missing.length === 3) return "no ResourceQuota in it limits cpu, memory and pods";
    return missing.length > 0 && `its ResourceQuotas do not limit ${missing.join(", ")}`;
  },
});
