import assert from "node:assert/strict";
import type { BlueprintName } from "../../blueprints/names";
import type { Cloud } from "../../components/cloud";
import type { Column, StoresPlan } from "../../docs/generate/storesReference";
import type { Json, PlanResource } from "../../preview/plan";

/** What is changed in a resource. */
export type Change = (resource: PlanResource) => PlanResource | undefined;

/** The inputs with another value at a path; undefined removes it. */
export function to(path: string | readonly string[], value: Json | undefined): Change {
  const keys = typeof path === "string" ? path.split(".") : path;
  return (resource) => ({
    ...resource,
    inputs: withValue(resource.inputs, keys, value) as PlanResource["inputs"],
  });
}

function withValue(
  at: Json | undefined,
  [key, ...rest]: readonly string[],
  value: Json | undefined,
): Json | undefined {
  if (key === undefined) return value;
  if (Array.isArray(at)) {
    return at.map((element: Json, place) =>
      String(place) === key ? (withValue(element, rest, value) ?? null) : element,
    );
  }
  const { [key]: old, ...others } = (at ?? {}) as Record<string, Json>;
  const changed = withValue(old, rest, value);
  return changed === undefined ? others : { ...others, [key]: changed };
}

export const unprotected: Change = (resource) => ({ ...resource, protect: false });
export const gone: Change = () => undefined;
/** The value is there still, and comes from nothing in the stack. */
export const givenFrom =
  (property: string): Change =>
  (resource) => ({
    ...resource,
    propertyDependencies: { ...resource.propertyDependencies, [property]: [] },
  });

/** The plan with what has that type and name changed. */
export function changed(plan: StoresPlan, type: string, name: RegExp, change: Change): StoresPlan {
  const found = plan.resources.filter((at) => at.type === type && name.test(at.name));
  assert.ok(found.length > 0, `no ${type} ${String(name)}`);
  const resources = plan.resources.flatMap((at) => {
    const now = found.includes(at) ? change(at) : at;
    return now === undefined ? [] : [now];
  });
  return { ...plan, resources };
}

/** What is changed of a store's resources, and the cell that tells. */
export interface StoreCase {
  readonly blueprint: BlueprintName;
  readonly cloud: Cloud;
  readonly store: string;
  /** Type of the resource that is changed. */
  readonly type: string;
  readonly name: RegExp;
  readonly what: string;
  readonly change: Change;
  readonly column: Column;
  readonly before: string;
  readonly after: string;
  /** What else is set in the stack. */
  readonly set: readonly string[];
}

type Row = readonly [what: string, change: Change, column: Column, before: string, after: string];

/** What is changed, one by one, in one resource of a store. */
export function of(
  [blueprint, cloud, store]: readonly [BlueprintName, Cloud, string],
  [type, name]: readonly [type: string, name: RegExp],
  rows: readonly Row[],
  set: readonly string[] = [],
): readonly StoreCase[] {
  const on = { blueprint, cloud, store, type, name, set };
  return rows.map(([what, change, column, before, after]) => ({
    ...on,
    what,
    change,
    column,
    before,
    after,
  }));
}

const plain = (is: string) => ({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": is } } });
/** Lets in what is plain, and refuses what is not. */
export const openPolicy = JSON.stringify({
  Statement: [
    { Effect: "Allow", ...plain("false") },
    { Effect: "Deny", ...plain("true") },
  ],
});
