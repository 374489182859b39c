import type { KubernetesObject } from "../../preview/render";
import type { Finding } from "./kubeScore";

/** What a pod of a production platform has, by the word for its absence. */
const standards = {
  "single replica": hasReplicas,
  "without disruption budget": hasBudget,
  "without topology spread": isSpread,
  "without priority class": ({ pod }) => pod.priorityClassName !== undefined,
  "without memory limit": ({ pod }) =>
    [...(pod.containers ?? []), ...(pod.initContainers ?? [])].every(
      ({ resources }) => resources?.limits?.["memory"] !== undefined,
    ),
  "without network policy": isGuarded,
} as const satisfies Readonly<
  Record<string, (workload: Workload, all: readonly KubernetesObject[]) => boolean>
>;

/** Standards of what is one of many: a DaemonSet has a pod on each node, and Jobs end. */
const ofSeveral: ReadonlySet<string> = new Set([
  "single replica",
  "without disruption budget",
  "without topology spread",
]);

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

interface PodSpec {
  readonly priorityClassName?: string;
  readonly hostNetwork?: boolean;
  readonly topologySpreadConstraints?: readonly unknown[];
  readonly affinity?: { readonly podAntiAffinity?: unknown };
  readonly containers?: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
}

interface ContainerSpec {
  readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> };
}

interface Workload {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly replicas: number;
  readonly labels: Labels;
  readonly pod: PodSpec;
}

/** What pods of Deployments, Rollouts, StatefulSets and DaemonSets lack of what production asks for. */
export function shortcomings(objects: readonly KubernetesObject[]): readonly Finding[] {
  return objects.flatMap((object) => {
    const workload = workloadOf(object);
    return workload === undefined
      ? []
      : Object.entries(standards)
          .filter(([check]) => object.kind !== "DaemonSet" || !ofSeveral.has(check))
          .filter(([, holds]) => !holds(workload, objects))
          .map(([check]) => ({
            check,
            object: `${workload.namespace}/${object.kind}/${object.metadata.name}`,
            detail: "",
          }));
  });
}

function workloadOf(object: KubernetesObject): Workload | undefined {
  if (!["DaemonSet", "Deployment", "Rollout", "StatefulSet"].includes(object.kind)) {
    return undefined;
  }
  const { replicas = 1, template } = object["spec"] as {
    readonly replicas?: number;
    readonly template: { readonly metadata?: { readonly labels?: Labels }; readonly spec: PodSpec };
  };
  return {
    object,
    namespace: object.metadata.namespace ?? "",
    replicas,
    labels: template.metadata?.labels ?? {},
    pod: template.spec,
  };
}

/** By itself, or as its autoscaler keeps it. */
function hasReplicas({ object, namespace, replicas }: Workload, all: readonly KubernetesObject[]): boolean {
  const least = all
    .filter((other) => other.metadata.namespace === namespace)
    .flatMap(({ kind, spec }) => {
      const { scaleTargetRef, minReplicas, minReplicaCount } = (spec ?? {}) as {
        readonly scaleTargetRef?: { readonly name: string };
        readonly minReplicas?: number;
        readonly minReplicaCount?: number;
      };
      const isScaler = kind === "HorizontalPodAutoscaler" || kind === "ScaledObject";
      return isScaler && scaleTargetRef?.name === object.metadata.name
        ? [minReplicas ?? minReplicaCount ?? 1]
        : [];
    });
  return (least[0] ?? replicas) > 1;
}

function hasBudget({ namespace, labels }: Workload, all: readonly KubernetesObject[]): boolean {
  return all.some(
    ({ kind, metadata, spec }) =>
      kind === "PodDisruptionBudget" &&
      metadata.namespace === namespace &&
      selects((spec as { readonly selector?: Selector }).selector, labels),
  );
}

function isGuarded({ namespace, labels, pod }: Workload, all: readonly KubernetesObject[]): boolean {
  // a pod of the node's own network is beyond any policy
  return (
    pod.hostNetwork === true ||
    all.some(
      ({ kind, apiVersion, metadata, spec }) =>
        kind === "NetworkPolicy" &&
        apiVersion === "networking.k8s.io/v1" &&
        metadata.namespace === namespace &&
        selects((spec as { readonly podSelector?: Selector }).podSelector, labels),
    )
  );
}

/** Over zones or nodes: by constraints, or by keeping away from its like. */
function isSpread({ pod }: Workload): boolean {
  return (pod.topologySpreadConstraints ?? []).length > 0 || pod.affinity?.podAntiAffinity !== undefined;
}

function selects(selector: Selector | undefined, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    selector !== undefined &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        case "In":
          return value !== undefined && values.includes(value);
        default:
          return value === undefined || !values.includes(value);
      }
    })
  );
}
