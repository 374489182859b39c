import { messageOf, UsageError } from "./errors";
import { parseYaml } from "./yaml";

/**
 * A stack's values with one of them changed, as `--set` says it: `network.zones=2` changes `zones` in the object
 * `groundwork:network`; `aws:region=eu-west-1` has a namespace of its own. The value is YAML, so that numbers, lists and
 * objects can be given; an empty one removes the key.
 */
export function overridden(
  values: Readonly<Record<string, unknown>>,
  assignment: string,
  project: string,
): Readonly<Record<string, unknown>> {
  const equals = assignment.indexOf("=");
  if (equals < 0) {
    throw new UsageError(`--set: expected path=value, got ${assignment}`);
  }
  const path = assignment.slice(0, equals);
  const [first = "", ...inner] = path.split(".");
  if ([first, ...inner].includes("") || first.startsWith(":") || first.endsWith(":")) {
    throw new UsageError(
      `--set: expected a path such as network.zones before the =, got ${JSON.stringify(path)}`,
    );
  }
  const key = first.includes(":") ? first : `${project}:${first}`;
  return assigned(values, [key, ...inner], { path, value: valueOf(path, assignment.slice(equals + 1)) });
}

function assigned(
  target: Readonly<Record<string, unknown>>,
  [key = "", ...inner]: readonly string[],
  change: { readonly path: string; readonly value: unknown },
): Readonly<Record<string, unknown>> {
  if (inner.length > 0) {
    const child = target[key] ?? {};
    if (!isObject(child)) {
      throw new UsageError(
        `--set: ${change.path}: expected ${key} to be a map of keys, got ${Array.isArray(child) ? "a list" : `a ${typeof child}`}; set it as a whole`,
      );
    }
    return { ...target, [key]: assigned(child, inner, change) };
  }
  if (change.value === null) {
    return Object.fromEntries(Object.entries(target).filter(([name]) => name !== key));
  }
  return { ...target, [key]: change.value };
}

/** A value that was encrypted is not an object to look into. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("secure" in value);
}

function valueOf(path: string, text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new UsageError(`--set: ${path}: expected a YAML value, got ${text} (${messageOf(error)})`);
  }
}
