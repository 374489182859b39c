import type { Json, PlanResource } from "../plan";
import { makeUrn, nameOf } from "../urn";

/**
 * Every URN that the engine takes for a resource: its own, those of its aliases, and the same with each URN that its parent
 * may have had (https://www.pulumi.com/docs/iac/concepts/options/aliases/).
 */
export function urnsOf(resources: readonly PlanResource[]): ReadonlyMap<string, readonly string[]> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, readonly string[]>();
  const find = (urn: string): readonly string[] => {
    const found = known.get(urn);
    if (found !== undefined) return found;
    const resource = byUrn.get(urn);
    if (resource === undefined) return [urn];
    const urns = identities(resource, resource.parent === null ? [null] : find(resource.parent));
    known.set(urn, urns);
    return urns;
  };
  return new Map(resources.map(({ urn }) => [urn, find(urn)]));
}

function identities(
  { urn, name, type, parent, aliases }: PlanResource,
  parents: readonly (string | null)[],
): readonly string[] {
  const place = { project: urn.split("::")[1] ?? "", stack: urn.split("::")[0]?.split(":").at(-1) ?? "" };
  const at = (changes: Partial<Parameters<typeof makeUrn>[0]>): string =>
    makeUrn({ ...place, parent, type, name, ...changes });
  const inherited = parents.flatMap((former) =>
    // a child that was named after its parent went by the parent's former name, as the engine has it
    former === null
      ? []
      : [at({ parent: former }), at({ parent: former, name: formerName(name, parent, former) })],
  );
  const own = aliases.flatMap((alias) => {
    const spec = fieldsOf(alias);
    if (typeof spec["urn"] === "string") return [spec["urn"]];
    const changes = Object.fromEntries(
      ["name", "type", "stack", "project"].flatMap((key) =>
        typeof spec[key] === "string" ? [[key, spec[key]]] : [],
      ),
    );
    if (spec["noParent"] === true) return [at({ ...changes, parent: null })];
    const former = spec["parentUrn"];
    const above = typeof former === "string" ? [former] : parents;
    return above.map((up) => at({ ...changes, parent: up }));
  });
  return [...new Set([urn, ...own, ...inherited])];
}

function formerName(name: string, parent: string | null, former: string): string {
  const current = parent === null ? "" : nameOf(parent);
  return current !== "" && name.startsWith(current) ? `${nameOf(former)}${name.slice(current.length)}` : name;
}

function fieldsOf(alias: Json): { readonly [key: string]: Json } {
  return typeof alias === "object" && alias !== null && !Array.isArray(alias)
    ? (alias as { readonly [key: string]: Json })
    : {};
}
