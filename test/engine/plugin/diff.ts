import { isDeepStrictEqual } from "node:util";
import { toPlain, type WireObject } from "../../../preview/wire";

/**
 * Keys whose value is not what it was; a value not known yet counts as another. Whether a value is secret is no change of
 * the resource, so secrets are compared by what is in them.
 */
export function changedKeys(olds: WireObject, news: WireObject): readonly string[] {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const valueOf = (fields: WireObject, key: string): unknown =>
    key in fields ? toPlain(fields[key] ?? null) : undefined;
  return [...keys].filter((key) => !isDeepStrictEqual(valueOf(olds, key), valueOf(news, key))).sort();
}
