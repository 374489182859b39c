import type { Json, PlanResource } from "../../preview/plan";

/** What a fixture states of a resource; the rest is what a plan has where nothing is said. */
export interface Given {
  readonly inputs?: Readonly<Record<string, Json>>;
  /** Logical name of the provider, or null for none. @default "provider" */
  readonly provider?: string | null;
  /** Logical name of the parent. */
  readonly parent?: string;
  /** Input name to the logical names its value came from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
  /** @default false */
  readonly protect?: boolean;
}

/** One line of a fixture: type token, logical name (unique in its scene) and what is stated. */
export type Line = readonly [type: string, name: string, given?: Given];

/** A stack as a plan holds it, from a fixture's lines. */
export function scene(lines: readonly Line[]): readonly PlanResource[] {
  const urns = new Map(lines.map(([type, name]) => [name, urnOf(type, name)]));
  const known = (name: string): string => {
    const urn = urns.get(name);
    if (urn === undefined) throw new Error(`the scene has no resource ${name}`);
    return urn;
  };
  return lines.map(
    ([type, name, { inputs = {}, provider = "provider", parent, from = {}, protect = false } = {}]) => {
      const propertyDependencies = Object.fromEntries(
        Object.entries(from).map(([property, names]) => [property, names.map(known)]),
      );
      return {
        urn: urnOf(type, name),
        type,
        name,
        custom: true,
        remote: false,
        parent: parent === undefined ? null : known(parent),
        provider: provider === null || type.startsWith("pulumi:") ? null : `${known(provider)}::an-id`,
        providers: {},
        inputs,
        dependencies: [...new Set(Object.values(propertyDependencies).flat())].sort(),
        propertyDependencies,
        protect,
        retainOnDelete: false,
        deletedWith: null,
        deleteBeforeReplace: null,
        aliases: [],
        ignoreChanges: [],
        replaceOnChanges: [],
        additionalSecretOutputs: [],
        customTimeouts: null,
        importId: null,
      };
    },
  );
}

function urnOf(type: string, name: string): string {
  return `urn:pulumi:prod::groundwork::${type}::${name}`;
}

/** A value at a path of a resource, such as `inputs.spec.replicas`; `undefined` takes it away. */
export type Edit = readonly [name: string, path: string, value: Json | undefined];

/** The scene with one value changed. */
export function edited(
  resources: readonly PlanResource[],
  [name, path, value]: Edit,
): readonly PlanResource[] {
  if (!resources.some((resource) => resource.name === name))
    throw new Error(`the scene has no resource ${name}`);
  return resources.map((resource) => (resource.name === name ? changed(resource, path, value) : resource));
}

/** A copy of the resource with that value at that path. */
export function changed(resource: PlanResource, path: string, value: Json | undefined): PlanResource {
  const copy = structuredClone(resource) as unknown as Record<string, unknown>;
  assign(copy, path.split("."), value);
  return copy as unknown as PlanResource;
}

/** The scene without one of its resources. */
export function without(resources: readonly PlanResource[], name: string): readonly PlanResource[] {
  const left = resources.filter((resource) => resource.name !== name);
  if (left.length === resources.length) throw new Error(`the scene has no resource ${name}`);
  return left;
}

function assign(holder: Record<string, unknown>, path: readonly string[], value: Json | undefined): void {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error("an edit needs a path");
  if (rest.length === 0) {
    if (value === undefined) Reflect.deleteProperty(holder, key);
    else holder[key] = value;
    return;
  }
  const next = holder[key];
  if (typeof next !== "object" || next === null) {
    if (value === undefined) throw new Error(`nothing to take away at ${path.join(".")}`);
    holder[key] = {};
  }
  assign(holder[key] as Record<string, unknown>, rest, value);
}

/** Every place in a value, `spec.containers.0.name`, but for keys with a dot in them. */
export function pathsOf(value: Json, at: readonly string[] = []): readonly string[] {
  if (typeof value !== "object" || value === null) return at.length === 0 ? [] : [at.join(".")];
  const inside = Object.entries(value)
    .filter(([key]) => !key.includes("."))
    .flatMap(([key, field]) => pathsOf(field, [...at, key]));
  return at.length === 0 ? inside : [at.join("."), ...inside];
}

/** False for the place of an entry of a list. */
export function isField(path: string): boolean {
  return !/(^|\.)\d+$/.test(path);
}
