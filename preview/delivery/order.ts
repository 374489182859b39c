import type { ApplicationObject, StackApplications } from "./applications";
import { isRecord, type JsonObject, textOf } from "./json";

/** Annotation by which Argo CD applies one thing after the other, the lowest first (Argo CD, Sync Phases and Waves). */
export const waveAnnotation = "argocd.argoproj.io/sync-wave";

/** What a migration needs, and itself; all else has none, which is 0. */
export const waves = { needed: "-2", migration: "-1" } as const;

/** Kinds that pods of a task need to start and to reach what they are for; none of them waits for pods before it is well. */
const neededKinds: readonly string[] = ["ConfigMap", "NetworkPolicy", "ServiceAccount", "Sidecar"];

/**
 * What is named by its content stays beside the one that took its place, since pods of a version before name it: Helm and Argo
 * CD leave it, and Argo CD does not miss it in what is to be there.
 */
const kept = {
  "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
  "argocd.argoproj.io/sync-options": "Prune=false",
} as const;

/** What an object says to Helm and Argo CD beside what the program says of it, by the services that have a migration. */
export function orderOf(
  { object: { kind }, service, generated }: ApplicationObject,
  migrating: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const isNeeded = service !== undefined && migrating.has(service) && neededKinds.includes(textOf(kind));
  return {
    ...(generated !== undefined && kept),
    ...(kind === "Job" && { [waveAnnotation]: waves.migration }),
    ...(isNeeded && { [waveAnnotation]: waves.needed }),
  };
}

/** Services with a migration in any of the stacks. */
export function migratingServices(stacks: readonly StackApplications[]): ReadonlySet<string> {
  return new Set(
    stacks.flatMap(({ objects }) =>
      objects.flatMap(({ object, service }) =>
        object["kind"] === "Job" && service !== undefined ? [service] : [],
      ),
    ),
  );
}

/** The object with more annotations; as it is where there are none. */
export function annotated(object: JsonObject, more: Readonly<Record<string, string>>): JsonObject {
  const { metadata } = object;
  if (!isRecord(metadata) || Object.keys(more).length === 0) return object;
  const { annotations = {} } = metadata;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...(isRecord(annotations) && annotations), ...more } },
  };
}
