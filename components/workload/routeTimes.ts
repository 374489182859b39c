import type { WayInKind } from "../traffic/wayIn";
import { expect } from "./expected";
import type { RouteSpec } from "./spec";

/**
 * Longest that a client may wait for an answer, seconds: less than the 350 after which AWS' load balancer forgets a connection
 * on which nothing is sent
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#connection-idle-timeout).
 */
export const maxRouteSeconds = 300;

/** Most times that a request is sent again: each goes to pods that have just had trouble with it. */
export const maxRouteRetries = 3;

/** What a route says of how long, and how often, it is asked. */
export type RouteTimes = Pick<RouteSpec, "timeoutSeconds" | "retries">;

/** How much longer NGINX waits for a mesh's gateway than that for the service, seconds: so it is the gateway that answers. */
const frontSeconds = 1;

/**
 * Why a route can't say how often a request is sent again; `undefined` where it can, or does not.
 *
 * @param inMesh whether a gateway of a mesh hands requests on to the service
 */
export function retriesRefused(
  { retries }: RouteTimes,
  wayIn: WayInKind,
  inMesh: boolean,
): string | undefined {
  return retries === undefined || inMesh || wayIn === "ingress"
    ? undefined
    : "none, as NGINX Gateway Fabric has no setting for it and no mesh hands requests on";
}

/** Refuses what no way in there can do. */
export function checkRouteTimes(service: string, route: RouteTimes, wayIn: WayInKind, inMesh: boolean): void {
  const refused = retriesRefused(route, wayIn, inMesh);
  expect(refused === undefined, `${service}.route.retries`, refused ?? "", route.retries);
}

/** How long NGINX waits for the next part of an answer, seconds, where a route says. */
export function readSeconds({ timeoutSeconds }: RouteTimes, inMesh: boolean): number | undefined {
  return timeoutSeconds === undefined || !inMesh ? timeoutSeconds : timeoutSeconds + frontSeconds;
}

/**
 * Annotations of an Ingress that NGINX Ingress Controller reads
 * (https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/).
 * NGINX itself keeps POST, LOCK and PATCH from a second pod once a first has got them (`non_idempotent` would let them).
 */
export function ingressTimes(route: RouteTimes, inMesh: boolean): Readonly<Record<string, string>> {
  const read = readSeconds(route, inMesh);
  return {
    ...(read !== undefined && { "nginx.org/proxy-read-timeout": `${read}s` }),
    // in a mesh its gateway asks again, and NGINX only where a pod of that is lost
    ...(!inMesh && retriesOf(route)),
  };
}

function retriesOf({ timeoutSeconds, retries }: RouteTimes): Readonly<Record<string, string>> {
  if (retries === 0) return { "nginx.org/proxy-next-upstream": "off" };
  return {
    ...(retries !== undefined && {
      "nginx.org/proxy-next-upstream": "error timeout http_502 http_503 http_504",
      "nginx.org/proxy-next-upstream-tries": `${retries + 1}`,
    }),
    // no further pod is asked when the client's time is over
    ...(timeoutSeconds !== undefined && { "nginx.org/proxy-next-upstream-timeout": `${timeoutSeconds}s` }),
  };
}
