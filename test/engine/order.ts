import type { Step } from "./events";
import type { Facts } from "./state";

/** A resource that went before something that depends on it was gone. */
export interface Disorder {
  readonly dependency: string;
  readonly dependent: string;
}

/** How a resource goes: one that the program only read is let go of. */
const goings: ReadonlySet<string> = new Set(["delete", "discard"]);

/** Pairs of a destroy in which a resource went too early: `held` is the state that was destroyed. */
export function wentTooEarly(
  held: readonly Pick<Facts, "urn" | "parent" | "provider" | "dependencies">[],
  steps: readonly Step[],
): readonly Disorder[] {
  const begins = placesOf(steps, (step) => step.phase === "begins" && goings.has(step.op));
  const ends = placesOf(steps, (step) => step.phase === "ends" && goings.has(step.op));
  return held.flatMap((resource) => {
    const gone = ends.get(resource.urn) ?? Number.POSITIVE_INFINITY;
    return dependenciesOf(resource)
      .filter((urn) => (begins.get(urn) ?? Number.POSITIVE_INFINITY) < gone)
      .map((dependency) => ({ dependency, dependent: resource.urn }));
  });
}

/** The resources that were made anew, and whether each stood before the one that it takes the place of went. */
export function replacements(steps: readonly Step[]): Readonly<Record<string, "new first" | "old first">> {
  const made = placesOf(steps, (step) => step.phase === "ends" && step.op === "create-replacement");
  const removed = placesOf(steps, (step) => step.phase === "begins" && step.op === "delete-replaced");
  return Object.fromEntries(
    [...new Set([...made.keys(), ...removed.keys()])]
      .sort()
      .map((urn) => [
        urn,
        (made.get(urn) ?? Number.POSITIVE_INFINITY) < (removed.get(urn) ?? 0) ? "new first" : "old first",
      ]),
  );
}

/** What was made or taken away, but for what was made anew. */
export function comingsAndGoings(steps: readonly Step[]): readonly string[] {
  return steps
    .filter(({ op, phase }) => phase === "begins" && (op === "create" || op === "delete"))
    .map(({ op, urn }) => `${op} ${urn}`);
}

function dependenciesOf({
  parent,
  provider,
  dependencies,
}: Pick<Facts, "parent" | "provider" | "dependencies">): readonly string[] {
  const providerUrn = provider === null ? [] : [provider.slice(0, provider.lastIndexOf("::"))];
  return [...(parent === null ? [] : [parent]), ...providerUrn, ...dependencies];
}

function placesOf(steps: readonly Step[], isSuch: (step: Step) => boolean): ReadonlyMap<string, number> {
  return new Map(steps.flatMap((step, place) => (isSuch(step) ? [[step.urn, place] as const] : [])));
}
