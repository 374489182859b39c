import { isRecord, type JsonObject } from "../json";
import { meaningOf } from "./meanings";
import type { ChartValues } from "./values";

/** Draft 7, which every Helm 3 reads. */
const draft = "http://json-schema.org/draft-07/schema#";

/** `values.schema.json`: `helm lint`, `install` and `upgrade` refuse a key that no template reads, and a wrong type. */
export function valuesSchema(values: ChartValues, stacks: readonly string[]): JsonObject {
  const properties = values.all().reduce<JsonObject>((tree, { path }) => withSchema(tree, path), {});
  return {
    $schema: draft,
    type: "object",
    properties: {
      ...properties,
      environment: { ...described(["environment"]), enum: ["", ...stacks] },
      platform: described(["platform"]),
      // Helm's own
      global: { type: "object" },
    },
    additionalProperties: false,
  };
}

function withSchema(tree: JsonObject, path: readonly string[], depth = 1): JsonObject {
  const [key = ""] = path.slice(depth - 1);
  const at = path.slice(0, depth);
  const existing = tree[key];
  const { isNamed, schema } = meaningOf(at);
  // a map of the applications' own keys is closed where its meaning says so
  if (depth === path.length || (isNamed && Object.keys(schema).length > 0)) {
    return { ...tree, [key]: described(at) };
  }
  const { properties = {} } = isRecord(existing) ? existing : {};
  return {
    ...tree,
    [key]: {
      type: "object",
      properties: withSchema(isRecord(properties) ? properties : {}, path, depth + 1),
      additionalProperties: false,
    },
  };
}

function described(path: readonly string[]): JsonObject {
  const { text, schema } = meaningOf(path);
  return { description: text, ...schema };
}
