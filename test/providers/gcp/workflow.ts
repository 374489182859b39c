/** What a step of a workflow may be, as far as the program uses it. */
type Step = Readonly<Record<string, unknown>>;

/** A call of `http.get` or `http.post`, its expressions resolved. */
export interface WorkflowCall {
  readonly method: "get" | "post";
  readonly url: string;
  readonly body: unknown;
}

/** Answers a call with the body that the API would answer. */
export type WorkflowApi = (call: WorkflowCall) => unknown;

/**
 * Runs a workflow's steps as Google Workflows does: calls, assignments, switches and loops, with the functions of the
 * standard library that the program's own workflows use. A step of another kind is an error.
 */
export function runWorkflow(steps: readonly Step[], api: WorkflowApi, now: number): void {
  new Run(api, now).steps(steps, {});
}

type Scope = Record<string, unknown>;
type Next = "end" | "continue" | undefined;

class Run {
  constructor(
    private readonly api: WorkflowApi,
    private readonly now: number,
  ) {}

  steps(steps: readonly Step[], scope: Scope): Next {
    for (let at = 0; at < steps.length; at++) {
      const [[, body] = ["", {}]] = Object.entries(steps[at] ?? {});
      const next = this.step(body as Step, scope);
      if (next === "end" || next === "continue") return next;
      if (next !== undefined) at = steps.findIndex((step) => next in step) - 1;
    }
    return undefined;
  }

  private step(step: Step, scope: Scope): string | undefined {
    if ("call" in step) this.call(step, scope);
    else if ("assign" in step) {
      for (const assignment of step["assign"] as Step[])
        Object.assign(scope, this.resolve(assignment, scope));
    } else if ("switch" in step) {
      const cases = step["switch"] as { readonly condition: string; readonly next: string }[];
      return cases.find(({ condition }) => this.resolve(condition, scope) === true)?.next;
    } else if ("for" in step) return this.loop(step["for"] as Loop, scope);
    else throw new Error(`a step of another kind: ${Object.keys(step).join(", ")}`);
    return undefined;
  }

  private loop({ value, index, in: list, steps }: Loop, scope: Scope): Next {
    for (const [place, item] of (this.resolve(list, scope) as unknown[]).entries()) {
      if (this.steps(steps, { ...scope, [value]: item, [index]: place }) === "end") return "end";
    }
    return undefined;
  }

  private call(step: Step, scope: Scope): void {
    const { url, auth, body } = this.resolve(step["args"], scope) as Step;
    const method = { "http.get": "get", "http.post": "post" }[step["call"] as "http.get"] as "get" | "post";
    if ((auth as Step)["type"] !== "OAuth2") throw new Error(`${String(url)}: expected to be signed in`);
    const answer = { body: this.api({ method, url: String(url), body }) };
    if (typeof step["result"] === "string") scope[step["result"]] = answer;
  }

  private resolve(value: unknown, scope: Scope): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, scope));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item, scope)]));
    }
    const expression = typeof value === "string" ? /^\$\{([^]*)\}$/.exec(value)?.[1] : undefined;
    return expression === undefined ? value : this.evaluate(expression, scope);
  }

  /** The few expressions that the program writes mean in JavaScript what they mean in Workflows, but for `default`. */
  private evaluate(expression: string, scope: Scope): unknown {
    const names: Scope = {
      ...scope,
      otherwise: (value: unknown, instead: unknown) => value ?? instead,
      len: (list: readonly unknown[]) => list.length,
      map: { get: (map: Step, key: string) => map[key] ?? null },
      sys: { now: () => this.now },
      time: { parse: (text: string) => Date.parse(text) / 1000 },
      text: { encode: (text: string) => Buffer.from(text, "utf8") },
      base64: { encode: (bytes: Buffer) => bytes.toString("base64") },
    };
    const source = `return (${expression.replaceAll("default(", "otherwise(")});`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- text of the program's own, in a test
    const evaluated = new Function(...Object.keys(names), source) as (...values: unknown[]) => unknown;
    return evaluated(...Object.values(names));
  }
}

interface Loop {
  readonly value: string;
  readonly index: string;
  readonly in: string;
  readonly steps: readonly Step[];
}
