import { hostOf } from "../workload/system";
import type { RouteExpectation, WorkloadSpec } from "../workload/spec";

/** A public route, as a client asks for it. */
export interface RouteCheck {
  readonly url: string;
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
    if (!within(prefix, path)) {
      throw new RangeError(`${service}.route.check.path: expected a path below ${prefix}, got ${path}`);
    }
    return [{ url: `https://${host}${path}`, expect }];
  });
  return [...new Map(checks.map((check) => [check.url, check])).values()];
}

/** Whether a request for the path is one of the route's. */
function within(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`);
}
