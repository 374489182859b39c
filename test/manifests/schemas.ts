import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../preview/render";

/** A JSON schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>;

interface Definition {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly {
    readonly name: string;
    readonly schema?: { readonly openAPIV3Schema?: Schema };
  }[];
}

/** Where kubeconform looks a custom resource's schema up in a folder that {@link writeSchemas} wrote to. */
export function schemaLocation(folder: string): string {
  return join(folder, "{{.Group}}_{{.ResourceAPIVersion}}_{{.ResourceKind}}.json");
}

/**
 * Writes the JSON schemas of the kinds that CRDs define, as strict as the API server is with `fieldValidation: Strict`: a
 * field that a schema does not name is refused, unless it is said to be kept.
 */
export function writeSchemas(definitions: readonly KubernetesObject[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const definition of definitions) {
    const { group, names, versions } = definition["spec"] as Definition;
    for (const { name, schema } of versions) {
      const file = join(folder, `${group}_${name}_${names.kind.toLowerCase()}.json`);
      writeFileSync(file, JSON.stringify(ofObject(schema?.openAPIV3Schema ?? {})));
    }
  }
}

/** A CRD need not name what every object has, and may say little of it. */
function ofObject(schema: Schema): Schema {
  const strict = strictly(schema) as Schema;
  const properties = (strict["properties"] ?? {}) as Schema;
  return {
    ...strict,
    properties: {
      ...properties,
      apiVersion: { type: "string" },
      kind: { type: "string" },
      metadata: { type: "object" },
    },
  };
}

/** Keys under which values stand, or further conditions on what the schema itself has named. */
const plain: ReadonlySet<string> = new Set([
  "allOf",
  "anyOf",
  "default",
  "enum",
  "example",
  "not",
  "oneOf",
  "required",
]);

function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map((part: unknown) => strictly(part));
  }
  if (typeof schema !== "object" || schema === null) {
    return schema;
  }
  const entries = Object.entries(schema as Schema).map(([key, value]) => [
    key,
    key === "properties" ? ofProperties(value) : plain.has(key) ? value : strictly(value),
  ]);
  return closed(Object.fromEntries(entries) as Schema);
}

/** Names of properties may be those of a schema's keys: `default`, `required`. */
function ofProperties(properties: unknown): Schema {
  return Object.fromEntries(
    Object.entries((properties ?? {}) as Schema).map(([name, value]) => [name, strictly(value)]),
  );
}

function closed(schema: Schema): Schema {
  if (schema["x-kubernetes-int-or-string"] === true) {
    return { ...schema, type: ["integer", "string"] };
  }
  const isOpen =
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    "additionalProperties" in schema ||
    !("properties" in schema);
  const nullable = schema["nullable"] === true && typeof schema["type"] === "string";
  return {
    ...schema,
    ...(isOpen ? {} : { additionalProperties: false }),
    ...(nullable ? { type: [schema["type"], "null"] } : {}),
  };
}
