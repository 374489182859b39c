import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A map of YAML. */
export type Values = Readonly<Record<string, unknown>>;

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Dependency {
  readonly name: string;
  readonly alias?: string;
}

/**
 * What `values.yaml` of an unpacked chart holds, and under its name or alias that of each chart in it, as Helm merges them: the
 * outer chart's come first.
 */
export function defaultsOf(folder: string): Values {
  const own = mapIn(join(folder, "values.yaml"));
  const { dependencies } = mapIn(join(folder, "Chart.yaml"));
  const listed = (Array.isArray(dependencies) ? dependencies : []) as readonly Dependency[];
  const inner = join(folder, "charts");
  const folders = existsSync(inner) ? readdirSync(inner) : [];
  // a chart that is there and listed nowhere is under its own name
  const unlisted = folders
    .filter((name) => !listed.some((dependency) => dependency.name === name))
    .map((name): Dependency => ({ name }));
  return [...listed, ...unlisted]
    .filter(({ name }) => folders.includes(name))
    .reduce<Values>(
      (all, { name, alias = name }) => merge({ [alias]: defaultsOf(join(inner, name)) }, all),
      own,
    );
}

function mapIn(file: string): Values {
  const value: unknown = existsSync(file) ? parse(readFileSync(file, "utf8"), { merge: true }) : undefined;
  return isValues(value) ? value : {};
}

/** The second's values over the first's, map by map. */
function merge(first: Values, second: Values): Values {
  const keys = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  return Object.fromEntries(
    keys.map((key) => {
      const [one, other] = [first[key], second[key]];
      return [key, isValues(one) && isValues(other) ? merge(one, other) : key in second ? other : one];
    }),
  );
}

/** Keys from the outermost to the innermost. */
export type Path = readonly string[];

/** The outermost places of the values that the defaults do not have: no line of theirs says that the chart reads them. */
export function beyond(values: Values, defaults: Values, at: Path = []): readonly Path[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = [...at, key];
    if (!(key in defaults)) return [path];
    const known = defaults[key];
    if (!isValues(value)) return [];
    // an empty place says no more than that something may stand there
    return isValues(known) || known === null ? beyond(value, known ?? {}, path) : [];
  });
}

/** Where the values are that are no maps; a map without any has none. */
export function leavesOf(value: unknown, at: Path = []): readonly Path[] {
  return isValues(value)
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...at, key]))
    : [at];
}

export function valueAt(values: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return values;
  return isValues(values) ? valueAt(values[key], rest) : undefined;
}

/** The values without what is at the path. */
export function without(values: Values, [key = "", ...rest]: Path): Values {
  const { [key]: inner, ...others } = values;
  return rest.length > 0 && isValues(inner) ? { ...others, [key]: without(inner, rest) } : others;
}
