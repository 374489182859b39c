import type { Json } from "../plan";
import type { Allows } from "./replacing";

/** Any value for another: a replacement is to have none any more, or one for the first time. */
export const anyOther: Allows = () => true;

/** A change to one of some values. */
export function to(...values: readonly Json[]): Allows {
  return (_was, is) => values.includes(is);
}

/** Lists of which the provider makes a set: their order is no matter. */
export const sameMembers: Allows = (was, is) => {
  const [before, now] = [new Set(listOf(was)), new Set(listOf(is))];
  return before.size === now.size && [...before].every((member) => now.has(member));
};

/** More at the end of a list that is otherwise as it was. */
export const extended: Allows = (was, is) => {
  const [before, now] = [listOf(was), listOf(is)];
  return before.length <= now.length && before.every((member, index) => member === now[index]);
};

/** A version of the same product, and no step back: `8.2` for `8.1`. */
export const notOlder: Allows = (was, is) => {
  const [before, now] = [versionOf(was), versionOf(is)];
  return before.product === now.product && compare(before.numbers, now.numbers) <= 0;
};

/** One that is {@link notOlder}, of the same major or of the next: `OpenSearch_3.1` for `OpenSearch_2.19`. */
export const oneMajorOn: Allows = (was, is) => {
  const [[before = 0], [now = 0]] = [versionOf(was).numbers, versionOf(is).numbers];
  return notOlder(was, is) && now - before <= 1;
};

/**
 * Subnets of `awsx.ec2.Vpc` in the blocks where they are: by the name of their spec, or its type, and the number of their zone.
 * Blocks that it works out by itself depend on all specs, so that no change is known to leave them.
 */
export const keepsSubnets: Allows = (was, is) => {
  const now = new Map(listOf(is).map((spec) => [specName(spec), valueOf(spec, "cidrBlocks")] as const));
  return listOf(was).every((spec) => {
    const [before, after] = [valueOf(spec, "cidrBlocks"), now.get(specName(spec))];
    return before !== undefined && after !== undefined && extended(before, after);
  });
};

function specName(spec: Json): string {
  return textOf(valueOf(spec, "name") ?? valueOf(spec, "type") ?? null).toLowerCase();
}

function valueOf(value: Json, key: string): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function versionOf(value: Json): { readonly product: string; readonly numbers: readonly number[] } {
  const text = textOf(value);
  return { product: text.replace(/\d.*$/, ""), numbers: (text.match(/\d+/g) ?? []).map(Number) };
}

/** Below zero where the second is newer, above it where the first is. */
function compare(a: readonly number[], b: readonly number[]): number {
  const at = [...a, ...b].findIndex((_, index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return (a[at] ?? 0) - (b[at] ?? 0);
}
