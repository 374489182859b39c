import type { Json, PlanResource } from "../plan";
import { nameOf } from "../urn";
import { urnsOf } from "./identity";
import { record, type Recorded, replacementsOf } from "./record";

/** Something that the next update would do to what holds data, and must not. */
export interface Refusal {
  readonly urn: string;
  readonly type: string;
  /** What would happen, and what to do about it. */
  readonly message: string;
}

/** What a release would lose of what the one before it made: nothing, or the update is not to be started. */
export function replay(release: readonly Recorded[], resources: readonly PlanResource[]): readonly Refusal[] {
  const identities = urnsOf(resources);
  const heirs = new Map(
    resources.flatMap((resource) =>
      (identities.get(resource.urn) ?? []).map((urn) => [urn, resource] as const),
    ),
  );
  const own = new Map(resources.map((resource) => [resource.urn, resource]));
  return release.flatMap((before) => {
    const heir = own.get(before.urn) ?? heirs.get(before.urn);
    if (heir === undefined) return [gone(before)];
    const [now] = record([heir]);
    if (now === undefined || now.type !== before.type) return [changedType(before, heir)];
    return replacedBy(before, now, heir, identities).map((path) => replaced(before, now, path));
  });
}

/** Paths of the inputs whose change replaces the resource. */
function replacedBy(
  before: Recorded,
  now: Recorded,
  heir: PlanResource,
  identities: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const { inputs = [], allows = {} } = replacementsOf(before.type) ?? {};
  return inputs.filter((path) => {
    if (heir.ignoreChanges.some((ignored) => path === ignored || path.startsWith(`${ignored}.`)))
      return false;
    const was = before.inputs[path];
    const is = now.inputs[path];
    if (same(was, is)) return false;
    if (allows[path]?.(was ?? null, is ?? null) === true) return false;
    return (
      was === undefined || is === undefined || !fromTheSame(before.from[path], now.from[path], identities)
    );
  });
}

/** Whether a value comes from the same resources as before: then it is the same, whatever stands in for it offline. */
function fromTheSame(
  before: readonly string[] = [],
  now: readonly string[] = [],
  identities: ReadonlyMap<string, readonly string[]>,
): boolean {
  return (
    before.length > 0 &&
    before.every((urn) => now.some((current) => (identities.get(current) ?? [current]).includes(urn)))
  );
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function gone({ urn, type }: Recorded): Refusal {
  return {
    urn,
    type,
    message: `${nameOf(urn)} would be deleted: nothing has its URN, or an alias of it. If it was renamed or moved, add to it aliases: [{ name: "${nameOf(urn)}" }] or the former parent; if it is to go, unprotect it, remove it in an update of its own and record the release again`,
  };
}

function changedType({ urn, type }: Recorded, heir: PlanResource): Refusal {
  return {
    urn,
    type,
    message: `${nameOf(urn)} would be replaced: its type changes to ${heir.type}. Make the new one beside it under another name, move the data, and remove the old one in a later release`,
  };
}

function replaced({ urn, type, inputs }: Recorded, now: Recorded, path: string): Refusal {
  return {
    urn,
    type,
    message: `${nameOf(urn)} would be replaced: ${path} changes from ${shown(inputs[path])} to ${shown(now.inputs[path])}, and the provider makes another for it. Keep the value, or make the new one beside it under another name, move the data, and remove the old one in a later release`,
  };
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
