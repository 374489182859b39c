import type { Measured } from "../workload/requestSeries";

/**
 * What is promised of a service.
 *
 * - `availability`: its requests don't fail; of a worker, that it is there to work.
 * - `latency`: its answers come in time.
 * - `freshness`: what waits for a worker is no more than it is made for.
 */
export const sloKinds = ["availability", "latency", "freshness"] as const;
export type SloKind = (typeof sloKinds)[number];

/** Days over which an objective is kept, the last ones at each moment: a month, or four weeks with their weekends. */
export const windowDays = [28, 30] as const;
export type WindowDays = (typeof windowDays)[number];

/**
 * Milliseconds after which an answer is late: the bounds that Envoy's histogram and OpenTelemetry's have both, as what lies
 * between two bounds nobody can tell (envoy: histogram buckets of Istio's request duration; opentelemetry.io, Semantic
 * conventions for HTTP metrics, explicit bucket boundaries of `http.server.request.duration`).
 */
export const latencyThresholds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;
export type LatencyThreshold = (typeof latencyThresholds)[number];

/** By what it is told whether the promise was kept. */
export type Indicator =
  /** Answers of 5xx among all, and in a mesh requests that came to no pod. */
  | { readonly of: "requests"; readonly measured: Measured }
  /** Answers that took longer, among those that did not fail. */
  | {
      readonly of: "durations";
      readonly measured: Measured;
      readonly thresholdMilliseconds: LatencyThreshold;
    }
  /** Moments in which fewer of its pods were ready. */
  | { readonly of: "pods"; readonly least: number }
  /** Moments in which as many messages waited, or more, by KEDA's count for a trigger of the service. */
  | { readonly of: "backlog"; readonly trigger: string; readonly most: number };

/** A service level objective: what part of its requests, or of the time, a service has to be well. */
export interface Slo {
  /** Name of the service. */
  readonly service: string;
  /** Namespace of its pods. */
  readonly namespace: string;
  readonly kind: SloKind;
  /** What part has to be good, percent, as {@link isObjective} has it. */
  readonly objectivePercent: number;
  readonly windowDays: WindowDays;
  readonly indicator: Indicator;
}

/**
 * What part may be bad: the error budget, a part of 1. To a hundred-thousandth, as the objective is to a thousandth of a
 * percent, and not to what floating point makes of `1 - 0.999`.
 */
export function budgetOf({ objectivePercent }: Pick<Slo, "objectivePercent">): number {
  return Number(((100 - objectivePercent) / 100).toFixed(5));
}

/**
 * Least objective, percent. With less, a budget could not go 14.4 times as fast as it may even if everything failed, and the
 * alert would never be one.
 */
export const leastObjectivePercent = 94;

/** What an objective has to be, percent. */
export const objectiveBounds = `a number from ${leastObjectivePercent} to less than 100, with at most three decimals`;

/** Whether a percentage can be an objective: with 100 there is no budget, and nothing that may burn. */
export function isObjective(percent: number): boolean {
  return percent >= leastObjectivePercent && percent < 100 && Number(percent.toFixed(3)) === percent;
}

/** Labels of all that is recorded of an objective, and of its alerts. */
export function sloLabels({ namespace, service, kind }: Slo): Readonly<Record<string, string>> {
  return { namespace, service, slo: kind };
}
