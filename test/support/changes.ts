/*
 * What an update would do, by two plans: a line a resource, as a test can say it.
 */
import type { Json, PlanResource } from "../../preview/plan";
import { replacementsOf } from "../../preview/replay/record";

/** What an update does to a resource. */
export interface Change {
  readonly action: "create" | "update" | "replace" | "delete";
  readonly resource: PlanResource;
}

/**
 * What becomes of a stack that stands as one plan has it, by an update to another; of components, which are nothing, nothing.
 * An object without a name of its own gets another one where it is replaced, and with it everybody changes who names it.
 */
export function changesOf(
  before: readonly PlanResource[],
  after: readonly PlanResource[],
): readonly Change[] {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const kept = new Set(after.map(({ urn }) => urn));
  const gone = before.filter(({ urn }) => !kept.has(urn));
  return [
    ...changesOfKept(old, after, new Set()),
    ...gone.map((resource): Change => ({ action: "delete", resource })),
  ].filter(({ resource }) => resource.custom);
}

/** @param renamed URNs of objects that are known to get another name */
function changesOfKept(
  old: ReadonlyMap<string, PlanResource>,
  after: readonly PlanResource[],
  renamed: ReadonlySet<string>,
): readonly Change[] {
  const changes = after.flatMap((resource): Change[] => {
    const was = old.get(resource.urn);
    if (was === undefined) return [{ action: "create", resource }];
    const told = Object.entries(resource.propertyDependencies)
      .filter(([, urns]) => urns.some((urn) => renamed.has(urn)))
      .map(([input]) => input);
    if (told.length === 0 && same(facts(was), facts(resource))) return [];
    return [{ action: isReplaced(was, resource, told) ? "replace" : "update", resource }];
  });
  const now = changes.filter(({ action, resource }) => action === "replace" && isAutoNamed(resource));
  return now.length === renamed.size
    ? changes
    : changesOfKept(old, after, new Set(now.map(({ resource }) => resource.urn)));
}

function isAutoNamed({ type, inputs }: PlanResource): boolean {
  return type.startsWith("kubernetes:") && valueAt(inputs, ["metadata", "name"]) === undefined;
}

/** `replace Job api-migration`: a line a change, in the order of the alphabet, without what all names begin with. */
export function linesOf(changes: readonly Change[], prefix: string): readonly string[] {
  return changes
    .map(({ action, resource: { type, name } }) => {
      const own = name.startsWith(prefix) ? name.slice(prefix.length) : name;
      return `${action} ${type.split(":").at(-1) ?? ""} ${own}`;
    })
    .sort();
}

/** What the engine compares. */
function facts({ inputs, provider, protect }: PlanResource): Json {
  return { inputs, provider, protect };
}

/**
 * Objects of Kubernetes are others under another name, and what is immutable can't be changed; of others the release's record
 * says what replaces them.
 *
 * @param told inputs that are others by whoever they name
 */
function isReplaced(was: PlanResource, is: PlanResource, told: readonly string[]): boolean {
  const kubernetes = is.type.startsWith("kubernetes:");
  const immutable = is.inputs["immutable"] === true ? ["data", "binaryData"] : [];
  const paths = [
    ...is.replaceOnChanges,
    ...(kubernetes ? ["metadata.name", "metadata.namespace", ...immutable] : []),
    ...(replacementsOf(is.type)?.inputs ?? []),
  ];
  return paths.some((path) => {
    const keys = path.split(".");
    const [first = ""] = keys;
    return told.includes(first) || !same(valueAt(was.inputs, keys), valueAt(is.inputs, keys));
  });
}

function valueAt(value: Json | undefined, [key, ...rest]: readonly string[]): Json | undefined {
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return valueAt((value as { readonly [key: string]: Json })[key], rest);
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
