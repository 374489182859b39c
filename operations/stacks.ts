import { readdirSync } from "node:fs";
import { clouds, environments } from "../components/cloud";
import { UsageError } from "../preview/errors";
import { readStack } from "../preview/stack";
import type { StackOfFile } from "./affected/affected";

/** The stacks of a folder's `Pulumi.<stack>.yaml` files, by name. */
export function stacksIn(root: string): readonly StackOfFile[] {
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort()
    .map((stack) => describeStack(root, stack));
}

/**
 * What a stack's file says of where it stands.
 *
 * @throws UsageError naming the key that is missing or no cloud or environment
 */
export function describeStack(root: string, stack: string): StackOfFile {
  const { config, project } = readStack({ root, stack, set: [] });
  const setting = (key: string): string => {
    const value = config[`${project}:${key}`];
    if (value === undefined) throw new UsageError(`Pulumi.${stack}.yaml: ${key}: expected a value, got none`);
    return value;
  };
  const cloud = oneOf(clouds, setting("cloud"), `Pulumi.${stack}.yaml: cloud`);
  const place: unknown = JSON.parse(setting(cloud));
  const region =
    typeof place === "object" && place !== null && "region" in place ? String(place.region) : undefined;
  if (region === undefined)
    throw new UsageError(`Pulumi.${stack}.yaml: ${cloud}.region: expected a region, got none`);
  return {
    stack,
    cloud,
    environment: oneOf(environments, setting("environment"), `Pulumi.${stack}.yaml: environment`),
    blueprint: setting("blueprint"),
    region,
  };
}

/** One of a few names. */
export function oneOf<Name extends string>(names: readonly Name[], got: string, what: string): Name {
  const found = names.find((name) => name === got);
  if (found === undefined) throw new UsageError(`${what}: expected one of ${names.join(", ")}, got ${got}`);
  return found;
}
