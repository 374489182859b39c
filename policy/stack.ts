import type { PolicyResource } from "@pulumi/policy";
import { withoutNulls } from "./malformed";
import { cannotTell } from "./unknown";
import type { AnyResource, Resource, Props, ResourceType } from "./resource";

/** A resource of the stack, with what it hangs on. */
export interface Placed {
  readonly parent?: PolicyResource;
  readonly propertyDependencies: Readonly<Record<string, readonly PolicyResource[]>>;
}

/** One of the given types, in its stack. */
export type PlacedResource<T extends ResourceType> = { [K in T]: Resource<K, Props<K>> & Placed }[T];

/** A stack before a rule: its resources by type, and what the rule works out from them once. */
export class Stack {
  private readonly byType = new Map<string, PolicyResource[]>();
  private readonly worked = new Map<string, unknown>();
  /** Types of the resources directly below each parent, `<parent URN> <type>`. */
  private readonly parents = new Set<string>();

  constructor(resources: readonly PolicyResource[]) {
    const answered = answeringProviders(resources);
    for (const given of resources) {
      const resource = withUnknownProps(given, answered);
      const same = this.byType.get(resource.type);
      if (same) same.push(resource);
      else this.byType.set(resource.type, [resource]);
      if (resource.parent) this.parents.add(`${resource.parent.urn} ${resource.type}`);
    }
  }

  /** All resources of the given types. */
  ofType<T extends ResourceType>(...types: readonly T[]): readonly PlacedResource<T>[] {
    // The token decides the properties' type: that is what ArgsByType states.
    return types.flatMap((type) => this.byType.get(type) ?? []) as unknown as readonly PlacedResource<T>[];
  }

  /** What takes any property from that resource, whatever its type. */
  takersOf({ urn }: { readonly urn: string }): readonly PolicyResource[] {
    const takers = this.once("takers", () => {
      const found = new Map<string, Set<PolicyResource>>();
      for (const taker of [...this.byType.values()].flat())
        for (const source of Object.values(taker.propertyDependencies).flat())
          found.set(source.urn, (found.get(source.urn) ?? new Set()).add(taker));
      return found;
    });
    return [...(takers.get(urn) ?? [])];
  }

  /** True when the component itself made a resource of that type, which is then judged in its stead. */
  hasChildOfType(component: { readonly urn: string }, type: ResourceType): boolean {
    return this.parents.has(`${component.urn} ${type}`);
  }

  /** Work something out once a stack, such as an index of what selects what. */
  once<T>(what: string, work: (stack: Stack) => T): T {
    if (!this.worked.has(what)) this.worked.set(what, work(this));
    // Only `work` of the same name puts it there.
    return this.worked.get(what) as T;
  }
}

/**
 * True when a property of `from` takes its value from `to`, from a component around it, or names it by a value that is
 * known on both sides. Ids are unknown on a first preview, so the dependency is asked first.
 */
export function pointsAt(
  from: Placed & AnyLike,
  property: string,
  to: Placed & AnyLike,
  names: readonly string[] = [],
): boolean {
  const sources = from.propertyDependencies[property] ?? [];
  if (sources.some((source) => source.urn === to.urn || isAround(source.urn, to))) return true;
  if (sources.length > 0) return false;
  const value = from.props[property];
  return typeof value === "string" && names.some((name) => to.props[name] === value);
}

/** What of a type takes that property from the resource. */
export function pointingAt<T extends ResourceType>(
  stack: Stack,
  type: T,
  property: string,
  to: Placed & AnyLike,
): readonly PlacedResource<T>[] {
  // Whatever the type, its properties are looked at by name.
  return stack
    .ofType(type)
    .filter((candidate) => pointsAt(candidate as unknown as Placed & AnyLike, property, to, ["id", "name"]));
}

/**
 * In a first preview the engine asks nothing of a provider whose own configuration is not known yet, such as that of a
 * cluster still to be made. Nothing that it would make has a property then, and none of them can be told.
 */
function withUnknownProps(resource: PolicyResource, answered: ReadonlySet<string>): PolicyResource {
  if (!resource.type.startsWith("kubernetes:") || !resource.provider || answered.has(resource.provider.urn))
    return { ...resource, props: withoutNulls(resource.props) };
  const props = new Proxy(
    {},
    {
      get: (_, key) => (typeof key === "symbol" ? undefined : cannotTell(key)),
      has: (_, key) => cannotTell(String(key)),
    },
  );
  return { ...resource, props };
}

/** Providers of which anything is known that they made. */
function answeringProviders(resources: readonly PolicyResource[]): ReadonlySet<string> {
  const answering = resources.filter((resource) => Object.keys(resource.props).length > 0);
  return new Set(answering.flatMap(({ provider }) => provider?.urn ?? []));
}

type AnyLike = Pick<AnyResource, "urn"> & { readonly props: Readonly<Record<string, unknown>> };

function isAround(urn: string, resource: Placed): boolean {
  for (let parent = resource.parent; parent; parent = parent.parent) if (parent.urn === urn) return true;
  return false;
}
