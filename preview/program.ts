import { createRequire } from "node:module";
import { sep } from "node:path";
import type { Inputs } from "@pulumi/pulumi";
import { isPlain } from "./errors";
import { type Message, listening } from "./messages";
import { type Ran, RunFailures, type RunOptions, runProgram } from "./run";
import { type Stack, withSecrets } from "./stack";
import { located, withoutStackTraces } from "./traces";

/** How to run a stack's program. */
export interface ProgramOptions extends Pick<RunOptions, "outputs" | "onRegistration"> {
  /** Folder of `Pulumi.yaml`. */
  readonly root: string;
  /** Whether what the program prints is passed on, to standard error. */
  readonly echo: boolean;
}

/** A program that ran to its end. */
export interface ProgramRun extends Ran<unknown> {
  /** The stack, with values standing in for the secrets that the program asked for. */
  readonly stack: Stack;
  /** What it logged as warnings. */
  readonly warnings: readonly string[];
}

/** A program that failed in a way it did not foresee: its message tells where. */
export class ProgramCrash extends Error {
  override readonly name = "ProgramCrash";
}

/**
 * Runs the stack's own, unmodified program.
 *
 * The first run captures no stack traces, which is most of the speed. When it fails in a way that the user should see
 * located, the program runs once more with traces, and the error of that run is shown.
 */
export async function runStack(stack: Stack, options: ProgramOptions): Promise<ProgramRun> {
  try {
    return await withoutStackTraces(() => runOnce(stack, options));
  } catch (failure) {
    const missing = missingSecretsOf(failure);
    if (missing.length > 0) {
      return await runStack(withSecrets(stack, missing), options);
    }
    if (isPlain(failure) || failure instanceof ProgramCrash) {
      throw failure;
    }
    return await crash(stack, options, failure);
  }
}

async function runOnce(stack: Stack, options: ProgramOptions): Promise<ProgramRun> {
  const { outputs, onRegistration } = options;
  const settings: RunOptions = {
    project: stack.project,
    stack: stack.name,
    config: stack.config,
    secretKeys: stack.secretKeys,
    outputs,
    ...(onRegistration === undefined ? {} : { onRegistration }),
  };
  const { value: ran, messages } = await listening(
    () => runProgram(() => startProgram(stack.main), settings, exportsOf),
    options.echo,
  );
  const logged = (level: Message["level"]): readonly string[] =>
    messages.filter((message) => message.level === level).map((message) => message.text);
  const errors = logged("error");
  if (errors.length > 0) {
    throw new ProgramCrash(`the program logged errors, with which an update fails:\n${errors.join("\n")}`);
  }
  return { ...ran, stack, warnings: logged("warning") };
}

/** Requires the program anew: what it loaded of its own before, packages aside, is forgotten. */
async function startProgram(main: string): Promise<unknown> {
  for (const file of loadedByProgram) {
    // the cache is an object with a key a module, from which Node has them removed so
    Reflect.deleteProperty(load.cache, file);
  }
  const before = new Set(Object.keys(load.cache));
  try {
    const exported: unknown = load(main);
    return await Promise.resolve(typeof exported === "function" ? (exported as () => unknown)() : exported);
  } finally {
    const loaded = Object.keys(load.cache).filter((file) => !before.has(file));
    loadedByProgram = loaded.filter((file) => !file.includes(`${sep}node_modules${sep}`));
  }
}

const load = createRequire(__filename);
let loadedByProgram: readonly string[] = [];

/** A module's exports, or what a program that is a function returned, are the stack's outputs. */
function exportsOf(result: unknown): Inputs {
  return typeof result === "object" && result !== null ? { ...result } : {};
}

async function crash(stack: Stack, options: ProgramOptions, failure: unknown): Promise<never> {
  const again: unknown = await runOnce(stack, { ...options, echo: false }).then(
    () => failure,
    (error: unknown) => error,
  );
  const failures: readonly unknown[] = again instanceof RunFailures ? again.errors : [again];
  throw new ProgramCrash(failures.map((error) => located(error, options.root)).join("\n\n"));
}

/**
 * Keys of secrets that the program needs and the stack has not: an error may carry them as `missingSecrets`. They are the
 * user's to set, so a value stands in for each.
 */
function missingSecretsOf(failure: unknown): readonly string[] {
  if (!(failure instanceof Error) || !("missingSecrets" in failure)) {
    return [];
  }
  const { missingSecrets } = failure;
  return Array.isArray(missingSecrets) ? missingSecrets.map(String) : [];
}
