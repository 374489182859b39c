import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import type { SelfReport } from "./report";

/** One run of a process. */
export interface Sample extends Partial<SelfReport> {
  /** From its start to its exit, milliseconds. */
  readonly wallMs: number;
  /** Peak resident memory, MiB. */
  readonly peakMiB: number;
}

const root = join(__dirname, "..");

/**
 * Arguments of node, as npm's scripts have them. The space for young objects is larger than Node's 16 MiB: all promises of
 * a stack are young at once, and copying them again and again is a sixth of the time of a large one.
 */
export const typescript = ["--max-semi-space-size=64", "--require=tsx/cjs"];

/** Runs `node …args` once, its output read and thrown away. Rejects where it fails, with what it said. */
export async function sample(args: readonly string[]): Promise<Sample> {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ["--require", join(__dirname, "peakMemory.cjs"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [, errors, reports, code] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    text(child.stdio[3] as Readable),
    new Promise<number | null>((done) => child.once("close", done)),
  ]);
  const wallMs = Number(process.hrtime.bigint() - started) / 1e6;
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${String(code)}:\n${errors}`);
  const said = reports
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Partial<SelfReport & { peakKiB: number }>)
    .reduce((all, one) => ({ ...all, ...one }), {});
  return {
    wallMs,
    peakMiB: (said.peakKiB ?? 0) / 1024,
    ...(said.workMs !== undefined && { workMs: said.workMs }),
    ...(said.resources !== undefined && { resources: said.resources }),
  };
}

/** Runs each command in turn, A B C A B C …, so that a machine whose speed drifts is fair to all. First round not counted. */
export async function rounds<Name extends string>(
  commands: Readonly<Record<Name, readonly string[]>>,
  runs: number,
  progress: (done: string) => void,
): Promise<Record<Name, readonly Sample[]>> {
  const names = Object.keys(commands) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let round = 0; round <= runs; round++) {
    for (const name of names) {
      progress(`${name}, ${round === 0 ? "warm-up" : `run ${round} of ${runs}`}`);
      const one = await sample(commands[name]);
      if (round > 0) samples[name].push(one);
    }
  }
  return samples;
}

/** The middle value; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
