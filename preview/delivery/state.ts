import { readFileSync } from "node:fs";
import { messageOf, UsageError } from "../errors";
import type { Json } from "../plan";
import type { ApplicationObject, StackApplications } from "./applications";
import { isList, isRecord, type JsonObject, type Pointer, pointerOf } from "./json";

/**
 * The applications with what an update has made, by what `pulumi stack export` tells of it. What is secret there stays asked
 * for, and what is not there as well.
 */
export function withState(applications: StackApplications, file: string): StackApplications {
  const made = readState(file);
  return {
    ...applications,
    objects: applications.objects.map((object) => filledIn(object, made.get(object.urn))),
  };
}

function readState(file: string): ReadonlyMap<string, JsonObject> {
  const resources = resourcesOf(file);
  if (resources === undefined) {
    throw new UsageError(`--state: expected what pulumi stack export prints, got ${file}`);
  }
  return new Map(
    resources.flatMap((resource) => {
      const { urn, outputs } = isRecord(resource) ? resource : {};
      return typeof urn === "string" && isRecord(outputs) ? [[urn, outputs] as const] : [];
    }),
  );
}

function resourcesOf(file: string): readonly Json[] | undefined {
  try {
    // whatever it holds is looked at before it is used
    const state = JSON.parse(readFileSync(file, "utf8")) as Json;
    const deployment = isRecord(state) ? state["deployment"] : undefined;
    const resources = isRecord(deployment) ? deployment["resources"] : undefined;
    return isList(resources) ? resources : undefined;
  } catch (error) {
    throw new UsageError(`--state: expected a file of JSON, got ${file} (${messageOf(error)})`);
  }
}

function filledIn(object: ApplicationObject, made: JsonObject | undefined): ApplicationObject {
  if (made === undefined || object.asked.size === 0) return object;
  const left = new Set<Pointer>();
  const fill = (value: Json, real: Json | undefined, path: readonly string[]): Json => {
    if (isList(value)) {
      const items = isList(real) ? real : [];
      return value.map((item, index) => fill(item, items[index], [...path, String(index)]));
    }
    if (isRecord(value)) {
      const fields = isRecord(real) ? real : {};
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, fill(inner, fields[key], [...path, key])]),
      );
    }
    const pointer = pointerOf(path);
    if (!object.asked.has(pointer)) return value;
    if (typeof real === "string" && real !== "") return real;
    left.add(pointer);
    return value;
  };
  const filled = fill(object.object, made, []);
  return isRecord(filled) ? { ...object, object: filled, asked: left } : object;
}
