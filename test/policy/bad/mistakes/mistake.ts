import type { Json } from "../../../../preview/plan";

/** A value at a path of the resource's inputs, such as `spec.replicas`; `undefined` takes it away. */
export type Change = readonly [path: string, value: Json | undefined];

/** A resource that was missing, and the one that it names by that input. */
export interface Missing {
  readonly type: string;
  readonly inputs: Readonly<Record<string, Json>>;
  /** The input whose value is the id of the resource with the mistake. */
  readonly names?: string;
}

/** How a mistake is put right, and nothing else: the rules that are content then are those that have caught it. */
export type Repair =
  | { readonly change: readonly Change[] }
  | { readonly add: Missing }
  /** It should not be there at all; what says so is a rule whose id has this. */
  | { readonly gone: string };

/** One mistake of the bad stack. */
export interface Mistake {
  /** Kind and logical name of the resource: `Bucket exports`. */
  readonly on: string;
  readonly what: string;
  /** Where the public lists warn of it. */
  readonly source: string;
  readonly repair: Repair;
  /** Why no rule is about it; of those that are caught none. */
  readonly left?: string;
}

/** A line of a list: resource, mistake, source, repair, and why no rule is about it where none is. */
export type Row = readonly [on: string, what: string, source: string, repair: Repair, left?: string];

/** The repair by other values. */
export function to(...change: readonly Change[]): Repair {
  return { change };
}

/** The repair by a resource that was missing. */
export function add(type: string, inputs: Missing["inputs"], names?: string): Repair {
  return { add: { type, inputs, ...(names === undefined ? {} : { names }) } };
}

/** The repair of what should not be there, by a part of the ids of the rules that say so and not something else of it. */
export function gone(rules: string): Repair {
  return { gone: rules };
}

export function mistakesOf(rows: readonly Row[]): readonly Mistake[] {
  return rows.map(([on, what, source, repair, left]) => ({
    on,
    what,
    source,
    repair,
    ...(left === undefined ? {} : { left }),
  }));
}
