import type { Json } from "../plan";

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, Json>>;

/** Where a value stands in another, as RFC 6901 writes it. */
export type Pointer = string;

export function isRecord(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function pointerOf(path: readonly string[]): Pointer {
  return path.map((part) => `/${part.replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

/** Values that hold no others, each with its path; an empty list or object is one. */
export function leaves(
  value: Json,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly value: Json }[] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return inner.length === 0
    ? [{ path, value }]
    : inner.flatMap(([key, child]: readonly [string, Json]) => leaves(child, [...path, key]));
}

/** The value with the keys of its objects in order, so that equal ones have equal texts. */
export function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
}

export function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined
    ? a === b
    : JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The value as text: a text is itself, and what holds others is JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
