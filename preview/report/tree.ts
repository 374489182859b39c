import type { PlanResource } from "../plan";
import { counted, type Paint, shortType } from "./paint";

/** How a {@link tree} is drawn. */
export interface TreeOptions {
  readonly paint: Paint;
  /** Like resources of one parent stand on one line when there are more than so many. */
  readonly foldAbove: number;
  /** URNs to mark: those that a mandatory policy refuses. */
  readonly marked: ReadonlySet<string>;
}

/** Names shown of a folded group. */
const namesShown = 3;

interface Branch {
  readonly line: string;
  readonly children: readonly Branch[];
}

/** The resources by the component that holds them, one line each, like ones folded. */
export function tree(resources: readonly PlanResource[], options: TreeOptions): readonly string[] {
  const byParent = groupBy(resources, (resource) => resource.parent ?? "");
  return branchesOf("", byParent, options).flatMap((root) => [
    root.line,
    ...drawn(root.children, "", options.paint),
  ]);
}

/** Resources that hold nothing first, then components, each by name. */
function branchesOf(
  parent: string,
  byParent: ReadonlyMap<string, readonly PlanResource[]>,
  options: TreeOptions,
): readonly Branch[] {
  const children = byParent.get(parent) ?? [];
  const leaves = children.filter((child) => !byParent.has(child.urn));
  const inner = children.filter((child) => byParent.has(child.urn)).sort(byTypeAndName);
  const groups = [...groupBy(leaves, (leaf) => leaf.type).values()].sort(byFirst);
  return [
    ...groups.flatMap((group) =>
      group.length > options.foldAbove
        ? [{ line: foldedLine(group, options), children: [] }]
        : group.map((leaf) => ({ line: leafLine(leaf, options), children: [] })),
    ),
    ...inner.map((component) => ({
      line: componentLine(component, sizeOf(component.urn, byParent), options),
      children: branchesOf(component.urn, byParent, options),
    })),
  ];
}

function drawn(branches: readonly Branch[], indent: string, paint: Paint): readonly string[] {
  return branches.flatMap((branch, index) => {
    const last = index === branches.length - 1;
    return [
      `${paint.dim(`${indent}${last ? "└─" : "├─"}`)} ${branch.line}`,
      ...drawn(branch.children, `${indent}${last ? "   " : "│  "}`, paint),
    ];
  });
}

function componentLine(component: PlanResource, size: number, { paint, marked }: TreeOptions): string {
  const name = paint.bold(component.name);
  const line = `${name} ${paint.cyan(shortType(component.type))} ${paint.dim(counted(size, "resource"))}`;
  return line + tags(component, paint) + mark([component], marked, paint);
}

function leafLine(leaf: PlanResource, { paint, marked }: TreeOptions): string {
  return `${shortType(leaf.type)} ${paint.dim(leaf.name)}${tags(leaf, paint)}${mark([leaf], marked, paint)}`;
}

function foldedLine(group: readonly PlanResource[], { paint, marked }: TreeOptions): string {
  const [first] = group;
  const names = group.slice(0, namesShown).map((resource) => resource.name);
  const more = group.length - names.length;
  const listed = [...names, ...(more > 0 ? [`${String(more)} more`] : [])].join(", ");
  const type = shortType(first?.type ?? "");
  return `${type} ${paint.bold(`×${String(group.length)}`)} ${paint.dim(listed)}${mark(group, marked, paint)}`;
}

function tags(resource: PlanResource, paint: Paint): string {
  const said = [
    ...(resource.remote ? ["its children are made by the provider"] : []),
    ...(resource.protect && resource.custom ? ["protected"] : []),
    ...(resource.importId === null ? [] : [`existing ${resource.importId}`]),
  ];
  return said.length === 0 ? "" : ` ${paint.yellow(`(${said.join(", ")})`)}`;
}

function mark(resources: readonly PlanResource[], marked: ReadonlySet<string>, paint: Paint): string {
  const count = resources.filter((resource) => marked.has(resource.urn)).length;
  if (count === 0) {
    return "";
  }
  return ` ${paint.red(resources.length === 1 ? "✗ refused" : `✗ ${String(count)} refused`)}`;
}

/** Resources below a component, components not counted. */
function sizeOf(urn: string, byParent: ReadonlyMap<string, readonly PlanResource[]>): number {
  return (byParent.get(urn) ?? []).reduce(
    (size, child) => size + (child.custom || child.remote ? 1 : 0) + sizeOf(child.urn, byParent),
    0,
  );
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) {
      groups.set(keyOf(item), [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

function byTypeAndName(a: PlanResource, b: PlanResource): number {
  return a.type === b.type ? compare(a.name, b.name) : compare(a.type, b.type);
}

function byFirst([a]: readonly PlanResource[], [b]: readonly PlanResource[]): number {
  return a === undefined || b === undefined ? 0 : byTypeAndName(a, b);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
