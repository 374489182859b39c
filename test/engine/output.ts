import type { CommandResult } from "./pulumi";

/** What was printed, which the CLI breaks where it likes. */
export function oneLine({ stdout, stderr }: CommandResult): string {
  return `${stdout}\n${stderr}`.replace(/\s+/g, " ");
}

/** What a person would look at: the end of the output, where policies and diagnostics stand. */
export function failureOf({ stdout, stderr }: CommandResult): string {
  return `${stdout.slice(-10_000)}\n${stderr}`;
}
