import type { PlanResource } from "../../preview/plan";
import type { Route } from "../health/routes";
import { at, listAt, textAt } from "../json";
import { ProgramError } from "../run";

/** A public route, and whose it is. */
export interface ServedRoute extends Route {
  /** Name of the service. */
  readonly service: string;
}

/** The label by which a route's object says whose it is: with a mesh the route itself leads to the mesh's own way in. */
const nameLabel = "app.kubernetes.io/name";

/**
 * Whose each route is: of the rules for its host the one with the longest path that it begins with, as gateways choose.
 *
 * @throws ProgramError where no rule serves one
 */
export function servedBy(
  routes: readonly Route[],
  resources: readonly PlanResource[],
): readonly ServedRoute[] {
  const rules = resources
    .filter(({ type }) => type === "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute")
    .flatMap(({ inputs }) => {
      const service = textAt(inputs, "metadata", "labels", nameLabel);
      const hosts = listAt(inputs, "spec", "hostnames");
      if (service === undefined) return [];
      return listAt(inputs, "spec", "rules")
        .flatMap((rule) => listAt(rule, "matches"))
        .map((match) => ({ service, hosts, path: textAt(match, "path", "value") ?? "/" }));
    });
  return routes.map((route) => {
    const { host, pathname } = new URL(route.url);
    const [own] = rules
      .filter(({ hosts, path }) => hosts.includes(host) && isBelow(pathname, path))
      .sort((one, other) => other.path.length - one.path.length);
    if (own === undefined)
      throw new ProgramError(`${route.url}: expected a route that serves it, found none`);
    return { ...route, service: own.service };
  });
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith("/") ? path : `${path}/`);
}

/** Requests of one address in so many seconds, above which a firewall refuses it. */
export interface AddressLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** The lowest limit that a plan's firewalls have of one address; undefined where none has any. */
export function addressLimitOf(resources: readonly PlanResource[]): AddressLimit | undefined {
  const [lowest] = resources
    .flatMap(({ type, inputs }): AddressLimit[] => {
      const isAws = type === "aws:wafv2/webAcl:WebAcl";
      if (!isAws && type !== "gcp:compute/securityPolicy:SecurityPolicy") return [];
      return listAt(inputs, "rules").flatMap((rule): AddressLimit[] => {
        const [requests, seconds] = isAws
          ? [
              at(rule, "statement", "rateBasedStatement", "limit"),
              at(rule, "statement", "rateBasedStatement", "evaluationWindowSec"),
            ]
          : [
              at(rule, "rateLimitOptions", "rateLimitThreshold", "count"),
              at(rule, "rateLimitOptions", "rateLimitThreshold", "intervalSec"),
            ];
        return typeof requests === "number" && typeof seconds === "number" ? [{ requests, seconds }] : [];
      });
    })
    .sort((one, other) => one.requests / one.seconds - other.requests / other.seconds);
  return lowest;
}
