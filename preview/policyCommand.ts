import { readFileSync } from "node:fs";
import { z } from "zod";
import { environments } from "../policy/levels";
import { messageOf, UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import type { Json, Plan } from "./plan";
import { judge } from "./policy";
import { configFrom, pathOf } from "./policyConfig";
import { paintFor } from "./report/paint";
import { isMandatory, verdict } from "./report/verdict";

/** What `policy` is told. */
export interface PolicyFlags {
  /** File that `preview --json` printed, edited or not. */
  readonly plan: string;
  /**
   * Whose levels and thresholds hold.
   *
   * @default the plan's own environment; prod, the strictest, where it names none
   */
  readonly environment?: string;
  /**
   * File of levels, settings and exemptions.
   *
   * @default the pack's own of that environment
   */
  readonly policyConfig?: string;
  /** Print the plan's `policy` part as JSON, and nothing else. */
  readonly json?: boolean;
}

/** `policy`: judges a plan that was printed before, and says whether it may be carried out. */
export function policyCommand({ plan: path, environment, policyConfig, json }: PolicyFlags): ExitStatus {
  if (environment !== undefined && !(environments as readonly string[]).includes(environment)) {
    throw new UsageError(`--environment: expected one of ${environments.join(", ")}, got ${environment}`);
  }
  const plan = readPlan(path);
  const report = judge(plan.resources, {
    environment: environment ?? plan.environment,
    ...configFrom(policyConfig),
  });
  process.stdout.write(
    json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : `${verdict(report, paintFor(process.stdout)).join("\n")}\n`,
  );
  return report.violations.some(isMandatory) ? exitStatus.violated : exitStatus.fine;
}

/** What of a plan is judged. */
export type JudgedPlan = Pick<Plan, "stack" | "environment" | "resources">;

/** Read a plan; throws a {@link UsageError} that names what is wrong with it. */
export function readPlan(path: string): JudgedPlan {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(
      `--plan ${path}: expected a plan that preview --json printed, got ${messageOf(error)}`,
    );
  }
  const { success, data, error } = planSchema.safeParse(content);
  if (!success) {
    const problems = error.issues.map(
      ({ path: at, message }) =>
        `\n  ${at.length === 0 ? "the whole" : pathOf(at)}: ${message.toLowerCase()}`,
    );
    throw new UsageError(
      `--plan ${path}: expected a plan that preview --json printed${problems.slice(0, 10).join("")}`,
    );
  }
  const first = new Map<string, number>();
  for (const [index, { urn }] of data.resources.entries()) {
    const before = first.get(urn);
    if (before !== undefined) {
      throw new UsageError(
        `--plan ${path}: resources[${index}].urn: expected each URN once, got that of resources[${before}]`,
      );
    }
    first.set(urn, index);
  }
  return data;
}

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);
const urns = z.array(z.string()).default([]);
const duration = z.string();

/** An edited plan may leave out what a rule can do without; a name it does not know is no harm. */
const resourceSchema = z.object({
  urn: z.string().startsWith("urn:pulumi:", { error: "expected a URN, urn:pulumi:…" }),
  type: z.string().regex(/^[^:]+:[^:]*:[^:]+$/, { error: "expected a type token such as aws:kms/key:Key" }),
  name: z.string(),
  custom: z.boolean(),
  remote: z.boolean().default(false),
  parent: z.string().nullable(),
  provider: z.string().nullable(),
  providers: z.record(z.string(), z.string()).default({}),
  inputs: z.record(z.string(), json),
  dependencies: urns,
  propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  deletedWith: z.string().nullable().default(null),
  deleteBeforeReplace: z.boolean().nullable().default(null),
  aliases: z.array(json).default([]),
  ignoreChanges: z.array(z.string()).default([]),
  replaceOnChanges: z.array(z.string()).default([]),
  additionalSecretOutputs: z.array(z.string()).default([]),
  customTimeouts: z
    .object({ create: duration.optional(), update: duration.optional(), delete: duration.optional() })
    .transform(withoutUndefined)
    .nullable()
    .default(null),
  importId: z.string().nullable().default(null),
});

const planSchema = z.object({
  stack: z.string(),
  environment: z.enum(environments, { error: `expected one of ${environments.join(", ")}` }).default("prod"),
  resources: z.array(resourceSchema),
});

/** The same without the keys that are `undefined`, which the plan's types tell from absent ones. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // Only keys with a value are left.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
