import { hostOf } from "../workload/system";
import { planPeers, planWorkload, type Peers, type WorkloadPlan } from "../workload/plan";
import { runtimeEnv } from "../workload/runtime";
import type { ImageSpec, WorkloadSpec } from "../workload/spec";
import type { TaskPlan } from "../workload/tasks";

/** A service with every default filled in, and what surrounds it. */
export interface ContainerPlan extends WorkloadPlan {
  readonly peers: Peers;
  /** DNS name of its route; `undefined` without one. */
  readonly host: string | undefined;
}

/**
 * The services of a system, callees before those that call them: who is started first finds nobody whom it is told of later.
 *
 * @throws RangeError where services call each other in a circle
 */
export function planContainers(
  services: Readonly<Record<string, WorkloadSpec>>,
  domain: string,
): readonly ContainerPlan[] {
  const peers = planPeers(services);
  const done = new Map<string, ContainerPlan>();
  const visit = (service: string, path: readonly string[]): void => {
    if (done.has(service)) return;
    if (path.includes(service)) {
      throw new RangeError(
        `${service}.calls: expected no circle, as callees start first, got ${[...path, service].join(" > ")}`,
      );
    }
    const spec = services[service];
    const own = peers[service];
    if (spec === undefined || own === undefined) return;
    for (const callee of Object.keys(own.callees)) visit(callee, [...path, service]);
    done.set(service, { ...planWorkload(service, spec), peers: own, host: hostOf(spec, domain) });
  };
  for (const service of Object.keys(services)) visit(service, []);
  return [...done.values()];
}

/** Services with a route, the longest path first: the first that fits a request answers it. */
export function routed(plans: readonly ContainerPlan[]): readonly RoutedPlan[] {
  return plans
    .flatMap((plan) => {
      const { route, host, port } = plan;
      return route === undefined || host === undefined || port === undefined
        ? []
        : [{ ...plan, route, host, port }];
    })
    .sort((a, b) => b.route.path.length - a.route.path.length || a.service.localeCompare(b.service));
}

/** A service that the internet reaches. */
export interface RoutedPlan extends ContainerPlan {
  readonly route: NonNullable<ContainerPlan["route"]>;
  readonly host: string;
  readonly port: number;
}

/** The variable by which a service is told where another is. */
export function urlVariable(callee: string): string {
  return `${callee.toUpperCase().replaceAll("-", "_")}_URL`;
}

/** What a service's runtime is told of its container, and what its entry sets, which wins over what the platform tells. */
export function plainVariables(
  { runtime, resources, env = {} }: Pick<WorkloadPlan, "runtime" | "resources" | "env">,
  told: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...runtimeEnv(runtime, resources), ...told, ...env };
}

/** A service as one of its tasks is it: the same image, settings and stores, with what the task runs and the room that it has. */
export function planOfTask(plan: ContainerPlan, { command, args, resources }: TaskPlan): ContainerPlan {
  return { ...plan, command, args, resources };
}

/** An image below a registry, as runtimes name it. */
export function imageOf(registry: string, { repository, tag, digest }: ImageSpec): string {
  const tagged = `${registry}/${repository}:${tag}`;
  return digest === undefined ? tagged : `${tagged}@${digest}`;
}

/** Where files are with which a service verifies its stores' certificates. */
export const authoritiesPath = "/etc/groundwork/authorities";

/** Nearly every runtime writes to /tmp; a service may size it itself. */
export function writableOf({
  writablePaths = [],
}: Pick<WorkloadPlan, "writablePaths">): NonNullable<WorkloadPlan["writablePaths"]> {
  return writablePaths.some(({ path }) => path === "/tmp")
    ? writablePaths
    : [{ path: "/tmp", sizeMiB: 256 }, ...writablePaths];
}

/** A path as a volume is called. */
export function volumeOf(path: string): string {
  return path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
