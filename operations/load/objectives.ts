import { series } from "../../components/slo/indicators";
import { budgetOf } from "../../components/slo/slo";
import type { PlanResource } from "../../preview/plan";
import { listAt, textAt } from "../json";

/** What is promised of a service's answers. */
export interface Promised {
  /** Part of its requests that may fail, of 1. */
  readonly failures?: number;
  /** Part of its answers that has to be in time, percent. */
  readonly percent?: number;
  /** What in time is, milliseconds. */
  readonly milliseconds?: number;
}

/** What is promised of a plan's services, by the very rules that record it. */
export function promisesOf(resources: readonly PlanResource[]): ReadonlyMap<string, Promised> {
  const promises = new Map<string, Promised>();
  const rules = resources
    .filter(({ type }) => type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule")
    .flatMap(({ inputs }) => listAt(inputs, "spec", "groups"))
    .flatMap((group) => listAt(group, "rules"));
  for (const rule of rules) {
    const service = textAt(rule, "labels", "service");
    if (service !== undefined) promises.set(service, { ...promises.get(service), ...saidBy(rule) });
  }
  return promises;
}

/** What one rule says of a service's promise; nothing where it records something else. */
function saidBy(rule: unknown): Promised {
  const [record, expression = ""] = [textAt(rule, "record"), textAt(rule, "expr")];
  const slo = textAt(rule, "labels", "slo");
  const objective = /^vector\(([\d.]+)\)$/.exec(expression)?.[1];
  if (record === series.objective && objective !== undefined) {
    // to a thousandth of a percent, as objectives are, and not to what floating point makes of it
    const objectivePercent = Number((Number(objective) * 100).toFixed(3));
    if (slo === "availability") return { failures: budgetOf({ objectivePercent }) };
    return slo === "latency" ? { percent: objectivePercent } : {};
  }
  if (record !== series.failures || slo !== "latency") return {};
  // the bucket that is taken from all: in seconds, or in milliseconds as Istio counts; its bound `0.5`, or `500([.]0)?`
  const bound = /_(milliseconds|seconds)_bucket\{[^}]*\ble=~?"([\d.]+)(?:\(\[\.\]0\)\?)?"/.exec(expression);
  return bound === null ? {} : { milliseconds: Number(bound[2]) * (bound[1] === "seconds" ? 1000 : 1) };
}
