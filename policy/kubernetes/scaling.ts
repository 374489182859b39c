import type { Props, ResourceOf } from "../resource";
import type { Stack } from "../stack";

export const rolloutType = "kubernetes:argoproj.io/v1alpha1:Rollout";
/** Kinds of which there are so many pods. */
export const replicated = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  rolloutType,
] as const;

export interface Workload {
  readonly type: (typeof replicated)[number];
  readonly props: Props<(typeof replicated)[number]>;
}

/** How an autoscaler names the workload: `namespace/Kind:name`. */
export function targetOf({ type, props: { metadata } }: Workload): string {
  return targetName(metadata?.namespace, type.slice(type.lastIndexOf(":") + 1), metadata?.name);
}

export const hpa = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
export const scaledObject = "kubernetes:keda.sh/v1alpha1:ScaledObject";

/** What a scaler says, whichever its kind. */
export interface Scaler {
  readonly name: string;
  readonly urn: string;
  /** What it scales, in the form of {@link targetOf}. */
  readonly target: string;
  readonly least: number;
  readonly most: number;
  /** Names of the two fields. */
  readonly fields: readonly [least: string, most: string];
}

export function autoscaler({
  name,
  urn,
  props,
}: Pick<ResourceOf<typeof hpa>, "name" | "urn" | "props">): Scaler {
  const { metadata, spec } = props;
  const { scaleTargetRef, minReplicas = 1, maxReplicas = minReplicas } = spec ?? {};
  return {
    name,
    urn,
    target: targetName(metadata?.namespace, scaleTargetRef?.kind, scaleTargetRef?.name),
    least: minReplicas,
    most: maxReplicas,
    fields: ["minReplicas", "maxReplicas"],
  };
}

/** What KEDA makes an autoscaler of, with its own defaults (apis/keda/v1alpha1/scaledobject_types.go). */
export function kedaScaler({
  name,
  urn,
  props,
}: Pick<ResourceOf<typeof scaledObject>, "name" | "urn" | "props">): Scaler {
  const { metadata, spec } = props;
  const { scaleTargetRef, minReplicaCount = 0, maxReplicaCount = 100 } = spec ?? {};
  return {
    name,
    urn,
    target: targetName(metadata?.namespace, scaleTargetRef?.kind ?? "Deployment", scaleTargetRef?.name),
    least: minReplicaCount,
    most: maxReplicaCount,
    fields: ["minReplicaCount", "maxReplicaCount"],
  };
}

export function scalersByTarget(stack: Stack): ReadonlyMap<string, readonly Scaler[]> {
  return stack.once("scalers by target", (all) => {
    const scalers = [...all.ofType(hpa).map(autoscaler), ...all.ofType(scaledObject).map(kedaScaler)];
    return new Map(scalers.map(({ target }) => [target, scalers.filter((other) => other.target === target)]));
  });
}

export function targetName(namespace = "default", kind = "", name = ""): string {
  return `${namespace}/${kind}:${name}`;
}

export function workloadsByTarget(stack: Stack): ReadonlyMap<string, Workload> {
  return stack.once(
    "workloads by target",
    (all) => new Map(all.ofType(...replicated).map((each) => [targetOf(each), each])),
  );
}

/** Replicas that the workload keeps up: its autoscaler's least, or those it states. */
export function leastReplicas(workload: Workload, stack: Stack): number {
  const [scaler] = scalersByTarget(stack).get(targetOf(workload)) ?? [];
  return scaler?.least ?? workload.props.spec?.replicas ?? 1;
}
