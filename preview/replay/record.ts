import { UsageError } from "../errors";
import type { Json, PlanResource } from "../plan";
import { replacements } from "./replacements";
import type { Replacing } from "./replacing";

/** What of a resource decides whether the next release keeps it. */
export interface Recorded {
  readonly urn: string;
  readonly type: string;
  /** Inputs whose change replaces it, by their path. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** URNs of the resources that such an input comes from: its value is then theirs. */
  readonly from: Readonly<Record<string, readonly string[]>>;
}

/** The stores, buckets, keys, networks and clusters of a plan, as the next release has to find them. */
export function record(resources: readonly PlanResource[]): readonly Recorded[] {
  return resources.flatMap((resource) => {
    const replacing = replacementsOf(resource.type);
    return replacing === undefined ? [] : [recorded(resource, replacing)];
  });
}

/** Inputs of a type whose change replaces a resource of it; undefined where its loss is no loss of data. */
export function replacementsOf(type: string): Replacing | undefined {
  return (replacements as Readonly<Record<string, Replacing>>)[type];
}

function recorded({ urn, type, inputs, propertyDependencies }: PlanResource, replacing: Replacing): Recorded {
  const values = replacing.inputs.flatMap((path) => {
    const value = valueAt(inputs, path.split("."));
    return value === undefined ? [] : [[path, value] as const];
  });
  const from = values.flatMap(([path]) => {
    const urns = propertyDependencies[path.split(".")[0] ?? ""] ?? [];
    return urns.length === 0 ? [] : [[path, urns] as const];
  });
  return { urn, type, inputs: Object.fromEntries(values), from: Object.fromEntries(from) };
}

function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return valueAt((value as { readonly [key: string]: Json })[key], rest);
}

/** The record as a file's content: a line a resource, so that a change of one is a change of one line. */
export function toText(recording: readonly Recorded[]): string {
  return recording.map((resource) => `${JSON.stringify(resource)}\n`).join("");
}

/** @throws UsageError naming the line that is no recorded resource */
export function fromText(text: string, file: string): readonly Recorded[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      try {
        return checked(JSON.parse(line));
      } catch {
        throw new UsageError(
          `${file}:${index + 1}: expected a resource as replay --record writes it, got ${line.slice(0, 60)}`,
        );
      }
    });
}

function checked(value: unknown): Recorded {
  const { urn, type, inputs, from } = value as Partial<Recorded>;
  if (typeof urn !== "string" || typeof type !== "string") throw new TypeError("no urn or type");
  return { urn, type, inputs: inputs ?? {}, from: from ?? {} };
}
