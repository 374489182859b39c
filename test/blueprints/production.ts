import type { Cloud } from "../../components/cloud";
import type { Json, PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";

/** What a blueprint's production stack registers on a cloud. */
export async function production(blueprint: string, cloud: Cloud): Promise<readonly PlanResource[]> {
  return await planOf("prod", `blueprint=${blueprint}`, `cloud=${cloud}`);
}

/** The values at a path of the inputs of every resource of a type; a star stands for every element of a list. */
export function valuesAt(
  resources: readonly PlanResource[],
  type: string,
  path: string,
): readonly (Json | undefined)[] {
  return resources
    .filter((resource) => resource.type === type)
    .flatMap(({ inputs }) => walk(inputs, path === "" ? [] : path.split(".")));
}

function walk(value: Json | undefined, [key, ...rest]: readonly string[]): readonly (Json | undefined)[] {
  if (key === undefined) return [value];
  if (key === "*") return Array.isArray(value) ? value.flatMap((element: Json) => walk(element, rest)) : [];
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return walk(isMap ? (value as Readonly<Record<string, Json>>)[key] : undefined, rest);
}

/** The texts among those values. */
export function textsAt(resources: readonly PlanResource[], type: string, path: string): readonly string[] {
  return valuesAt(resources, type, path).filter((value) => typeof value === "string");
}

/** How many of a type there are. */
export function countOf(resources: readonly PlanResource[], type: string): number {
  return resources.filter((resource) => resource.type === type).length;
}

/** The sum of the numbers at a path, over the resources of a type whose logical name has a part of that name. */
export function sumAt(resources: readonly PlanResource[], type: string, path: string, named: string): number {
  const some = resources.filter(({ name }) => name.split("-").includes(named));
  return valuesAt(some, type, path).reduce<number>((sum, value) => sum + Number(value), 0);
}
