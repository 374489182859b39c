/*
 * How a test runs a piece of the program, or all of it, against the engine of the offline preview.
 *
 *   const { result, resources } = await run(() => new AwsNetwork("main", args, { provider }));
 *   const vpc = find(resources, "aws:ec2/vpc:Vpc", "main");      // fails unless there is exactly one
 *   assert.equal(vpc.inputs["cidrBlock"], "10.0.0.0/16");        // inputs as a plan shows them
 *   assert.equal(await valueOf(result.networkId), "vpc-…");      // outputs as the cloud would answer
 *   assert.ok(isSecretInput(password, "password"));
 *
 * The program runs in a root stack, so that its resources have a parent. `preview: "unknown"` runs it as a first preview
 * does, with ids and computed outputs unknown (`valueOf` then gives `undefined`). Computed outputs come from
 * `preview/outputs/` alone: a type without a row, or a provider function without an answer, fails the run.
 *
 * A run awaits everything, rejects when the program throws or leaves a rejection behind, and leaves nothing to the next
 * run. One at a time: `await` each.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type PlanResource, SECRET } from "../../preview/plan";
import { type Ran, type RunOptions, runProgram } from "../../preview/run";
import { withoutStackTraces } from "../../preview/traces";

export type { Ran };

/** What a test may say of the run; all has a default. */
export interface TestRunOptions extends Pick<
  Partial<RunOptions>,
  "config" | "secretKeys" | "table" | "functions"
> {
  /**
   * Whether ids and computed outputs are answered, or unknown as in a first preview.
   *
   * @default "known"
   */
  readonly preview?: "known" | "unknown";
  /** @default "groundwork" */
  readonly project?: string;
  /** @default "test" */
  readonly stack?: string;
  /** @default "organization" */
  readonly organization?: string;
}

/**
 * Runs a program; `outputs` names what it exports from the stack. A program that fails is run once more, as stack traces
 * are made then alone: they take most of a run's time.
 */
export async function run<T>(
  program: () => T | Promise<T>,
  options: TestRunOptions = {},
  outputs?: (result: T) => pulumi.Inputs,
): Promise<Ran<T>> {
  const { preview = "known", project = "groundwork", stack = "test", ...rest } = options;
  const once = (): Promise<Ran<T>> =>
    runProgram(program, { ...rest, project, stack, outputs: preview }, outputs);
  try {
    return await withoutStackTraces(once);
  } catch (failure) {
    await once();
    // it did not fail again: what the first run said still holds
    throw failure;
  }
}

/** The value of an output; `undefined` when it is unknown. Secrets are unwrapped: `isSecret` of the SDK tells them. */
export async function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  // hidden from the types, and the only way that also settles for an unknown
  return await (output as unknown as { promise: () => Promise<T> }).promise();
}

/** The one resource of that type (and logical name). */
export function find(resources: readonly PlanResource[], type: string, name?: string): PlanResource {
  const found = findAll(resources, type).filter((resource) => name === undefined || resource.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const same = findAll(resources, type).map((resource) => resource.name);
    throw new Error(
      `expected one ${type}${name === undefined ? "" : ` named ${name}`}, got ${String(found.length)} (of that type: ${same.join(", ")})`,
    );
  }
  return only;
}

/** Every resource of that type, in the order of their URNs. */
export function findAll(resources: readonly PlanResource[], type: string): readonly PlanResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** Whether an input, found by its path of keys, is secret or lies within a secret. */
export function isSecretInput(resource: PlanResource, ...path: readonly (string | number)[]): boolean {
  let value: unknown = resource.inputs;
  for (const key of path) {
    if (value === SECRET) {
      return true;
    }
    value =
      typeof value === "object" && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined;
  }
  return value === SECRET;
}
