import type { JsonObject } from "../json";

/** What a value of a chart is, for its file, its schema and its page. */
export interface Meaning {
  readonly text: string;
  /** JSON Schema of it. */
  readonly schema: JsonObject;
  /** Whether the program knows the key: those of a map are the applications' own. */
  readonly isNamed: boolean;
}

const text: JsonObject = { type: "string" };
const texts: JsonObject = { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } };
const count: JsonObject = { type: "integer", minimum: 0 };

/** A quantity as Kubernetes writes it (k8s.io/apimachinery/pkg/api/resource). */
const quantity: JsonObject = {
  type: ["string", "number"],
  pattern: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
};
const quantities: JsonObject = { type: "object", additionalProperties: quantity };

/** By path; `*` is any key. The first that fits says what a value is. */
const meanings: readonly (readonly [string, string, JsonObject])[] = [
  [
    "environment",
    "the stack whose shape the objects have: what only some of them have follows from it",
    text,
  ],
  ["domain", "DNS name of the system; of `platform.domain` where it is empty", text],
  [
    "imageRegistry",
    "what stands before the names of the system's images; of `platform.imageRegistry` where it is empty",
    text,
  ],
  ["managedBy", "label `app.kubernetes.io/managed-by` of all objects", text],
  [
    "platform",
    "what the platform tells applications of itself, as docs/argo-cd.md has it: it fills what is empty elsewhere",
    { type: "object" },
  ],
  [
    "connections",
    "how all services reach a store that several of them use; of `platform.stores` where one is empty",
    texts,
  ],
  ["authorities", "files with the certificates by which several services know a store", texts],
  ["network.*", "range of addresses of the platform's network", text],
  ["services.*.image.repository", "name of the image, behind `imageRegistry`", text],
  ["services.*.image.tag", "version of the image, of its label and of its spans", text],
  [
    "services.*.image.digest",
    "`sha256:…` of the image; with it the tag is only for the reader",
    { type: "string", pattern: "^(sha256:[0-9a-f]{64})?$" },
  ],
  [
    "services.*.migrate",
    "whether its migration is done: `false` for a version older than what has migrated its stores",
    { type: "boolean" },
  ],
  ["services.*.replicas", "pods, where nothing scales them", count],
  ["services.*.autoscaling.minReplicas", "pods at least", count],
  ["services.*.autoscaling.maxReplicas", "pods at most", count],
  [
    "services.*.resources",
    "what a pod asks for, and may use at most",
    {
      type: "object",
      properties: { requests: quantities, limits: quantities, claims: { type: "array" } },
      additionalProperties: false,
    },
  ],
  ["services.*.env", "environment variables beside those that it has", texts],
  [
    "services.*.connections",
    "how it reaches its stores: environment variables, none of them secret; of `connections` where one is empty",
    texts,
  ],
  [
    "services.*.authorities",
    "files with the certificates by which it knows its stores; of `authorities` where one is empty",
    texts,
  ],
  ["services.*.files", "files that it may read, by their paths with dots for slashes", texts],
  [
    "services.*.serviceAccount.annotations",
    "annotations of its service account; its identity at the cloud is `platform.identities` where one is empty",
    texts,
  ],
  ["services.*.*.*", "a part of one of its objects that an update makes", text],
];

/** What the value of a path is, or the map that it is in. */
export function meaningOf(path: readonly string[]): Meaning {
  for (const [pattern, meaning, schema] of meanings) {
    const keys = pattern.split(".");
    const fits = keys.length <= path.length && keys.every((key, index) => key === "*" || key === path[index]);
    if (fits) return { text: meaning, schema, isNamed: keys.length === path.length };
  }
  return { text: "", schema: {}, isNamed: true };
}
