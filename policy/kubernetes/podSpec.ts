import { objectAt } from "../check";
import { MalformedError } from "../malformed";
import type { Props, ResourceOf, ResourceType } from "../resource";

/** Every kind that holds pods. */
export const workloads = [
  "kubernetes:apps/v1:DaemonSet",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:ReplicaSet",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:argoproj.io/v1alpha1:Rollout",
  "kubernetes:batch/v1:CronJob",
  "kubernetes:batch/v1:Job",
  "kubernetes:core/v1:Pod",
] as const satisfies readonly ResourceType[];
export type Workload = ResourceOf<(typeof workloads)[number]>;

/** Kinds whose pods run until they are stopped. */
export const services = [
  "kubernetes:apps/v1:DaemonSet",
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:argoproj.io/v1alpha1:Rollout",
] as const satisfies readonly ResourceType[];

type Pod = Props<"kubernetes:core/v1:Pod">;
export type PodSpec = NonNullable<Pod["spec"]>;
type Container = NonNullable<PodSpec["containers"]>[number];

/** A container with where it stands, for messages. */
export interface Placement {
  readonly container: Container;
  /** Such as `container web` or `initContainer migrate`. */
  readonly at: string;
}

/** The pods' metadata and spec, wherever the kind keeps them. */
export function podOf(workload: Workload): Pick<Pod, "metadata" | "spec"> {
  switch (workload.type) {
    case "kubernetes:core/v1:Pod":
      return { metadata: workload.props.metadata, spec: objectAt(workload.props.spec, "spec") };
    case "kubernetes:batch/v1:CronJob":
      return templateOf(objectAt(workload.props.spec, "spec")?.jobTemplate?.spec);
    case "kubernetes:apps/v1:DaemonSet":
    case "kubernetes:apps/v1:Deployment":
    case "kubernetes:apps/v1:ReplicaSet":
    case "kubernetes:apps/v1:StatefulSet":
    case "kubernetes:argoproj.io/v1alpha1:Rollout":
    case "kubernetes:batch/v1:Job":
      return templateOf(objectAt(workload.props.spec, "spec"));
  }
}

/** Spec of the workload's pods; empty where there is none. */
export function podSpecOf(workload: Workload): PodSpec {
  return podOf(workload).spec ?? {};
}

/**
 * Containers that stay while the pod runs, and those that run before them.
 *
 * @throws MalformedError where the pod has none: the API takes no such pod
 */
export function containersOf(spec: PodSpec): readonly Placement[] {
  return [
    ...placed(spec),
    ...place("initContainer", spec.initContainers),
    ...place("ephemeralContainer", spec.ephemeralContainers),
  ];
}

/**
 * Containers that run as long as the pod: not those that do their work before.
 *
 * @throws MalformedError where the pod has no containers at all
 */
export function longRunning(spec: PodSpec): readonly Placement[] {
  return [
    ...placed(spec),
    ...place("initContainer", spec.initContainers).filter(
      ({ container }) => container.restartPolicy === "Always",
    ),
  ];
}

function templateOf(
  spec: { readonly template?: Pick<Pod, "metadata" | "spec"> | undefined } | undefined,
): Pick<Pod, "metadata" | "spec"> {
  return { metadata: spec?.template?.metadata, spec: objectAt(spec?.template?.spec, "spec.template.spec") };
}

function placed({ containers }: PodSpec): readonly Placement[] {
  const found = place("container", containers);
  if (found.length === 0) throw new MalformedError("the pod has no containers");
  return found;
}

function place(kind: string, containers: readonly Container[] = []): readonly Placement[] {
  // an edited plan may hold anything in the list's place
  if (!Array.isArray(containers)) throw new MalformedError(`${kind}s is no list`);
  return containers.map((container: Container, index) => ({
    container,
    at: `${kind} ${container.name ?? String(index)}`,
  }));
}
