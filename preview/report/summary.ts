import { capacityOf } from "../capacity";
import { compare } from "../compare";
import type { Json, Plan, PlanResource } from "../plan";
import type { StandIn } from "../stack";
import { type Paint, shortType } from "./paint";
import { tally } from "./tally";

/** Lines of a section, its title first; none when there is nothing to say. */
export type Section = readonly string[];

/** How many of each type, by package, most first. */
export function counts(resources: readonly PlanResource[], width: number, paint: Paint): Section {
  const packages = new Map<string, Map<string, number>>();
  for (const { type } of resources) {
    const [pkg = "", ...rest] = shortType(type).split(":");
    const types = packages.get(pkg) ?? new Map<string, number>();
    packages.set(pkg, types.set(rest.join(":"), (types.get(rest.join(":")) ?? 0) + 1));
  }
  const rows = [...packages]
    .map(([pkg, types]) => ({
      pkg,
      types: mostFirst(types),
      total: [...types.values()].reduce((a, b) => a + b),
    }))
    .sort((a, b) => (a.total === b.total ? compare(a.pkg, b.pkg) : b.total - a.total));
  const digits = Math.max(...rows.map(({ total }) => String(total).length));
  const names = Math.max(...rows.map(({ pkg }) => pkg.length));
  const indent = digits + names + 6;
  const lines = rows.flatMap(({ pkg, types, total }) => {
    const [first = "", ...rest] = wrapped(
      types.map(([type, count]) => `${String(count)} ${type}`),
      width - indent,
    );
    const head = `  ${String(total).padStart(digits)} ${paint.cyan(pkg.padEnd(names))}`;
    return [`${head}   ${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
  });
  return [paint.bold(tally(resources)), ...lines];
}

/** The stack's outputs; secrets are masked already. */
export function outputs(values: Plan["outputs"], paint: Paint): Section {
  // what it says of its capacity has a section of its own
  const entries = Object.entries(values).filter(
    ([key]) => key !== "capacity" || capacityOf(values) === undefined,
  );
  const longest = Math.max(0, ...entries.map(([key]) => key.length));
  const lines = entries.map(([key, value]) => `  ${key.padEnd(longest)}  ${paint.green(textOf(value))}`);
  return lines.length === 0 ? [] : [paint.bold("Outputs"), ...lines];
}

/** Secrets that the preview made up, and how to set those that are not set. */
export function standIns(secrets: readonly StandIn[], paint: Paint): Section {
  const longest = Math.max(0, ...secrets.map(({ key }) => key.length));
  const lines = secrets.map(({ key, reason }) => {
    const todo =
      reason === "unset" ? `to be set: pulumi config set --secret ${key}` : "set, not readable offline";
    return `  ${key.padEnd(longest)}  ${paint.dim(todo)}`;
  });
  return lines.length === 0 ? [] : [paint.bold("Secrets with a value standing in for them"), ...lines];
}

/** What the program warned of. */
export function warnings(texts: readonly string[], paint: Paint): Section {
  const lines = texts.map((text) => `  ${paint.yellow("!")} ${text.replaceAll("\n", "\n    ")}`);
  return lines.length === 0 ? [] : [paint.bold("Warnings"), ...lines];
}

function mostFirst(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a, m], [b, n]) => (m === n ? compare(a, b) : n - m));
}

/** The items, separated by commas, in lines no wider than `width`. */
function wrapped(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? `${item},` : item;
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + text.length > width) {
      lines.push(text);
    } else {
      lines[lines.length - 1] = `${line} ${text}`;
    }
  }
  return lines;
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
