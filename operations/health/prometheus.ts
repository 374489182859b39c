import { messageOf } from "../../preview/errors";
import { at, listAt, textAt } from "../json";

/** A series' labels, and its value now. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asks an API of Prometheus for what an expression is now. */
export type Query = (expression: string) => Promise<readonly Sample[]>;

const timeoutMilliseconds = 15_000;

/**
 * {@link Query} of an address below which `/api/v1/query` is: Prometheus, Thanos, or Cloud Monitoring
 * (https://docs.cloud.google.com/stackdriver/docs/managed-prometheus/query-api-ui).
 *
 * @throws Error of the query that says what was answered in place of an answer
 */
export function queryOf(url: string, token?: string): Query {
  return async (expression) => {
    const response = await fetch(`${url.replace(/\/$/, "")}/api/v1/query`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: new URLSearchParams({ query: expression }).toString(),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new Error(`Prometheus does not answer: ${messageOf(cause)}`);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (textAt(answer, "status") !== "success") {
      throw new Error(
        `Prometheus answered ${response.status}: ${textAt(answer, "error") ?? "nothing of use"}`,
      );
    }
    return listAt(answer, "data", "result").map((one) => ({
      labels: labelsOf(at(one, "metric")),
      value: Number(at(one, "value", 1)),
    }));
  };
}

function labelsOf(metric: unknown): Readonly<Record<string, string>> {
  if (typeof metric !== "object" || metric === null) return {};
  return Object.fromEntries(Object.entries(metric).map(([key, value]) => [key, String(value)]));
}
