import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { runStack } from "./program";
import { progressOn } from "./progress";
import { fromText, record, toText } from "./replay/record";
import { replay } from "./replay/replay";
import { counted } from "./report/paint";
import { readStack, type Stack, type StackRequest } from "./stack";

/** What `replay` is told. */
export interface ReplayFlags {
  /**
   * File with what the last release made.
   *
   * @default `releases/<stack>-<blueprint>-<cloud>.jsonl`
   */
  readonly release?: string;
  /** Write what this release makes, in place of comparing. */
  readonly record?: boolean;
}

/**
 * `replay`: what the program would do now to what it made in the last release. It refuses whatever would replace or delete a
 * store, a bucket, a key, a network or a cluster.
 */
export async function replayCommand(request: StackRequest, flags: ReplayFlags): Promise<ExitStatus> {
  const stack = readStack(request);
  const file = flags.release ?? join(request.root, releaseFile(stack));
  const progress = progressOn(process.stderr);
  progress.say(`loading ${request.stack} …`);
  const { resources } = await runStack(stack, { root: request.root, outputs: "known", echo: true }).finally(
    () => {
      progress.done();
    },
  );
  if (flags.record === true) {
    const recording = record(resources);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, toText(recording));
    process.stdout.write(`${counted(recording.length, "resource")} recorded in ${file}\n`);
    return exitStatus.fine;
  }
  if (!existsSync(file)) {
    throw new UsageError(
      `${file}: expected what the last release made, got no such file; replay --record writes it`,
    );
  }
  const release = fromText(readFileSync(file, "utf8"), file);
  const refusals = replay(release, resources);
  for (const { type, message } of refusals) process.stdout.write(`✗ ${type} ${message}\n`);
  if (refusals.length > 0) {
    process.stdout.write(`\n${refusals.length} of ${counted(release.length, "resource")} would be lost\n`);
    return exitStatus.violated;
  }
  process.stdout.write(`✓ all ${counted(release.length, "resource")} of the last release would stay\n`);
  return exitStatus.fine;
}

/** Where a stack's release is recorded, from the project's folder. */
export function releaseFile({ name, config }: Pick<Stack, "name" | "config">): string {
  const setting = (key: string): string =>
    Object.entries(config).find(([path]) => path.endsWith(`:${key}`))?.[1] ?? "none";
  return join("releases", `${name}-${setting("blueprint")}-${setting("cloud")}.jsonl`);
}
