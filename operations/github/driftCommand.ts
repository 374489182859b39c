import { readFileSync } from "node:fs";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { driftState, putDriftIssue } from "./driftIssue";
import { githubFrom, runUrl } from "./environment";

/** What `drift-issue` is told. */
export interface DriftFlags {
  readonly stack: string;
  /** Exit status of `pulumi preview --refresh --expect-no-changes`. */
  readonly status: number;
  /** File with what it printed. */
  readonly from: string;
}

/** `drift-issue`: keeps one issue a stack while it drifts; exit status 1 where it does, or nobody knows. */
export async function driftCommand(
  { stack, status, from }: DriftFlags,
  env: NodeJS.ProcessEnv,
): Promise<ExitStatus> {
  const url = runUrl(env);
  const state = driftState(status);
  const text = readFileSync(from, "utf8");
  const done = await putDriftIssue(githubFrom(env), {
    stack,
    state,
    text,
    ...(url !== undefined && { url }),
  });
  process.stdout.write(`${stack}: ${state}, issue: ${done}\n`);
  return state === "clean" ? exitStatus.fine : exitStatus.violated;
}
