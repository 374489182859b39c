import { readFileSync } from "node:fs";
import { z } from "zod";
import { type GivenConfig, type PackConfig, reconciled, ruleConfigSchema } from "../policy/config";
import { configurableLevels, levelsOf } from "../policy/levels";
import { rules } from "../policy/rules";
import { messageOf, UsageError } from "./errors";

/** The config in a file as `--policy-pack-config` takes it, where one is named. */
export function configFrom(path: string | undefined): { readonly config?: PackConfig } {
  return path === undefined ? {} : { config: readPolicyConfig(path) };
}

/** Read a config of the pack; throws a {@link UsageError} that names each rule and key that is wrong. */
export function readPolicyConfig(path: string): PackConfig {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`--policy-config ${path}: expected a JSON file, got ${messageOf(error)}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(`--policy-config ${path}: expected an object with a key for each rule`);
  }
  const problems = Object.entries(content).flatMap(([id, value]) => problemsOf(id, value));
  if (problems.length > 0) {
    throw new UsageError(`--policy-config ${path}:${problems.map((problem) => `\n  ${problem}`).join("")}`);
  }
  // Each entry was held to the schema of its rule.
  return reconciled(rules, content as GivenConfig);
}

function problemsOf(id: string, value: unknown): readonly string[] {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined && id !== "all") return [`${id}: expected the id of a rule, or all`];
  if (rule === undefined || typeof value === "string") {
    const levels = rule === undefined ? configurableLevels : levelsOf(rule);
    const isLevel = levels.some((level) => level === value);
    return isLevel ? [] : [`${id}: expected one of ${levels.join(", ")}, got ${JSON.stringify(value)}`];
  }
  // The schema is written in the part of draft 2020-12 that zod reads.
  const schema = z.fromJSONSchema(ruleConfigSchema(rule) as Parameters<typeof z.fromJSONSchema>[0]);
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.map(({ path, message }) => `${pathOf([id, ...path])}: ${message.toLowerCase()}`);
}

/** `resources[2].urn`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}
