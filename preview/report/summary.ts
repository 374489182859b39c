import type { Json, Plan, PlanResource } from "../plan";
import type { StandIn } from "../stack";
import { counted, type Paint, shortType } from "./paint";

/** Lines of a section, its title first; none when there is nothing to say. */
export type Section = readonly string[];

/** How many of each type, most first, in as many columns as fit. */
export function counts(resources: readonly PlanResource[], width: number, paint: Paint): Section {
  const byType = new Map<string, number>();
  for (const { type } of resources) {
    byType.set(shortType(type), (byType.get(shortType(type)) ?? 0) + 1);
  }
  const rows = [...byType].sort(([a, m], [b, n]) => (m === n ? (a < b ? -1 : 1) : n - m));
  const digits = String(rows[0]?.[1] ?? 0).length;
  const cells = rows.map(([type, count]) => `${String(count).padStart(digits)} ${type}`);
  const cellWidth = Math.max(...cells.map((cell) => cell.length)) + 3;
  const columns = Math.max(1, Math.floor((width - 2) / cellWidth));
  const height = Math.ceil(cells.length / columns);
  const lines = cells.slice(0, height).map((_, row) => {
    const line = cells.filter((_cell, index) => index % height === row);
    return `  ${line.map((cell) => cell.padEnd(cellWidth)).join("")}`.trimEnd();
  });
  const custom = resources.filter((resource) => resource.custom);
  const providers = custom.filter((resource) => resource.type.startsWith("pulumi:providers:"));
  const title = [
    counted(custom.length - providers.length, "resource"),
    counted(resources.length - custom.length, "component"),
    counted(providers.length, "provider"),
  ].join(", ");
  return [paint.bold(title), ...lines];
}

/** The stack's outputs; secrets are masked already. */
export function outputs(values: Plan["outputs"], paint: Paint): Section {
  const entries = Object.entries(values);
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

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
