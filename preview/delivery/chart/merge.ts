import type { Json } from "../../plan";
import { isEqual, isList, isRecord, type JsonObject, textOf } from "../json";
import type { TemplateNode, TemplatePart, Variants } from "./node";
import { piecesOf, type SharedValue, skeleton } from "./shared";

/** How one object of several stacks becomes one template. */
export interface Merging {
  /** Names of all stacks. */
  readonly stacks: readonly string[];
  readonly shared: readonly SharedValue[];
  /** What stands at a place in place of the values there; `undefined` where it is to be found out. */
  readonly replace: (path: readonly string[], variants: Variants) => TemplateNode | undefined;
  /** Condition of a part that only some stacks have; by the environment when it is `undefined`. */
  readonly condition: (path: readonly string[], value: Json) => string | undefined;
  /** Lines that follow a list, as an expression. */
  readonly more: (path: readonly string[]) => string | undefined;
}

/** One of several forms of a value, and who has it. */
interface Form {
  readonly stacks: readonly string[];
  readonly node: TemplateNode;
}

/** The template of an object; it differs at its leaves, never as a whole. */
export function template(merging: Merging, variants: Variants): TemplateNode {
  const [form] = forms(merging, variants, []);
  if (form === undefined) throw new Error("expected an object of one stack at least, got none");
  return form.node;
}

function forms(merging: Merging, variants: Variants, path: readonly string[]): readonly Form[] {
  const stacks = [...variants.keys()];
  const replacement = merging.replace(path, variants);
  if (replacement !== undefined) return [{ stacks, node: replacement }];
  const values = [...variants.values()];
  if (values.every(isRecord)) return [{ stacks, node: fields(merging, variants, path) }];
  if (values.every(isList)) return lists(merging, variants, path);
  return byValue(merging, variants);
}

/** A text that differs only where a shared value stands, or a form for each value. */
function byValue({ shared }: Merging, variants: Variants): readonly Form[] {
  const stacks = [...variants.keys()];
  const values = [...variants.values()];
  if (values.every((value) => isEqual(value, values[0]))) {
    return [{ stacks, node: { kind: "literal", value: values[0] ?? null } }];
  }
  const skeletons = [...variants].map(([stack, value]) => skeleton(stack, textOf(value), shared));
  const [first = ""] = skeletons;
  if (values.every((value) => typeof value === "string") && skeletons.every((one) => one === first)) {
    return [{ stacks, node: { kind: "text", pieces: piecesOf(first, shared) } }];
  }
  const distinct = values.filter(
    (value, index) => values.findIndex((other) => isEqual(other, value)) === index,
  );
  return distinct.map((value) => ({
    stacks: stacks.filter((stack) => isEqual(variants.get(stack), value)),
    node: { kind: "literal", value },
  }));
}

function fields(merging: Merging, variants: Variants, path: readonly string[]): TemplateNode {
  const keys = inOrder([...variants.values()].map((value) => Object.keys(value ?? {})));
  const parts = keys.flatMap((key) => {
    const having = [...variants].flatMap(([stack, value]) => {
      const inner = isRecord(value) ? value[key] : undefined;
      return inner === undefined ? [] : [[stack, inner] as const];
    });
    return partsOf(merging, { key, within: variants, variants: new Map(having), path: [...path, key] });
  });
  return whole(parts, (literals) => Object.fromEntries(literals.map(({ key, value }) => [key, value])), {
    kind: "fields",
    fields: parts,
  });
}

function lists(merging: Merging, variants: Variants, path: readonly string[]): readonly Form[] {
  const identities = new Map(
    [...variants].map(([stack, value]) => [stack, identitiesOf(merging, stack, variants, value)]),
  );
  const order = inOrder([...identities.values()]);
  const isOrdered = [...identities.values()].every((own) =>
    isEqual(
      order.filter((identity) => own.includes(identity)),
      [...own],
    ),
  );
  // two stacks that have the same in another order: each has its own list
  if (!isOrdered) return byValue(merging, variants);
  const parts = order.flatMap((identity) => {
    const having = [...variants].flatMap(([stack, value]) => {
      const index = identities.get(stack)?.indexOf(identity) ?? -1;
      const item = isList(value) ? value[index] : undefined;
      return item === undefined ? [] : [[stack, item] as const];
    });
    return partsOf(merging, {
      key: "",
      within: variants,
      variants: new Map(having),
      path: [...path, identity],
    });
  });
  const more = merging.more(path);
  const items: TemplateNode = { kind: "items", items: parts, ...(more === undefined ? {} : { more }) };
  const node =
    more === undefined ? whole(parts, (literals) => literals.map(({ value }) => value), items) : items;
  return [{ stacks: [...variants.keys()], node }];
}

/** A field or an item: once, or once for each of its forms. */
function partsOf(
  merging: Merging,
  {
    key,
    within,
    variants,
    path,
  }: {
    readonly key: string;
    readonly within: Variants;
    readonly variants: Variants;
    readonly path: readonly string[];
  },
): readonly TemplatePart[] {
  return forms(merging, variants, path).map(({ stacks, node }) => {
    if (stacks.length === within.size) return { key, node };
    const [value = null] = variants.values();
    const stated = stacks.length === variants.size ? merging.condition(path, value) : undefined;
    return { key, node, when: stated ?? isAnyOf(stacks) };
  });
}

export function isAnyOf(stacks: readonly string[]): string {
  return `has $.Values.environment (list ${stacks.map((stack) => JSON.stringify(stack)).join(" ")})`;
}

/** A literal where all parts are, so that it is written as one. */
function whole(
  parts: readonly TemplatePart[],
  join: (literals: readonly { readonly key: string; readonly value: Json }[]) => Json,
  other: TemplateNode,
): TemplateNode {
  const literals = parts.flatMap(({ key, node, when }) =>
    node.kind === "literal" && when === undefined ? [{ key, value: node.value }] : [],
  );
  return literals.length === parts.length ? { kind: "literal", value: join(literals) } : other;
}

/**
 * By what the items of a list are the same in several stacks: their name, or what they say but for shared values; where
 * all lists have as many, of one shape each, their place.
 */
function identitiesOf({ shared }: Merging, stack: string, variants: Variants, list: Json): readonly string[] {
  const all = [...variants.values()].filter(isList);
  const own = (isList(list) ? list : []).map((item, index) => {
    const named = nameOf(item);
    if (named !== undefined) return named;
    const sameShape = all.every(
      (other) => other.length === all[0]?.length && shapeOf(other[index] ?? null) === shapeOf(item),
    );
    return sameShape ? `#${index}` : skeleton(stack, JSON.stringify(item), shared);
  });
  // the second of two alike is another one
  return own.map((identity, index) => {
    const before = own.slice(0, index).filter((other) => other === identity).length;
    return before === 0 ? identity : `${identity}+${before}`;
  });
}

function nameOf(item: Json): string | undefined {
  if (!isRecord(item)) return undefined;
  const { name, mountPath } = item;
  return typeof mountPath === "string" ? mountPath : typeof name === "string" ? name : undefined;
}

/** What a value has, but for the texts and numbers. */
function shapeOf(value: Json): string {
  if (isList(value)) return `[${value.map(shapeOf).join()}]`;
  if (!isRecord(value)) return typeof value;
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${key}:${shapeOf(inner)}`).join()}}`;
}

/** Members of several sequences, each behind those that stand before it there. */
function inOrder(sequences: readonly (readonly string[])[]): readonly string[] {
  const [longest = [], ...others] = [...sequences].sort((a, b) => b.length - a.length);
  return others.reduce<readonly string[]>((merged, sequence) => {
    let result = merged;
    sequence.forEach((member, index) => {
      if (result.includes(member)) return;
      const before = sequence[index - 1];
      const at = before === undefined ? 0 : result.indexOf(before) + 1;
      result = [...result.slice(0, at), member, ...result.slice(at)];
    });
    return result;
  }, longest);
}
