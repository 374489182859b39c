import { spawn } from "node:child_process";
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
}

/** Runs a program with its arguments as they are, and no shell between. */
export type Run = (program: string, args: readonly string[], options?: RunOptions) => Promise<Ended>;

/** {@link Run} on this machine. */
export const runProgram: Run = async (program, args, { cwd, env, show = false } = {}) => {
  const child = spawn(program, [...args], {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
  });
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
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
};

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
