import type { KubernetesObject } from "../../preview/render";

/** What is asked of every pod, as a word for those that lack it. */
export const faults = ["without requests", "without probes", "as root"] as const;
export type Fault = (typeof faults)[number];

/** How many pods there are, and how many have each fault. */
export type PodCount = Readonly<Record<"pods" | Fault, number>>;

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, unknown>> };
  readonly livenessProbe?: unknown;
  readonly readinessProbe?: unknown;
  readonly securityContext?: SecurityContext;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
}

/** A pod that an object of Kubernetes' own kinds has made. */
export interface Pod {
  /** `<namespace>/<kind>/<name>` of the object. */
  readonly owner: string;
  readonly faults: readonly Fault[];
}

/** Kinds whose pods run until they are stopped: those of Jobs are never sent requests, nor hang unnoticed. */
const running: ReadonlySet<string> = new Set([
  "DaemonSet",
  "Deployment",
  "ReplicaSet",
  "Rollout",
  "StatefulSet",
]);

/** Every pod template among the objects, with what it lacks. */
export function podsIn(objects: readonly KubernetesObject[]): readonly Pod[] {
  return objects.flatMap((object) => {
    const spec = podSpecOf(object);
    return spec === undefined
      ? []
      : [
          {
            owner: `${object.metadata.namespace ?? ""}/${object.kind}/${object.metadata.name}`,
            faults: faultsOf(spec, running.has(object.kind)),
          },
        ];
  });
}

export function countOf(pods: readonly Pod[]): PodCount {
  const having = (fault: Fault): number => pods.filter((pod) => pod.faults.includes(fault)).length;
  return {
    pods: pods.length,
    "without requests": having("without requests"),
    "without probes": having("without probes"),
    "as root": having("as root"),
  };
}

function podSpecOf({ kind, spec }: KubernetesObject): PodSpec | undefined {
  const { template, jobTemplate } = (spec ?? {}) as {
    readonly template?: { readonly spec?: PodSpec };
    readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  };
  switch (kind) {
    case "Pod":
      return spec as PodSpec;
    case "CronJob":
      return jobTemplate?.spec.template.spec;
    case "DaemonSet":
    case "Deployment":
    case "Job":
    case "ReplicaSet":
    case "Rollout":
    case "StatefulSet":
      return template?.spec;
    default:
      return undefined;
  }
}

function faultsOf(pod: PodSpec, isRunning: boolean): readonly Fault[] {
  const containers = pod.containers ?? [];
  const all = [...containers, ...(pod.initContainers ?? [])];
  const has: Readonly<Record<Fault, boolean>> = {
    "without requests": all.some(({ resources }) =>
      ["cpu", "memory"].some((resource) => resources?.requests?.[resource] === undefined),
    ),
    "without probes":
      isRunning &&
      containers.every(
        ({ livenessProbe, readinessProbe }) => livenessProbe === undefined && readinessProbe === undefined,
      ),
    "as root": all.some((container) => mayBeRoot(container, pod)),
  };
  return faults.filter((fault) => has[fault]);
}

/** A container's word goes before its pod's; without any, the image decides. */
function mayBeRoot(
  { securityContext: own = {} }: Container,
  { securityContext: ofPod = {} }: PodSpec,
): boolean {
  const user = own.runAsUser ?? ofPod.runAsUser;
  return user === 0 || (user === undefined && (own.runAsNonRoot ?? ofPod.runAsNonRoot) !== true);
}
