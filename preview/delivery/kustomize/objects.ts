import type { Json } from "../../plan";
import type { ApplicationObject } from "../applications";
import { imageParts } from "../images";
import { isList, isRecord, type JsonObject, pointerOf } from "../json";

const managedByLabel = "app.kubernetes.io/managed-by";

/**
 * An object as a kustomization has it: its label says so, images are without a registry, which a transformer puts before them,
 * and what only an update makes is missing, for a patch to add.
 */
export function kustomized({ object, asked }: ApplicationObject, system: string): JsonObject {
  const without = pruned(object, asked);
  const changed = mapped(without, [], (value, path) => {
    if (path.at(-1) === managedByLabel && value === "pulumi") return "kustomize";
    const isImage = path.at(-1) === "image" && path.includes("containers");
    const parts = isImage && typeof value === "string" ? imageParts(value, system) : undefined;
    return parts === undefined ? value : `${parts.repository}:${parts.tag}`;
  });
  return isRecord(changed) ? withoutEmptyAnnotations(changed) : object;
}

/** Kustomize leaves them out: a patch would not find them. */
function withoutEmptyAnnotations(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isRecord(metadata)) return object;
  const { annotations, ...rest } = metadata;
  const isEmpty = isRecord(annotations) && Object.keys(annotations).length === 0;
  return isEmpty ? { ...object, metadata: rest } : object;
}

function mapped(
  value: Json,
  path: readonly string[],
  change: (leaf: Json, path: readonly string[]) => Json,
): Json {
  if (isList(value)) return value.map((item, index) => mapped(item, [...path, String(index)], change));
  if (!isRecord(value)) return change(value, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapped(inner, [...path, key], change)]),
  );
}

function pruned(value: Json, asked: ReadonlySet<string>, path: readonly string[] = []): Json {
  if (isList(value)) return value.map((item, index) => pruned(item, asked, [...path, String(index)]));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !asked.has(pointerOf([...path, key])))
      .map(([key, inner]) => [key, pruned(inner, asked, [...path, key])]),
  );
}

/** Images of the system in an object. */
export function imagesOf(object: JsonObject): readonly string[] {
  const found: string[] = [];
  mapped(object, [], (value, path) => {
    if (path.at(-1) === "image" && path.includes("containers") && typeof value === "string")
      found.push(value);
    return value;
  });
  return found;
}
