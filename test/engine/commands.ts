import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "../../preview/stack";
import type { Pulumi } from "./pulumi";

/** A workspace, open for the commands below. */
export interface Trial {
  readonly pulumi: Pulumi;
  readonly stack: Stack;
  /** Folder in which the CLI finds the project. */
  readonly project: string;
}

/** `pulumi preview` with the policy pack, at the levels of the stack's environment. Returns the exit status. */
export function preview(trial: Trial, policy: boolean, args: readonly string[] = []): number {
  return trial.pulumi.watched("preview", ...policyOptions(trial, policy), ...args);
}

/** `pulumi up` with the policy pack, without asking. */
export function up(trial: Trial, policy: boolean, args: readonly string[] = []): number {
  return trial.pulumi.watched("up", "--yes", "--skip-preview", ...policyOptions(trial, policy), ...args);
}

/** `pulumi destroy`, after an `up` where there is nothing to take down yet. */
export function destroy(
  trial: Trial,
  { policy, unprotect }: { readonly policy: boolean; readonly unprotect: boolean },
  args: readonly string[] = [],
): number {
  const made = isEmpty(trial) ? up(trial, policy) : 0;
  if (made !== 0) {
    return made;
  }
  if (unprotect) {
    trial.pulumi.quiet("state", "unprotect", "--all", "--yes");
  }
  // with its preview, as that is what refuses before anything is gone
  return trial.pulumi.watched("destroy", "--yes", ...args);
}

/** Where the policy pack is, and the levels of the stack's environment. */
export function policyOptions({ stack, project }: Trial, policy: boolean): readonly string[] {
  if (!policy) {
    return [];
  }
  const levels = join(project, "policy", "config", `${environmentOf(stack)}.json`);
  return [
    "--policy-pack",
    join(project, "policy"),
    ...(existsSync(levels) ? ["--policy-pack-config", levels] : []),
  ];
}

/** The environment by which the pack's levels go. */
export function environmentOf({ config, project }: Stack): string {
  return config[`${project}:environment`] ?? "prod";
}

function isEmpty({ pulumi }: Trial): boolean {
  return !pulumi.quiet("stack", "export").includes('"resources"');
}
