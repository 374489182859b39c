/** What a step of a workflow may be, as far as the program uses it. */
type Step = Readonly<Record<string, unknown>>;

/** A call of `http.get`, `http.post` or `http.delete`, its expressions resolved. */
export interface WorkflowCall {
  readonly method: "get" | "post" | "delete";
  readonly url: string;
  readonly body: unknown;
}

/** Answers a call with the body that the API would answer; what it throws is the call's error. */
export type WorkflowApi = (call: WorkflowCall) => unknown;

/** A workflow's parts, of which it begins with `main`. */
export type WorkflowParts = Readonly<
  Record<string, { readonly params?: readonly string[]; readonly steps: readonly Step[] }>
>;

/**
 * Runs a workflow as Google Workflows does: calls, assignments, switches, loops, errors and parts of its own, with the
 * functions of the standard library that the program's own workflows use. A step of another kind is an error. Returns what it
 * logged; throws what it raised.
 */
export function runWorkflow(
  workflow: readonly Step[] | WorkflowParts,
  api: WorkflowApi,
  now: number,
): readonly string[] {
  const parts = isParts(workflow) ? workflow : { main: { steps: workflow } };
  const run = new Run(parts, api, now);
  run.steps(parts["main"]?.steps ?? [], new Scope());
  return run.logged;
}

const isParts = (workflow: readonly Step[] | WorkflowParts): workflow is WorkflowParts =>
  !Array.isArray(workflow);

/** Variables; those of a loop are its own, and what it assigns that stands outside is assigned there. */
class Scope {
  private readonly own = new Map<string, unknown>();
  constructor(private readonly outer?: Scope) {}

  set(name: string, value: unknown): void {
    (this.holding(name) ?? this).own.set(name, value);
  }

  setOwn(name: string, value: unknown): this {
    this.own.set(name, value);
    return this;
  }

  all(): Record<string, unknown> {
    return { ...this.outer?.all(), ...Object.fromEntries(this.own) };
  }

  private holding(name: string): Scope | undefined {
    return this.own.has(name) ? this : this.outer?.holding(name);
  }
}

class Run {
  readonly logged: string[] = [];

  constructor(
    private readonly parts: WorkflowParts,
    private readonly api: WorkflowApi,
    private now: number,
  ) {}

  /** Where it goes on that is none of these steps: `end`, or in a loop `continue` and `break`. */
  steps(steps: readonly Step[], scope: Scope): string | undefined {
    for (let at = 0; at < steps.length; at++) {
      const [[, body] = ["", {}]] = Object.entries(steps[at] ?? {});
      const next = this.step(body as Step, scope);
      if (next === undefined) continue;
      const target = steps.findIndex((step) => next in step);
      if (target === -1) return next;
      at = target - 1;
    }
    return undefined;
  }

  private step(step: Step, scope: Scope): string | undefined {
    const next = step["next"] as string | undefined;
    if ("call" in step) this.call(step, scope);
    else if ("assign" in step) {
      for (const assignment of step["assign"] as Step[]) {
        for (const [name, value] of Object.entries(assignment)) scope.set(name, this.resolve(value, scope));
      }
    } else if ("switch" in step) return this.choose(step["switch"] as Case[], scope);
    else if ("for" in step) return this.loop(step["for"] as Loop, scope);
    else if ("try" in step) return this.attempt(step, scope);
    else throw new Error(`a step of another kind: ${Object.keys(step).join(", ")}`);
    return next;
  }

  private choose(cases: readonly Case[], scope: Scope): string | undefined {
    const chosen = cases.find(({ condition }) => this.resolve(condition, scope) === true);
    if (chosen?.raise !== undefined) throw new Raised(this.resolve(chosen.raise, scope));
    return chosen?.steps === undefined ? chosen?.next : this.steps(chosen.steps, scope);
  }

  private attempt(step: Step, scope: Scope): string | undefined {
    const { as, steps } = step["except"] as { readonly as: string; readonly steps: readonly Step[] };
    try {
      return this.steps((step["try"] as { readonly steps: readonly Step[] }).steps, scope);
    } catch (error) {
      if (error instanceof Raised) return this.steps(steps, new Scope(scope).setOwn(as, error.value));
      throw error;
    }
  }

  private loop({ value, index, in: list, steps }: Loop, scope: Scope): string | undefined {
    for (const [place, item] of (this.resolve(list, scope) as unknown[]).entries()) {
      const own = new Scope(scope).setOwn(value, item);
      const next = this.steps(steps, index === undefined ? own : own.setOwn(index, place));
      if (next === "break") return undefined;
      if (next !== undefined && next !== "continue") return next;
    }
    return undefined;
  }

  private call(step: Step, scope: Scope): void {
    const args = this.resolve(step["args"], scope) as Step;
    const name = step["call"] as string;
    const part = this.parts[name];
    if (part !== undefined) {
      const own = new Scope();
      for (const param of part.params ?? []) own.setOwn(param, args[param]);
      this.steps(part.steps, own);
    } else if (name === "sys.sleep") this.now += Number(args["seconds"]);
    else if (name === "sys.log") this.logged.push(String(args["text"]));
    else this.request(name, args, step["result"], scope);
  }

  private request(name: string, { url, auth, body }: Step, result: unknown, scope: Scope): void {
    const methods = { "http.get": "get", "http.post": "post", "http.delete": "delete" } as const;
    if (!(name in methods)) throw new Error(`a call of another kind: ${name}`);
    const method = methods[name as keyof typeof methods];
    if ((auth as Step)["type"] !== "OAuth2") throw new Error(`${String(url)}: expected to be signed in`);
    let answer: unknown;
    try {
      answer = this.api({ method, url: String(url), body });
    } catch (error) {
      throw new Raised({ message: (error as Error).message, tags: ["HttpError"] });
    }
    if (typeof result === "string") scope.set(result, { body: answer });
  }

  private resolve(value: unknown, scope: Scope): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, scope));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, scope)]));
    }
    const expression = typeof value === "string" ? /^\$\{([^]*)\}$/.exec(value)?.[1] : undefined;
    return expression === undefined ? value : this.evaluate(expression, scope);
  }

  /** The few expressions that the program writes mean in JavaScript what they mean in Workflows, but for a few words. */
  private evaluate(expression: string, scope: Scope): unknown {
    const names: Record<string, unknown> = {
      ...scope.all(),
      otherwise: (value: unknown, instead: unknown) => value ?? instead,
      negated: (value: boolean) => !value,
      len: (list: readonly unknown[]) => list.length,
      int: Math.trunc,
      string: String,
      map: { get: (map: Step, key: string) => map[key] ?? null },
      list: { concat: (list: readonly unknown[], item: unknown) => [...list, item] },
      sys: { now: () => this.now },
      time: {
        parse: (text: string) => Date.parse(text) / 1000,
        format: (seconds: number) => new Date(seconds * 1000).toISOString(),
      },
      text: {
        encode: (text: string) => Buffer.from(text, "utf8"),
        substring: (text: string, from: number, to: number) => text.slice(from, to),
        replace_all: (text: string, what: string, by: string) => text.replaceAll(what, by),
      },
      json: { encode_to_string: (value: unknown) => JSON.stringify(value) },
      base64: { encode: (bytes: Buffer) => bytes.toString("base64") },
    };
    const source = `return (${translated(expression)});`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- text of the program's own, in a test
    const evaluated = new Function(...Object.keys(names), source) as (...values: unknown[]) => unknown;
    return evaluated(...Object.values(names));
  }
}

/** An error as a workflow's `except` gets it. */
class Raised extends Error {
  constructor(readonly value: unknown) {
    super(typeof value === "string" ? value : JSON.stringify(value));
  }
}

/** Words of Workflows' expressions as JavaScript's; what stands between quotation marks stays. */
function translated(expression: string): string {
  return expression
    .split(/("[^"]*")/)
    .map((part, place) =>
      place % 2 === 1
        ? part
        : part
            .replaceAll("default(", "otherwise(")
            .replaceAll("not(", "negated(")
            .replaceAll(" or ", " || ")
            .replaceAll(" and ", " && "),
    )
    .join("");
}

interface Case {
  readonly condition: string;
  readonly next?: string;
  readonly raise?: unknown;
  readonly steps?: readonly Step[];
}

interface Loop {
  readonly value: string;
  readonly index?: string;
  readonly in: unknown;
  readonly steps: readonly Step[];
}
