import { hostOf } from "../workload/system";
import type { RouteExpectation, WorkloadSpec } from "../workload/spec";

/** A public route, as a client asks for it. */
export interface RouteCheck {
  /** Name of the service that serves it. */
  readonly service: string;
  readonly host: string;
  readonly path: string;
  readonly expect: RouteExpectation;
}

/** The checks of a system's public routes, each once. */
export function planRouteChecks(
  services: Readonly<Record<string, WorkloadSpec>>,
  domain: string,
): readonly RouteCheck[] {
  const checks = Object.entries(services).flatMap(([service, spec]): RouteCheck[] => {
    const host = hostOf(spec, domain);
    if (spec.route === undefined || host === undefined) return [];
    const { path: prefix, check: { path = prefix, expect = prefix === "/" ? "success" : "answer" } = {} } =
      spec.route;
    return [{ service, host, path, expect }];
  });
  return [...new Map(checks.map((check) => [urlOf(check), check])).values()];
}

/** What is asked for. */
export function urlOf({ host, path }: Pick<RouteCheck, "host" | "path">): string {
  return `https://${host}${path}`;
}
