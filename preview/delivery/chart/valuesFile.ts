import { Document, isMap, isScalar, type YAMLMap } from "yaml";
import type { JsonObject } from "../json";
import { meaningOf } from "./meanings";

/** A file of values, with what each is for above it where it is first met. */
export function valuesFile(
  head: string,
  values: JsonObject,
  comment: (path: readonly string[]) => string,
): string {
  const document = new Document(values);
  document.commentBefore = ` ${head}`;
  const said = new Set<string>();
  if (isMap(document.contents)) annotate(document.contents, [], { comment, said });
  return document.toString({ lineWidth: 0 });
}

function annotate(
  map: YAMLMap,
  path: readonly string[],
  context: { readonly comment: (path: readonly string[]) => string; readonly said: Set<string> },
): void {
  for (const { key, value } of map.items) {
    const inner = [...path, String(isScalar(key) ? key.value : key)];
    const text = context.comment(inner);
    // said once: a service is like the one before it
    if (isScalar(key) && text !== "" && !context.said.has(text)) {
      key.commentBefore = ` ${text}`;
      context.said.add(text);
    }
    if (isMap(value)) annotate(value, inner, context);
  }
}

/** What a value is, for `values.yaml`. */
export function meaningAt(path: readonly string[]): string {
  const { text, isNamed } = meaningOf(path);
  return isNamed ? text : "";
}
