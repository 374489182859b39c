const rootType = "pulumi:pulumi:Stack";

/**
 * The URN the engine would give: the type is the chain of the parents' types, joined by `$`, without the root stack's.
 */
export function makeUrn(args: {
  readonly project: string;
  readonly stack: string;
  readonly parent: string | null;
  readonly type: string;
  readonly name: string;
}): string {
  const { project, stack, parent, type, name } = args;
  const parentType = parent === null ? rootType : qualifiedTypeOf(parent);
  const chain = parentType === rootType ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

/** Type token of the resource that a URN names, without those of its parents. */
export function typeOf(urn: string): string {
  return qualifiedTypeOf(urn).split("$").at(-1) ?? "";
}

/** Logical name of the resource that a URN names. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** URN in a provider reference (`urn::id`). */
export function urnOfReference(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function qualifiedTypeOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}
