/*
 * What the claims of the five systems are asked of: what a stack registers, with the questions that rows ask.
 */
import type { Cloud } from "../../components/cloud";
import type { Json, PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";
import type { RowId } from "./rows";

export type Inputs = Readonly<Record<string, Json>>;

/** What a stack of a system registers, with the questions that the rows ask of it. */
export class SystemPlan {
  constructor(
    readonly system: string,
    readonly cloud: Cloud,
    readonly resources: readonly PlanResource[],
  ) {}

  /** Inputs of each resource of a type, by its token or how that ends, whose logical name has a form. */
  all(type: string, name: RegExp = /^/): readonly Inputs[] {
    return this.named(type, name).map(({ inputs }) => inputs);
  }

  /** The same resources whole. */
  named(type: string, name: RegExp = /^/): readonly PlanResource[] {
    return this.resources.filter(
      (resource) =>
        (resource.type === type || resource.type.endsWith(`:${type}`)) && name.test(resource.name),
    );
  }

  /** Inputs of the one resource of a type and name. */
  one(type: string, name: RegExp = /^/): Inputs {
    const [only, ...others] = this.all(type, name);
    if (only === undefined || others.length > 0) {
      throw new Error(
        `expected one ${type} ${String(name)} on ${this.cloud}, got ${String(this.all(type, name).length)}`,
      );
    }
    return only;
  }

  /** Names of the charts that are installed, in order, each once. */
  get charts(): readonly string[] {
    const names = this.all("kubernetes:helm.sh/v3:Release").map(({ chart }) => text(chart).split("/").at(-1));
    return [...new Set(names)].filter((name) => name !== undefined).sort();
  }

  /** Values of the one release of a chart. */
  values(chart: string): Inputs {
    const [values, ...others] = this.all("kubernetes:helm.sh/v3:Release")
      .filter((release) => text(release["chart"]).split("/").at(-1) === chart)
      .map((release) => at(release, "values"));
    if (values === undefined || others.length > 0) throw new Error(`expected one release of ${chart}`);
    return values as Inputs;
  }

  /** Prometheus' rules, of whichever group. */
  get rules(): readonly Json[] {
    return this.all("kubernetes:monitoring.coreos.com/v1:PrometheusRule").flatMap((rule) =>
      list(at(rule, "spec.groups")).flatMap((group) => list(at(group, "rules"))),
    );
  }

  /** Severities of the Prometheus alerts, by name. */
  get alerts(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.rules
        .map((rule) => [text(at(rule, "alert")), text(at(rule, "labels.severity"))] as const)
        .filter(([alert]) => alert !== ""),
    );
  }

  /** What is promised of services: `<service> <objective>`, each once. */
  get objectives(): readonly string[] {
    const paged = this.rules.filter((rule) => at(rule, "alert") === "slo-burning-1h");
    return [
      ...new Set(paged.map((rule) => `${text(at(rule, "labels.service"))} ${text(at(rule, "labels.slo"))}`)),
    ];
  }

  /** Bounds of each service's count, by its name: of an autoscaler, of KEDA, or the one number. */
  get replicas(): Readonly<Record<string, readonly [least: number, most: number]>> {
    const scaled = [
      ...this.all("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", /-prod-system-/).map(({ spec }) => [
        at(spec, "scaleTargetRef.name"),
        at(spec, "minReplicas"),
        at(spec, "maxReplicas"),
      ]),
      ...this.all("kubernetes:keda.sh/v1alpha1:ScaledObject").map(({ spec }) => [
        at(spec, "scaleTargetRef.name"),
        at(spec, "minReplicaCount"),
        at(spec, "maxReplicaCount"),
      ]),
    ];
    return Object.fromEntries(
      scaled.map(([service, least, most]) => [text(service), [Number(least), Number(most)] as const]),
    );
  }
}

/** The value at a path of keys and numbers, dots between. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (here, key) => (typeof here === "object" && here !== null ? (here as Inputs)[key] : undefined),
      value,
    );
}

/** A text as it is, and anything else as JSON; what is absent as nothing. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** A list, which what is absent is too. */
export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The sum of the numbers at a path. */
export function sum(values: readonly Inputs[], path: string): number {
  return values.reduce((total, value) => total + Number(at(value, path)), 0);
}

/** What a stack of a system registers on a cloud. */
export async function stackOf(
  system: string,
  cloud: Cloud,
  stack: string,
  ...set: readonly string[]
): Promise<SystemPlan> {
  return new SystemPlan(system, cloud, await planOf(stack, `blueprint=${system}`, `cloud=${cloud}`, ...set));
}

/** A claim of a row: throws where it does not hold of what prod registers on a cloud. */
export type Hold = (plan: SystemPlan) => void | Promise<void>;

/** Claims of every row of a system, each a sentence. */
export type Claims<S extends string> = Readonly<
  Record<Extract<RowId, `${S}.${string}`>, Readonly<Record<string, Hold>>>
>;
