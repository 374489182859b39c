import { UsageError } from "../../preview/errors";
import { wantedOf } from "../health/routeCheck";
import type { Promised } from "./objectives";
import type { ServedRoute } from "./served";

/** A spike is ten times what is normal. */
export const spikeFactor = 10;

/** How long the spike is held, seconds: as long as autoscalers and new nodes take, and as a firewall counts an address. */
const spikeSeconds = 300;

/** The load in normal times. */
export interface Profile {
  /** Requests a second of all routes together in normal times, a whole number. */
  readonly rps: number;
}

/** k6's stages: normal, ten times as much within a minute, held, and back. */
export function stagesOf({
  rps,
}: Profile): readonly { readonly duration: string; readonly target: number }[] {
  return [
    { duration: "2m", target: rps },
    { duration: "1m", target: rps * spikeFactor },
    { duration: `${spikeSeconds}s`, target: rps * spikeFactor },
    { duration: "1m", target: rps },
    { duration: "2m", target: rps },
  ];
}

/** What the script asks for, and how it is judged. */
export interface ScriptArgs {
  readonly stack: string;
  readonly routes: readonly ServedRoute[];
  readonly promises: ReadonlyMap<string, Promised>;
  readonly profile: Profile;
}

/**
 * A script of k6: data as JSON, and below what k6 does with it. It needs nothing beside k6.
 *
 * @throws UsageError where there is no route to ask for
 */
export function k6Script({ stack, routes, promises, profile }: ScriptArgs): string {
  if (routes.length === 0) {
    throw new UsageError(`${stack}: expected public routes that its monitoring checks, found none`);
  }
  const targets = routes.map((route, place) => {
    const { statuses, not } = wantedOf(route);
    return {
      name: `route_${place}`,
      url: route.url,
      service: route.service,
      statuses,
      not: not.map(({ source }) => source),
    };
  });
  const scenarios = Object.fromEntries(
    targets.map(({ name, service }) => [
      name,
      scenarioOf({ name, service, routes: targets.length }, profile, promises.get(service)),
    ]),
  );
  const options = { scenarios, thresholds: thresholdsOf(targets, promises), discardResponseBodies: true };
  return `// Load on the public routes of ${stack}: k6 run <this file>. Made by npm run load-test.
import { check } from "k6";
import http from "k6/http";

export const options = ${JSON.stringify(options, null, 2)};

const routes = ${JSON.stringify(targets, null, 2)};

export function ask() {
  const { url, statuses, not } = routes.find(({ name }) => name === __ENV.ROUTE);
  const response = http.get(url, {
    redirects: 0,
    timeout: "30s",
    headers: { "user-agent": "groundwork-load-test" },
    responseType: not.length === 0 ? "none" : "text",
    responseCallback: http.expectedStatuses(...statuses),
  });
  if (not.length > 0) {
    check(response, { "the service's own answer": ({ body }) => !not.some((text) => new RegExp(text).test(body ?? "")) });
  }
}
`;
}

interface Scenario {
  readonly name: string;
  readonly service: string;
  /** Routes in all. */
  readonly routes: number;
}

/**
 * One route's part of the load. A request that waits has a virtual user to itself: there are enough at once for answers that
 * are as late as they may be (a second at least), and at most for such that take five times as long.
 */
function scenarioOf({ name, service, routes }: Scenario, profile: Profile, promised: Promised = {}) {
  const { rps } = profile;
  const seconds = Math.max(1, (promised.milliseconds ?? 0) / 1000);
  const atOnce = Math.ceil(((rps * spikeFactor) / routes) * seconds);
  return {
    executor: "ramping-arrival-rate",
    startRate: rps,
    // k6 counts whole requests: each route has the whole load's, in as many seconds as there are routes
    timeUnit: `${routes}s`,
    stages: stagesOf(profile),
    preAllocatedVUs: atOnce,
    maxVUs: atOnce * 5,
    exec: "ask",
    env: { ROUTE: name },
    tags: { service },
  };
}

interface Target {
  readonly service: string;
  readonly not: readonly string[];
}

/** A service's objectives as k6's thresholds; and that k6 could send what it was to send. */
function thresholdsOf(
  targets: readonly Target[],
  promises: ReadonlyMap<string, Promised>,
): Readonly<Record<string, readonly string[]>> {
  const thresholds: Record<string, readonly string[]> = { dropped_iterations: ["count==0"] };
  for (const { service, not } of targets) {
    const { failures, percent, milliseconds } = promises.get(service) ?? {};
    if (failures !== undefined) {
      thresholds[`http_req_failed{service:${service}}`] = [`rate<${failures}`];
      if (not.length > 0)
        thresholds[`checks{service:${service}}`] = [`rate>${Number((1 - failures).toFixed(5))}`];
    }
    if (percent !== undefined && milliseconds !== undefined) {
      // as the objective has it: of answers that did not fail
      const key = `http_req_duration{service:${service},expected_response:true}`;
      thresholds[key] = [`p(${percent})<${milliseconds}`];
    }
  }
  return thresholds;
}
