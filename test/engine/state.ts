import { z } from "zod";
import { toPlan, type WireObject } from "../../preview/wire";
import type { Json, PlanResource } from "../../preview/plan";
import type { Pulumi } from "./pulumi";

/** What the offline preview and the engine's state both say of a resource. */
export type Facts = Pick<
  PlanResource,
  | "urn"
  | "type"
  | "custom"
  | "parent"
  | "provider"
  | "inputs"
  | "dependencies"
  | "propertyDependencies"
  | "protect"
  | "retainOnDelete"
  | "deletedWith"
  | "ignoreChanges"
  | "additionalSecretOutputs"
> & {
  /** Seconds by operation: the engine counts so. */
  readonly customTimeouts: Readonly<Record<string, number>>;
};

const urns = z
  .array(z.string())
  .nullish()
  .transform((list) => [...(list ?? [])].sort());

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  parent: z.string().default(""),
  provider: z.string().default(""),
  inputs: z.record(z.string(), z.unknown()).default({}),
  dependencies: urns,
  propertyDependencies: z.record(z.string(), urns).nullish(),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  deletedWith: z.string().default(""),
  ignoreChanges: z.array(z.string()).default([]),
  additionalSecretOutputs: z.array(z.string()).default([]),
  customTimeouts: z.record(z.string(), z.number()).default({}),
});

const deployment = z.object({ deployment: z.object({ resources: z.array(resource).nullish() }) });

/** What the engine holds of the stack, after an update. */
export function stateOf(pulumi: Pulumi): readonly Facts[] {
  const exported = deployment.parse(JSON.parse(pulumi.quiet("stack", "export")));
  return (exported.deployment.resources ?? []).map((found) => ({
    ...found,
    parent: found.parent === "" ? null : found.parent,
    provider: found.provider === "" ? null : found.provider,
    deletedWith: found.deletedWith === "" ? null : found.deletedWith,
    // a state is what went over the wire
    inputs: inputsOf(found.inputs as WireObject),
    propertyDependencies: found.propertyDependencies ?? {},
    customTimeouts: Object.fromEntries(
      Object.entries(found.customTimeouts).filter(([, seconds]) => seconds > 0),
    ),
  }));
}

/** The same facts of a registration in a plan. */
export function factsOf(planned: PlanResource): Facts {
  return {
    ...planned,
    customTimeouts: Object.fromEntries(
      Object.entries(planned.customTimeouts ?? {}).map(([operation, text]) => [operation, secondsOf(text)]),
    ),
  };
}

function inputsOf(fields: WireObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, toPlan(value)]));
}

/** Seconds of a duration as Go writes them: `1h30m`. */
export function secondsOf(duration: string): number {
  const perUnit: ReadonlyMap<string, number> = new Map([
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ]);
  return [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)].reduce(
    (total, [, number = "0", unit = "s"]) => total + Number(number) * (perUnit.get(unit) ?? 0),
    0,
  );
}
