import { type ChildProcess, spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** A program that ended. */
export interface Ended {
  /** Exit status; 127 where there is no such program, as a shell has it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  /** Working directory. @default the command's own */
  readonly cwd?: string;
  /** Variables that are added to the command's own. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Let the user see what it prints as it does, on standard error, beside keeping it. @default false */
  readonly show?: boolean;
  /**
   * Whether a signal that ends this command is handed on, and the program waited for until it has stopped by itself.
   *
   * @default false
   */
  readonly stopsItself?: boolean;
}

/** Runs a program with its arguments as they are, and no shell between. */
export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;

/** {@link Run} on this machine. */
export const runProgram: Run = async (program, args, options = {}) => {
  const { cwd, env, show = false, stopsItself = false } = options;
  const child = spawn(program, [...args], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    // a terminal's Ctrl-C reaches the whole of its process group; what is handed on is to be the only one
    detached: stopsItself,
  });
  const stopHandingOn = stopsItself ? handSignalsTo(child) : () => undefined;
  if (show) {
    child.stdout.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    child.stderr.on("data", (chunk: Buffer) => process.stderr.write(chunk));
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve(127);
      else reject(error);
    });
    child.once("close", (code, signal) => {
      resolve(code ?? (signal === null ? 1 : 130));
    });
  });
  try {
    const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { status, stdout, stderr };
  } finally {
    stopHandingOn();
  }
};

/** Within this time signals are one: a terminal and npm both send the same, milliseconds. */
const oneSignalMilliseconds = 1_000;

/**
 * Asks a program to stop where this one is asked to, as Ctrl-C would: at the first Pulumi ends what it has begun, at the
 * second it drops it.
 *
 * @returns what ends that
 */
function handSignalsTo(child: ChildProcess): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const handOn = () => {
    const now = performance.now();
    if (now - last > oneSignalMilliseconds) child.kill("SIGINT");
    last = now;
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, handOn);
  return () => {
    for (const signal of signals) process.off(signal, handOn);
  };
}

/** A program that had to end well and did not. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/**
 * What a program printed.
 *
 * @throws ProgramError with what it said, where it did not end well
 */
export async function outputOf(
  run: Run,
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, options);
  if (status === 127)
    throw new ProgramError(`${program}: expected it to be installed, found no such program`);
  if (status !== 0) {
    const said = stderr.trim() === "" ? stdout.trim() : stderr.trim();
    throw new ProgramError(`${program} ${args.join(" ")}: expected exit status 0, got ${status}: ${said}`);
  }
  return stdout;
}
