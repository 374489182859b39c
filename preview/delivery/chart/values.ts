import type { Json } from "../../plan";
import { isEqual, isRecord, type JsonObject } from "../json";
import { meaningOf } from "./meanings";

/** One value of a chart. */
export interface ChartValue {
  readonly path: readonly string[];
  /** By stack; a stack may have none. */
  readonly byStack: ReadonlyMap<string, Json>;
  /** Stacks in which it is known only after an update, or is secret: whoever installs the chart gives it. */
  readonly askedIn: ReadonlySet<string>;
}

/** What may be set of a chart, collected while its templates are made. */
export class ChartValues {
  private readonly values = new Map<string, ChartValue>();

  constructor(private readonly stacks: readonly string[]) {}

  /** States a value; the same one may be stated again, with the same in each stack. */
  state(
    path: readonly string[],
    byStack: ReadonlyMap<string, Json>,
    askedIn: ReadonlySet<string> = new Set(),
  ): void {
    const key = JSON.stringify(path);
    if (!this.values.has(key)) this.values.set(key, { path, byStack, askedIn });
  }

  /** Takes a value back. */
  drop(path: readonly string[]): void {
    this.values.delete(JSON.stringify(path));
  }

  /** The value of that path, where it has been stated. */
  stated(path: readonly string[]): ChartValue | undefined {
    return this.values.get(JSON.stringify(path));
  }

  all(): readonly ChartValue[] {
    return [...this.values.values()];
  }

  /** What several services have alike under a key of a map of theirs is said once, for all of them; there it is empty. */
  hoist(map: string): void {
    const own = this.all().filter(
      ({ path }) => path[0] === "services" && path[2] === map && path.length === 4,
    );
    for (const key of new Set(own.map(({ path }) => path[3] ?? ""))) {
      const same = own.filter(({ path }) => path[3] === key);
      const byStack = new Map(same.flatMap((value) => [...value.byStack]));
      const isAlike = same.every((value) =>
        [...value.byStack].every(([stack, text]) => isEqual(text, byStack.get(stack))),
      );
      if (same.length > 1 && isAlike) {
        const askedIn = new Set(same.flatMap((value) => [...value.askedIn]));
        this.state([map, key], byStack, askedIn);
        for (const { path, byStack: texts } of same) {
          const empty = new Map([...texts.keys()].map((stack) => [stack, ""]));
          this.values.set(JSON.stringify(path), { path, byStack: empty, askedIn: new Set() });
        }
      }
    }
  }

  /** `values.yaml`: what all stacks have alike, and else what says least. */
  defaults(): JsonObject {
    return this.all().reduce<JsonObject>((tree, value) => {
      const neutral = this.defaultOf(value);
      return neutral === undefined ? tree : withValue(tree, value.path, neutral);
    }, {});
  }

  /** `values-<stack>.yaml`: what a stack has otherwise; what it asks for is empty. */
  of(stack: string): JsonObject {
    return this.all().reduce<JsonObject>((tree, value) => {
      const own = value.askedIn.has(stack) ? "" : value.byStack.get(stack);
      const isDefault = !value.askedIn.has(stack) && isEqual(own, this.defaultOf(value));
      return own === undefined || isDefault ? tree : withValue(tree, value.path, own);
    }, {});
  }

  /** What fills in what a stack asks for, where it is known after all. */
  filledOf(stack: string): JsonObject {
    return this.askedOf(stack).reduce<JsonObject>(
      (tree, { path, byStack }) => withValue(tree, path, byStack.get(stack) ?? ""),
      {},
    );
  }

  /** What a stack asks for. */
  askedOf(stack: string): readonly ChartValue[] {
    return this.all().filter(({ askedIn }) => askedIn.has(stack));
  }

  private defaultOf({ path, byStack, askedIn }: ChartValue): Json | undefined {
    const values = this.stacks.map((stack) => byStack.get(stack));
    const [first] = values;
    const isSame = values.every((value) => isEqual(value, first));
    if (isSame && askedIn.size === 0) return first;
    // of a service's own keys a stack may have fewer than another: those are in its own file
    if (!meaningOf(path).isNamed) return undefined;
    const given = values.filter((value) => value !== undefined);
    const numbers = given.filter((value) => typeof value === "number");
    return numbers.length === given.length ? Math.min(...numbers) : isRecord(given[0]) ? given[0] : "";
  }
}

function withValue(tree: JsonObject, [key = "", ...rest]: readonly string[], value: Json): JsonObject {
  const inner = tree[key];
  return {
    ...tree,
    [key]: rest.length === 0 ? value : withValue(isRecord(inner) ? inner : {}, rest, value),
  };
}
