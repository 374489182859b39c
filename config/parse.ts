import type { z } from "zod";
import { ConfigError, type ConfigProblem, show } from "./errors";
import { secretKeys, stackSchema, type StackFile } from "./schema";

/**
 * Checks a stack's values, as the engine hands them over (strings; objects and lists as JSON), against the schema.
 * Pure: the same values give the same answer. Every problem is reported at once.
 *
 * @param isSecret whether the engine holds the key as a secret
 */
export function parseStackFile(
  values: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean,
): StackFile {
  const problems: ConfigProblem[] = [];
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (!(key in secretKeys)) plain[key] = decode(value);
    else if (!isSecret(key)) {
      problems.push({ key, expected: `a secret (pulumi config set --secret ${key})`, got: "plain text" });
    }
  }
  const parsed = stackSchema.safeParse(plain);
  if (!parsed.success)
    problems.push(
      ...parsed.error.issues.flatMap((issue) =>
        problemsOf(issue, plain).map((problem) => withoutSecret(problem, isSecret)),
      ),
    );
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

/** A key that the engine holds as a secret is named without its value, even where it should be none. */
function withoutSecret(problem: ConfigProblem, isSecret: (key: string) => boolean): ConfigProblem {
  const [root = ""] = problem.key.split(".");
  return isSecret(root) ? { key: problem.key, expected: problem.expected, got: "a secret" } : problem;
}

function decode(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function problemsOf(issue: z.core.$ZodIssue, root: unknown): ConfigProblem[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const parent = at(root, path);
    return issue.keys.map((key) => ({
      key: [...path, key].join("."),
      expected: `one of the keys ${knownKeys(path).join(", ")}`,
      got: `the unknown key ${key} = ${show(at(parent, [key]))}`,
    }));
  }
  const value = at(root, path);
  const expected = expectedBy(issue);
  // YAML reads 1.30 as the number 1.3, so that a version without quotes is another, or none
  return typeof value === "number" && isAboutText(issue)
    ? [{ key: path.join("."), expected: `${expected}, in quotes`, got: `the number ${value}` }]
    : [{ key: path.join("."), expected, got: path.length === 1 ? showRoot(value) : show(value) }];
}

/** The schema's own words; where it has none, what the type is called in a stack file. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_type") return issue.message;
  return issue.expected === "object" || issue.message.startsWith("Invalid input")
    ? (typeNames[issue.expected] ?? issue.expected)
    : issue.message;
}

const typeNames: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a map of keys",
  record: "a map of keys",
  string: "a text",
};

function isAboutText(issue: z.core.$ZodIssue): boolean {
  return issue.code === "invalid_type"
    ? issue.expected === "string"
    : issue.code === "invalid_value" && issue.values.every((value) => typeof value === "string");
}

/** A value of the project's namespace itself, which comes as a text whatever it was in the file. */
function showRoot(value: unknown): string {
  const isScalar = typeof value === "string" && /^(-?\d+(\.\d+)?|true|false)$/.test(value);
  return isScalar ? value : show(value);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === "object" ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}

/** The keys that the schema takes at a path, unwrapping defaults and options. */
function knownKeys(path: readonly string[]): string[] {
  let schema: unknown = stackSchema;
  for (const key of path) schema = childOf(unwrap(schema), key);
  const { shape } = unwrap(schema) as { shape?: Record<string, unknown> };
  return [...Object.keys(shape ?? {}), ...(path.length === 0 ? Object.keys(secretKeys) : [])];
}

type SchemaNode = { def?: { innerType?: unknown; valueType?: unknown }; shape?: Record<string, unknown> };

function unwrap(schema: unknown): SchemaNode {
  const node = schema as SchemaNode;
  return node.def?.innerType === undefined ? node : unwrap(node.def.innerType);
}

function childOf(node: SchemaNode, key: string): unknown {
  return node.shape?.[key] ?? node.def?.valueType;
}
