import { blackboxValues, moduleOf } from "../../components/metrics/blackboxValues";
import { messageOf } from "../../preview/errors";
import { listAt } from "../json";
import type { Check } from "./check";
import type { Route } from "./routes";

/** How long a route may take to answer, milliseconds: as long as the platform's own check of it. */
const timeoutMilliseconds = 5_000;

/** Asks for an address without following where it points to. */
export type Ask = (url: string) => Promise<{ readonly status: number; readonly text: string }>;

/** {@link Ask} over the network. */
export const askRoute: Ask = async (url) => {
  const response = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMilliseconds),
    headers: { "user-agent": "groundwork-health" },
  });
  return { status: response.status, text: await response.text() };
};

/** What the platform's own check takes for an answer of the service: one list for both. */
export function wantedOf({ expect }: Pick<Route, "expect">): {
  readonly statuses: readonly unknown[];
  readonly not: readonly RegExp[];
} {
  const values = blackboxValues({ highlyAvailable: false, nodeSelector: {} });
  const http = (key: string) => listAt(values, "config", "modules", moduleOf[expect], "http", key);
  return {
    statuses: http("valid_status_codes"),
    not: http("fail_if_body_matches_regexp").map((pattern) => new RegExp(String(pattern))),
  };
}

/** Whether a route is served, as a client sees it: one that does not answer is not. */
export async function checkRoute(route: Route, ask: Ask): Promise<Check> {
  const check = { kind: "route", what: route.url } as const;
  const { statuses, not } = wantedOf(route);
  try {
    const { status, text } = await ask(route.url);
    if (!statuses.includes(status)) return { ...check, state: "bad", seen: `answered ${status}` };
    if (not.some((pattern) => pattern.test(text))) {
      return { ...check, state: "bad", seen: `answered ${status} by the way in, which knows no such route` };
    }
    return { ...check, state: "ok", seen: `answered ${status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { ...check, state: "bad", seen: `no answer: ${messageOf(cause)}` };
  }
}
