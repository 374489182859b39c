import type { Json, PlanResource } from "../../../preview/plan";
import { fixtures } from "../fixtures";
import type { Case, Fixture } from "../fixtures/case";
import { changed } from "../scene";

type Value = Json | undefined | ((resource: PlanResource) => Json | undefined);

/** One change of one resource that our own program registers. */
export interface Change {
  /** Type of the resource that is changed, which need not be the one that its rule then names. */
  readonly type: string;
  /** Its logical name. @default any */
  readonly name?: RegExp;
  /**
   * Path such as `inputs.spec.replicas`, and what is put there, or how it is told by what the resource has; `undefined` takes
   * away.
   *
   * @default the resource is taken out
   */
  readonly edit?: readonly [path: string, value: Value];
  /** What the pack's config says of the rule. @default its values of prod */
  readonly settings?: Readonly<Record<string, Json>>;
}

/** What is left of a resource after the change: null where it was taken out, undefined where the change would change nothing. */
export function mutantOf(resource: PlanResource, { edit }: Change): PlanResource | null | undefined {
  if (edit === undefined) return null;
  const [path, given] = edit;
  const value = typeof given === "function" ? given(resource) : given;
  const keys = path.split(".");
  const last = keys.pop();
  let holder: unknown = resource;
  for (const key of keys) holder = fieldOf(holder, key);
  // Where more than the last step isn't there, it would be more than one property.
  if (last === undefined || typeof holder !== "object" || holder === null) return undefined;
  if (JSON.stringify(fieldOf(holder, last)) === JSON.stringify(value)) return undefined;
  return changed(resource, path, value);
}

function fieldOf(holder: unknown, key: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, key) : undefined;
}

/** True for one kind in two versions of its API. */
export function isSameKind(one: string, other: string): boolean {
  return (
    one === other ||
    [one, other].every((type) => type.startsWith("kubernetes:") && kindOf(type) === kindOf(one))
  );
}

function kindOf(type: string): string {
  const [, version = "", kind = ""] = type.split(":");
  return `${version.split("/")[0] ?? ""} ${kind}`;
}

/** What the scenes break a rule by, as changes of whatever has the same kind. A resource put in is none. */
export function changesOf(rule: string): readonly Change[] {
  return fixtures.flatMap((fixture) =>
    fixture.cases.filter((each) => each.rule === rule).flatMap((each) => changeOf(fixture, each)),
  );
}

function changeOf({ good }: Fixture, { edit, add, remove, settings }: Case): readonly Change[] {
  const name = edit?.[0] ?? remove;
  if (name === undefined) return [];
  const [type] = [...good, ...(add ?? [])].find((line) => line[1] === name) ?? [];
  if (type === undefined) return [];
  return [{ type, ...(edit && { edit: [edit[1], edit[2]] }), ...(settings && { settings }) }];
}
