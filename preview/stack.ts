import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf, UsageError } from "./errors";
import { overridden } from "./override";
import { parseYaml } from "./yaml";

/** Which stack to preview, and what to change in it. */
export interface StackRequest {
  /** Folder of `Pulumi.yaml`. */
  readonly root: string;
  readonly stack: string;
  /** `path=value`, in order; see {@link overridden}. */
  readonly set: readonly string[];
}

/** A secret for which a value stands in. */
export interface StandIn {
  /** Full key: `groundwork:slackWebhookUrl`. */
  readonly key: string;
  /** `unset`: the stack has no value. `encrypted`: it has one that nobody can read offline. */
  readonly reason: "unset" | "encrypted";
}

/** A stack as the engine would hand it to the program. */
export interface Stack {
  readonly project: string;
  readonly name: string;
  /** The program's file. */
  readonly main: string;
  /** Values by full key; objects and lists as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Keys of `config` that are secret. */
  readonly secretKeys: readonly string[];
  readonly standIns: readonly StandIn[];
}

/** Values of a stack by full key, as its file holds them. */
export type Values = Readonly<Record<string, unknown>>;

interface Project {
  readonly name: string;
  readonly main: string;
  /** The `config:` block of `Pulumi.yaml`: defaults, and which keys are secret. */
  readonly declared: Readonly<Record<string, unknown>>;
}

/** Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the CLI would. */
export function readStack({ root, stack, set }: StackRequest): Stack {
  const project = readProject(root);
  const values = { ...defaultsOf(project), ...readStackFile(root, stack, project.name) };
  const all = set.reduce<Values>(
    (changed, assignment) => overridden(changed, assignment, project.name),
    values,
  );

  const encrypted = Object.keys(all).filter((key) => hasEncrypted(all[key]));
  const config = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, textOf(withStandIns(value, key))]),
  );
  const read: Stack = {
    project: project.name,
    name: stack,
    main: resolve(root, project.main),
    config,
    secretKeys: encrypted,
    standIns: encrypted.map((key) => ({ key, reason: "encrypted" })),
  };
  return withSecrets(
    read,
    declaredSecrets(project).filter((key) => !(key in config)),
  );
}

/** The stack, with values standing in for secrets that are the user's to set. */
export function withSecrets(stack: Stack, unset: readonly string[]): Stack {
  const keys = unset.map((key) => fullKey(key, stack.project));
  return {
    ...stack,
    config: { ...stack.config, ...Object.fromEntries(keys.map((key) => [key, standInFor(key)])) },
    secretKeys: [...stack.secretKeys, ...keys],
    standIns: [...stack.standIns, ...keys.map((key): StandIn => ({ key, reason: "unset" }))],
  };
}

/** A key with its namespace, which is the project's where it has none. */
export function fullKey(key: string, project: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function readProject(root: string): Project {
  const file = join(root, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new UsageError(`no Pulumi.yaml in ${root}: expected a Pulumi project there`);
  }
  const { name, main, config } = mapping(parseFile(file), file);
  if (typeof name !== "string" || name === "") {
    throw new UsageError(`${file}: name: expected the project's name, got ${JSON.stringify(name)}`);
  }
  return {
    name,
    main: typeof main === "string" ? main : "index.ts",
    declared: mapping(config ?? {}, `${file}: config`),
  };
}

function readStackFile(root: string, stack: string, project: string): Values {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? []);
    throw new UsageError(`--stack: expected one of ${stacks.sort().join(", ")}, got ${stack}`);
  }
  const { config } = mapping(parseFile(file) ?? {}, file);
  const values = mapping(config ?? {}, `${file}: config`);
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [fullKey(key, project), value]));
}

function parseFile(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file}: expected YAML: ${messageOf(error)}`);
  }
}

function mapping(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isMapping(value)) {
    throw new UsageError(`${what}: expected a map of keys, got ${JSON.stringify(value)}`);
  }
  return value;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `default` gives a stack's own value its place, `value` is for every stack; a key of the project has either. */
function defaultsOf({ name, declared }: Project): Values {
  const given = Object.entries(declared).flatMap(([key, declaration]): [string, unknown][] => {
    const value = isMapping(declaration) ? (declaration["default"] ?? declaration["value"]) : declaration;
    return value === undefined || value === null ? [] : [[fullKey(key, name), value]];
  });
  return Object.fromEntries(given);
}

function declaredSecrets({ name, declared }: Project): readonly string[] {
  return Object.entries(declared)
    .filter(([, declaration]) => isMapping(declaration) && declaration["secret"] === true)
    .map(([key]) => fullKey(key, name));
}

function isEncrypted(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function hasEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  return isEncrypted(value) || Object.values(value).some(hasEncrypted);
}

function withStandIns(value: unknown, key: string): unknown {
  if (isEncrypted(value)) {
    return standInFor(key);
  }
  if (Array.isArray(value)) {
    return value.map((element) => withStandIns(element, key));
  }
  if (isMapping(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withStandIns(field, key)]));
  }
  return value;
}

/** Never shown: it only stands where the secret would. */
function standInFor(key: string): string {
  return `stand-in-for-${key.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
