import { compare } from "../compare";
import type { PlanResource } from "../plan";
import { counted, type Paint, shortType } from "./paint";
import { isResource } from "./tally";

/** How a {@link tree} is drawn. */
export interface TreeOptions {
  readonly paint: Paint;
  /** A line for every resource, with its whole name. */
  readonly full: boolean;
  /** URNs to mark: those that a mandatory policy refuses. */
  readonly marked: ReadonlySet<string>;
}

/** Names shown of a group of like resources. */
const namesShown = 4;

/** From this depth on, a component of so many resources or fewer, none of them refused, stands on one line. */
const smallComponent = { depth: 3, resources: 10 } as const;

/** The children of each resource, by its URN. */
type Children = ReadonlyMap<string, readonly PlanResource[]>;

interface Branch {
  readonly line: string;
  readonly children: readonly Branch[];
}

/** Where a line stands. */
interface Place {
  readonly children: Children;
  /** Name of the parent: `…` stands for it at the start of a child's. */
  readonly parent: string;
  readonly depth: number;
}

/** The resources by the component that holds them, like ones of one parent on one line. */
export function tree(resources: readonly PlanResource[], options: TreeOptions): readonly string[] {
  const children = groupBy(resources, (resource) => resource.parent ?? "");
  return branchesOf("", { children, parent: "", depth: 0 }, options).flatMap((root) => [
    root.line,
    ...drawn(root.children, "", options.paint),
  ]);
}

/** Resources that hold nothing first, then components, each by type and name. */
function branchesOf(urn: string, place: Place, options: TreeOptions): readonly Branch[] {
  const resources = place.children.get(urn) ?? [];
  const leaves = resources.filter((resource) => !place.children.has(resource.urn)).sort(byTypeAndName);
  const components = resources.filter((resource) => place.children.has(resource.urn)).sort(byTypeAndName);
  const groups = options.full
    ? leaves.map((leaf) => [leaf])
    : [...groupBy(leaves, (leaf) => leaf.type).values()];
  return [
    ...groups.map((group) => ({ line: groupLine(group, place, options), children: [] })),
    ...components.map((component) => componentBranch(component, place, options)),
  ];
}

function componentBranch(component: PlanResource, place: Place, options: TreeOptions): Branch {
  const { paint } = options;
  const inside = below(component.urn, place.children);
  const resources = inside.filter(isResource);
  const title = [
    paint.bold(nameIn(component, place, options)),
    paint.cyan(shortType(component.type)),
    paint.dim(counted(resources.length, "resource")),
  ].join(" ");
  const line = title + tags([component], options);
  if (isSmall(inside, place, options)) {
    return {
      line: `${line}${paint.dim(`: ${typesOf(resources)}`)}${tags(resources, options)}`,
      children: [],
    };
  }
  const inner = { ...place, parent: component.name, depth: place.depth + 1 };
  return { line, children: branchesOf(component.urn, inner, options) };
}

function isSmall(inside: readonly PlanResource[], { depth }: Place, { full, marked }: TreeOptions): boolean {
  return (
    !full &&
    depth >= smallComponent.depth &&
    inside.filter(isResource).length <= smallComponent.resources &&
    !inside.some((resource) => resource.remote || marked.has(resource.urn))
  );
}

function groupLine(group: readonly PlanResource[], place: Place, options: TreeOptions): string {
  const { paint } = options;
  const names = group.slice(0, namesShown).map((resource) => nameIn(resource, place, options));
  const more = group.length - names.length;
  const listed = [...names, ...(more > 0 ? [`${String(more)} more`] : [])].join(", ");
  const type = shortType(group[0]?.type ?? "");
  const count = group.length > 1 ? ` ${paint.bold(`×${String(group.length)}`)}` : "";
  return `${type}${count} ${paint.dim(listed)}${tags(group, options)}`;
}

/** What a person should know of the resources on a line. */
function tags(resources: readonly PlanResource[], { paint, marked }: TreeOptions): string {
  const said = (what: string, found: (resource: PlanResource) => boolean): readonly string[] => {
    const count = resources.filter(found).length;
    return count === 0 ? [] : [resources.length === 1 ? what : `${String(count)} ${what}`];
  };
  const notes = [
    ...said("with children of the provider's making", (resource) => resource.remote),
    ...said("protected", (resource) => resource.protect && resource.custom),
    ...said("existing", (resource) => resource.importId !== null),
  ];
  const refused = said("refused", (resource) => marked.has(resource.urn));
  return [
    ...(notes.length > 0 ? [` ${paint.yellow(`(${notes.join(", ")})`)}`] : []),
    ...refused.map((text) => ` ${paint.red(`✗ ${text}`)}`),
  ].join("");
}

/** The resource's name, with `…` for the parent's at its start. */
function nameIn({ name }: PlanResource, { parent, depth }: Place, { full }: TreeOptions): string {
  const repeats = !full && depth > 1 && name.startsWith(parent);
  return repeats ? `…${name.slice(parent.length)}` : name;
}

function typesOf(resources: readonly PlanResource[]): string {
  return [...groupBy(resources, (resource) => resource.type.split(":").at(-1) ?? "")]
    .map(([kind, like]) => (like.length > 1 ? `${kind} ×${String(like.length)}` : kind))
    .join(", ");
}

/** Everything below another, components and providers too. */
function below(urn: string, children: Children): readonly PlanResource[] {
  return (children.get(urn) ?? []).flatMap((child) => [child, ...below(child.urn, children)]);
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
