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
  return [...new Map(routes.map((route) => [route.url, route])).values()].sort((one, other) =>
    one.url < other.url ? -1 : 1,
  );
}

/** Hosts of routes, each once. */
export function hostsOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.map(({ url }) => new URL(url).host))];
}
