import { isDeepStrictEqual } from "node:util";
import { urnOfReference } from "../../preview/urn";
import type { PlanResource } from "../../preview/plan";
import { type Facts, factsOf } from "./state";

/** Why the offline preview and the engine differ where they should. */
export const reasons = {
  remoteChild: "a remote component's children are made by its plugin, which the offline preview has not",
  remoteArguments: "the engine records a remote component as its plugin registers it: without its arguments",
  remoteProvider: "the engine records a remote component as its plugin registers it: without a provider",
  remoteDependencies: "what depends on a remote component's output depends, for the engine, on its children",
  remoteOutput:
    "ids of a remote component's children follow from their URNs, which the offline preview has not",
  assetHashes: "the engine writes a hash beside each text of an asset and an archive",
  providerInputs: "the engine writes a provider's version, and room of its own, into the provider's inputs",
  builtinProvider: "the engine has a provider of its own, for what it answers itself",
} as const;
export type Reason = keyof typeof reasons;

/** One thing of which the offline preview and the engine do not say the same. */
export interface Difference {
  readonly urn: string;
  /** The fact, or the input, that differs; `registered` where only one of the two has the resource. */
  readonly field: string;
  readonly offline: unknown;
  readonly engine: unknown;
  /** Undefined for a difference that nothing explains. */
  readonly reason: Reason | undefined;
}

type Fact = Exclude<keyof Facts, "urn" | "inputs">;

const facts: readonly Fact[] = [
  "type",
  "custom",
  "parent",
  "provider",
  "dependencies",
  "propertyDependencies",
  "protect",
  "retainOnDelete",
  "deletedWith",
  "ignoreChanges",
  "additionalSecretOutputs",
  "customTimeouts",
];

/** All differences, in the order of the URNs. */
export function compare(plan: readonly PlanResource[], state: readonly Facts[]): readonly Difference[] {
  const family = new RemoteFamily(plan, state);
  const planned = new Map(plan.map((resource) => [resource.urn, factsOf(resource)]));
  const made = new Map(state.map((resource) => [resource.urn, resource]));
  const urns = [...new Set([...planned.keys(), ...made.keys()])].sort();
  return urns.flatMap((urn) => {
    const [offline, engine] = [planned.get(urn), made.get(urn)];
    if (offline !== undefined && engine !== undefined) {
      return [...factDifferences(offline, engine, family), ...inputDifferences(offline, engine, family)];
    }
    const reason = engine === undefined ? undefined : reasonOfEngineOnly(engine, family);
    return [
      { urn, field: "registered", offline: offline !== undefined, engine: engine !== undefined, reason },
    ];
  });
}

function reasonOfEngineOnly({ urn, type }: Facts, family: RemoteFamily): Reason | undefined {
  if (type === "pulumi:providers:pulumi") {
    return "builtinProvider";
  }
  return family.isChild(urn) ? "remoteChild" : undefined;
}

/** Remote components and what descends from them. */
export class RemoteFamily {
  private readonly remote: ReadonlySet<string>;
  private readonly parents: ReadonlyMap<string, string | null>;

  constructor(plan: readonly PlanResource[], state: readonly Facts[]) {
    this.remote = new Set(plan.filter((resource) => resource.remote).map((resource) => resource.urn));
    this.parents = new Map(state.map((resource) => [resource.urn, resource.parent]));
  }

  public isComponent(urn: string): boolean {
    return this.remote.has(urn);
  }

  public isChild(urn: string): boolean {
    return this.componentOf(this.parents.get(urn) ?? null) !== undefined;
  }

  /** The URNs, with each child of a remote component replaced by the component. */
  public withoutChildren(urns: readonly string[]): readonly string[] {
    return [...new Set(urns.map((urn) => this.componentOf(urn) ?? urn))].sort();
  }

  private componentOf(urn: string | null): string | undefined {
    if (urn === null || this.remote.has(urn)) {
      return urn ?? undefined;
    }
    const parent = this.parents.get(urn);
    // the offline preview names children that only it knows, by a URN below the component's
    return parent === undefined ? this.componentAbove(urn) : this.componentOf(parent);
  }

  private componentAbove(urn: string): string | undefined {
    return [...this.remote].find((component) =>
      urn.startsWith(`${component.slice(0, component.lastIndexOf("::"))}$`),
    );
  }
}

function factDifferences(offline: Facts, engine: Facts, family: RemoteFamily): readonly Difference[] {
  return facts.flatMap((field) => {
    const [left, right] = [comparable(offline, field), comparable(engine, field)];
    if (isDeepStrictEqual(left, right)) {
      return [];
    }
    const reason = reasonOfFact(field, left, right, { urn: offline.urn, family });
    return [{ urn: offline.urn, field, offline: left, engine: right, reason }];
  });
}

/** A fact without what must differ: a provider's id is of its making, and a key without dependencies says nothing. */
function comparable(resource: Facts, field: Fact): unknown {
  if (field === "provider") {
    return resource.provider === null ? null : urnOfReference(resource.provider);
  }
  if (field === "propertyDependencies") {
    return Object.fromEntries(
      Object.entries(resource.propertyDependencies).filter(([, urns]) => urns.length > 0),
    );
  }
  return resource[field];
}

function reasonOfFact(
  field: Fact,
  offline: unknown,
  engine: unknown,
  { urn, family }: { readonly urn: string; readonly family: RemoteFamily },
): Reason | undefined {
  if (field === "provider" && family.isComponent(urn)) {
    return "remoteProvider";
  }
  if (field === "propertyDependencies" && family.isComponent(urn)) {
    return "remoteArguments";
  }
  if (field === "dependencies" || field === "propertyDependencies") {
    return isDeepStrictEqual(collapsed(offline, family), collapsed(engine, family))
      ? "remoteDependencies"
      : undefined;
  }
  return undefined;
}

function collapsed(value: unknown, family: RemoteFamily): unknown {
  if (Array.isArray(value)) {
    return family.withoutChildren(value.map(String));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, urns]) => [key, collapsed(urns, family)]));
  }
  return value;
}

function inputDifferences(offline: Facts, engine: Facts, family: RemoteFamily): readonly Difference[] {
  const keys = [...new Set([...Object.keys(offline.inputs), ...Object.keys(engine.inputs)])].sort();
  return keys.flatMap((key) => {
    const [left, right] = [offline.inputs[key], engine.inputs[key]];
    if (isDeepStrictEqual(left, right)) {
      return [];
    }
    const reason = reasonOfInput({ resource: offline, key, left, right }, family);
    return [{ urn: offline.urn, field: `inputs.${key}`, offline: left, engine: right, reason }];
  });
}

/** What the engine adds to the inputs of a provider. */
const engineInputs: ReadonlySet<string> = new Set(["version", "__internal"]);

function reasonOfInput(
  { resource, key, left, right }: { resource: Facts; key: string; left: unknown; right: unknown },
  family: RemoteFamily,
): Reason | undefined {
  if (family.isComponent(resource.urn)) {
    return right === undefined ? "remoteArguments" : undefined;
  }
  if (resource.type.startsWith("pulumi:providers:") && engineInputs.has(key) && left === undefined) {
    return "providerInputs";
  }
  if (isDeepStrictEqual(contentOf(left), contentOf(right))) {
    return "assetHashes";
  }
  return left !== undefined && right !== undefined && withoutDigits(left) === withoutDigits(right)
    ? "remoteOutput"
    : undefined;
}

/** The value without the hashes of the assets in it, which the engine adds, and without the SDK's own marks of them. */
function contentOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(contentOf);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const isAsset = "text" in value || "path" in value || "assets" in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !(isAsset && ["hash", "__pulumiAsset", "__pulumiArchive"].includes(key)))
      .map(([key, field]) => [key, contentOf(field)]),
  );
}

/** The value with every number that follows from a URN's hash made the same. */
function withoutDigits(value: unknown): string {
  return JSON.stringify(value).replace(/[0-9a-f]{7,}|[0-9A-F]{7,}/g, "#");
}
