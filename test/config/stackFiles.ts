import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../../config/errors";
import { parseStackFile } from "../../config/parse";
import { resolve, type StackConfig } from "../../config/resolve";
import { secretKeys } from "../../config/schema";

/** Values of a stack's file, as the engine hands them to the program: strings, objects as JSON. */
export function stackValues(stack: string): Record<string, string> {
  const file = parse(readFileSync(join(__dirname, `../../Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(file.config)
      .filter(([key]) => key.startsWith("groundwork:"))
      .map(([key, value]) => [
        key.slice("groundwork:".length),
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
}

/** A stack's values with one place changed: `set("prod", "network.cidr", "10.0.0.0/16")`; undefined removes it. */
export function withSetting(stack: string, path: string, value: unknown): Record<string, string> {
  const values = stackValues(stack);
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    if (value === undefined) delete values[first];
    else values[first] = typeof value === "string" ? value : JSON.stringify(value);
    return values;
  }
  const root = JSON.parse(values[first] ?? "{}") as Record<string, unknown>;
  let inner = root;
  for (const key of rest.slice(0, -1)) {
    inner[key] = inner[key] ?? {};
    inner = inner[key] as Record<string, unknown>;
  }
  const last = rest.at(-1) ?? "";
  if (value === undefined) delete inner[last];
  else inner[last] = value;
  values[first] = JSON.stringify(root);
  return values;
}

/** Parses and resolves, all secrets set as secrets unless told otherwise. */
export function configOf(
  values: Record<string, string>,
  isSecret: (key: string) => boolean = (key) => key in secretKeys,
): StackConfig {
  return resolve(parseStackFile(values, isSecret), {});
}

/** The problems that the values have, as `key: expected …, got …` lines. */
export function problemsOf(values: Record<string, string>, isSecret?: (key: string) => boolean): string[] {
  try {
    configOf(values, isSecret);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ key, expected, got }) => `${key}: expected ${expected}, got ${got ?? ""}`);
  }
}
