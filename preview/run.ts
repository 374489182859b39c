import * as pulumi from "@pulumi/pulumi";
import { Monitor, type MonitorOptions } from "./monitor";
import type { Json, PlanResource } from "./plan";
import { makeUrn } from "./urn";
import { toPlan, type WireObject } from "./wire";

/** How a program is run: see {@link MonitorOptions} for what its resources answer. */
export interface RunOptions extends MonitorOptions {
  /** @default "organization" */
  readonly organization?: string;
  /**
   * Values by full key (`groundwork:cloud`), objects as JSON, as the CLI hands them over.
   *
   * @default {}
   */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * Keys of `config` that the stack holds encrypted.
   *
   * @default []
   */
  readonly secretKeys?: readonly string[];
}

/** A run that came to its end. */
export interface Ran<T> {
  /** What the program returned. */
  readonly result: T;
  /** Every registration, in the order of their URNs. */
  readonly resources: readonly PlanResource[];
  /** Their inputs by URN as they came, secrets and all: not to be shown. */
  readonly inputs: ReadonlyMap<string, WireObject>;
  /** What components, and the stack itself, registered as their outputs, by URN, secrets and all: not to be shown. */
  readonly registeredOutputs: ReadonlyMap<string, WireObject>;
  /** Names of the hooks that the engine would run before it updates a resource, by the resource's URN. */
  readonly hooks: ReadonlyMap<string, readonly string[]>;
  /** Names of all hooks, of those too that stand before what only a plugin makes. */
  readonly hookNames: ReadonlySet<string>;
  /** The stack's outputs as a plan shows them. */
  readonly outputs: Readonly<Record<string, Json>>;
}

/** More than one thing went wrong in a run. */
export class RunFailures extends AggregateError {
  constructor(failures: readonly unknown[]) {
    super(
      failures,
      failures.map((failure) => (failure instanceof Error ? failure.message : String(failure))).join("\n"),
    );
  }
}

/**
 * Runs a program in a root stack, against a {@link Monitor}, to its end: resources that come about in an `apply` are
 * awaited too. Rejects with what the program threw or what no promise of it caught.
 *
 * One run at a time: the SDK keeps its state in the process.
 *
 * @param exports picks the stack's outputs from what the program returned; none by default.
 */
export async function runProgram<T>(
  program: () => T | Promise<T>,
  options: RunOptions,
  exports: (result: T) => pulumi.Inputs = () => ({}),
): Promise<Ran<T>> {
  const { project, stack, organization = "organization", config = {}, secretKeys = [] } = options;
  const monitor = new Monitor(options);
  pulumi.runtime.setAllConfig({ ...config }, [...secretKeys]);
  pulumi.runtime.setMockOptions(monitor, project, stack, options.outputs === "unknown", organization);

  let result: { readonly value: T } | undefined;
  const failures = await failuresOf(async () => {
    await pulumi.runtime.runInPulumiStack(async () => {
      result = { value: await program() };
      return exports(result.value);
    });
    await settle(monitor);
  });
  monitor.close();
  if (result === undefined || failures.length > 0) {
    // forget the promises that can never settle now: because of them the SDK would fail the process at its exit
    pulumi.runtime.setMockOptions(monitor, project, stack);
    throw failures.length === 1 ? failures[0] : new RunFailures(failures);
  }
  return {
    result: result.value,
    resources: monitor.resources(),
    inputs: monitor.inputs,
    registeredOutputs: monitor.outputs,
    hooks: monitor.hooks,
    hookNames: monitor.hookNames,
    outputs: planFields(monitor.outputs.get(rootUrn(project, stack)) ?? {}),
  };
}

/**
 * What went wrong in `work`, each thing once, that which it threw first. The process's own handlers of unhandled
 * rejections stand back meanwhile: the SDK rejects several promises for one failed resource, and most have no one to
 * catch them.
 */
async function failuresOf(work: () => Promise<void>): Promise<readonly unknown[]> {
  const thrown: unknown[] = [];
  const uncaught = new Set<unknown>();
  const collect = (reason: unknown): void => void uncaught.add(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  try {
    await orStuck(work());
  } catch (error) {
    thrown.push(error);
  }
  await quiet();
  process.off("unhandledRejection", collect);
  for (const listener of others) {
    process.on("unhandledRejection", listener);
  }
  return [...new Set([...thrown, ...uncaught])];
}

/** Rejects when the process has nothing left to do and `work` still has not come to its end. */
async function orStuck(work: Promise<void>): Promise<void> {
  let onIdle = (): void => undefined;
  const idle = new Promise<never>((_, reject) => {
    onIdle = () => {
      reject(
        new Error("the program waits for a value that never comes: do two resources depend on each other?"),
      );
    };
  });
  process.once("beforeExit", onIdle);
  try {
    await Promise.race([work, idle]);
  } finally {
    process.off("beforeExit", onIdle);
  }
}

/**
 * Waits until the monitor hears nothing more. Draining the SDK's queue once is not enough: what an `apply` makes is
 * registered a tick later.
 */
async function settle(monitor: Monitor): Promise<void> {
  let seen = -1;
  while (seen !== monitor.requests) {
    seen = monitor.requests;
    await pulumi.runtime.disconnect();
    await quiet();
  }
}

/** Three turns of the event loop: a rejection is reported as unhandled one turn after it happened. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function rootUrn(project: string, stack: string): string {
  const type = pulumi.runtime.rootPulumiStackTypeName;
  return makeUrn({ project, stack, parent: null, type, name: `${project}-${stack}` });
}

function planFields(fields: WireObject): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, toPlan(value)]));
}
