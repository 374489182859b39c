import type { PackConfig } from "../policy/config";
import type { Environment } from "../policy/levels";
import type { Json, Plan, PolicyReport } from "./plan";
import { environmentOf, judge } from "./policy";
import { type ProgramRun, runStack } from "./program";
import { readStack, type Stack, type StackRequest } from "./stack";
import { hasSecret, toRevealed } from "./wire";

/** A stack that ran offline, and its plan. */
export interface Preview {
  readonly run: ProgramRun;
  readonly plan: Plan;
}

/**
 * Runs a stack as after an update, every output known, and judges what it registers.
 *
 * @param config levels, settings and exemptions of the rules; the pack's own of the stack's environment by default
 */
export async function preview(
  request: StackRequest,
  onRegistration: (count: number) => void,
  config?: PackConfig,
): Promise<Preview> {
  const { root } = request;
  const run = await runStack(readStack(request), { root, outputs: "known", echo: true, onRegistration });
  const environment = environmentOf(settingOf(run.stack, "environment"));
  const policy = judge(run.resources, { environment, secrets: secretsOf(run), ...(config && { config }) });
  return { run, plan: planOf(run, environment, policy) };
}

/** What a first preview, whose outputs are unknown, and an update do not have in common, and what the rules say of the first. */
export interface Difference {
  /** Made inside an `apply`, or because a value is known: a first preview would not show them. */
  readonly onlyInUpdate: readonly string[];
  /** Made only as long as a value is unknown. */
  readonly onlyInFirstPreview: readonly string[];
  /** What the policy pack says of the first preview, where much is left open. */
  readonly policy: PolicyReport;
}

/**
 * Runs the stack again as a first preview would, judges it, and compares what the two register.
 *
 * @param config as for {@link preview}
 */
export async function compareWithFirst(
  { run, plan: { environment } }: Preview,
  root: string,
  config?: PackConfig,
): Promise<Difference> {
  const first = await runStack(run.stack, { root, outputs: "unknown", echo: false });
  return {
    policy: judge(first.resources, { environment, secrets: secretsOf(first), ...(config && { config }) }),
    onlyInUpdate: missingFrom(first, run),
    onlyInFirstPreview: missingFrom(run, first),
  };
}

/** Inputs of the resources that have secrets, these in plain. */
export function secretsOf({ inputs }: ProgramRun): ReadonlyMap<string, Readonly<Record<string, Json>>> {
  return new Map(
    [...inputs]
      .filter(([, fields]) => hasSecret(fields))
      .map(([urn, fields]) => [urn, mapValues(fields, toRevealed)]),
  );
}

function mapValues<From, To>(
  fields: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(value)]));
}

function missingFrom(run: ProgramRun, other: ProgramRun): readonly string[] {
  const urns = new Set(run.resources.map((resource) => resource.urn));
  return other.resources.map((resource) => resource.urn).filter((urn) => !urns.has(urn));
}

function planOf(
  { stack, resources, outputs }: ProgramRun,
  environment: Environment,
  policy: PolicyReport,
): Plan {
  const cloud = settingOf(stack, "cloud") ?? "";
  return {
    stack: stack.name,
    cloud,
    blueprint: settingOf(stack, "blueprint") ?? "",
    environment,
    region: settingOf(stack, cloud, "region") ?? "",
    resources,
    outputs,
    policy,
  };
}

/** A value of the stack's, by its path below the project's namespace. */
function settingOf({ config, project }: Stack, key: string, inner?: string): string | undefined {
  const value = config[`${project}:${key}`];
  if (value === undefined || inner === undefined) {
    return value;
  }
  const parsed: unknown = JSON.parse(value);
  const field: unknown =
    typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, inner) : undefined;
  return typeof field === "string" ? field : undefined;
}
