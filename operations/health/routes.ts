import { moduleOf } from "../../components/metrics/blackboxValues";
import { type RouteExpectation, routeExpectations } from "../../components/workload/spec";
import type { PlanResource } from "../../preview/plan";
import { listAt, textAt } from "../json";

/** A public route, and what is wanted of it. */
export interface Route {
  readonly url: string;
  readonly expect: RouteExpectation;
}

/** The public routes of a plan, by the checks that its own monitoring makes of them: sorted, each once. */
export function routesOf(resources: readonly PlanResource[]): readonly Route[] {
  const routes = resources
    .filter(({ type }) => type === "kubernetes:monitoring.coreos.com/v1:Probe")
    .flatMap(({ inputs }) => {
      const module = textAt(inputs, "spec", "module");
      const expect = routeExpectations.find((name) => moduleOf[name] === module);
      if (expect === undefined) return [];
      return listAt(inputs, "spec", "targets", "staticConfig", "static")
        .filter((url) => typeof url === "string")
        .map((url): Route => ({ url, expect }));
    });
  // without a cluster nothing but the cloud's own checks asks for them
  if (routes.length === 0) routes.push(...resources.flatMap(askedByCloud));
  return [...new Map(routes.map((route) => [route.url, route])).values()].sort((one, other) =>
    one.url < other.url ? -1 : 1,
  );
}

/** A route that a check of the cloud's asks for: it takes none but an answer of success. */
function askedByCloud({ type, inputs }: PlanResource): readonly Route[] {
  const [host, path] =
    type === "aws:route53/healthCheck:HealthCheck"
      ? [textAt(inputs, "fqdn"), textAt(inputs, "resourcePath")]
      : type === "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig"
        ? [textAt(inputs, "monitoredResource", "labels", "host"), textAt(inputs, "httpCheck", "path")]
        : [];
  return host === undefined || path === undefined
    ? []
    : [{ url: `https://${host}${path}`, expect: "success" }];
}

/** Hosts of routes, each once. */
export function hostsOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.map(({ url }) => new URL(url).host))];
}
