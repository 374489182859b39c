import { MalformedError, secretMask } from "./malformed";
import { cannotTell } from "./unknown";

/** A statement of an IAM policy with its lists as lists. */
export interface Statement {
  readonly allow: boolean;
  readonly actions: readonly string[];
  /** True for `NotAction`. */
  readonly allActionsBut: boolean;
  readonly resources: readonly string[];
  /** Principals of all kinds; `*` stands for everyone. */
  readonly principals: readonly string[];
  /** Condition operator and key to the values: `Bool aws:SecureTransport`. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
}

/**
 * The statements of an IAM policy given as JSON text or as an object; none where there is no policy. Of a masked one no
 * verdict is due.
 *
 * @throws MalformedError where it is no policy document
 */
export function statementsOf(policy: unknown, path: string): readonly Statement[] {
  if (policy === undefined || policy === null || policy === "") return [];
  const document = typeof policy === "string" ? parse(policy, path) : policy;
  const statements = list(record(document)["Statement"]);
  if (statements.length === 0) throw new MalformedError(`${path} has no statement`);
  return statements.map((raw) => {
    const statement = record(raw);
    return {
      allow: statement["Effect"] === "Allow",
      actions: texts(statement["Action"]),
      allActionsBut: statement["NotAction"] !== undefined,
      resources: texts(statement["Resource"]),
      principals: principalsOf(statement["Principal"]),
      conditions: conditionsOf(statement["Condition"]),
    };
  });
}

/** True when anyone may do it: everyone is the principal and no condition narrows it. */
export function isForEveryone({ allow, principals, conditions }: Statement): boolean {
  return allow && principals.includes("*") && Object.keys(conditions).length === 0;
}

function parse(policy: string, path: string): unknown {
  if (policy === secretMask) return cannotTell(path);
  try {
    return JSON.parse(policy);
  } catch {
    throw new MalformedError(`${path} is no JSON`);
  }
}

function principalsOf(principal: unknown): readonly string[] {
  return typeof principal === "string" ? [principal] : Object.values(record(principal)).flatMap(texts);
}

function conditionsOf(condition: unknown): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(record(condition)).flatMap(([operator, keys]) =>
      Object.entries(record(keys)).map(([key, values]) => [`${operator} ${key}`, texts(values)]),
    ),
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // An object of a JSON document: its values are looked at one by one.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function texts(value: unknown): readonly string[] {
  return list(value).map(String);
}
