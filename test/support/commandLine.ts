/*
 * How a test runs the command line of `preview/` in this process: what it printed, and the status it would exit with.
 *
 *   const { status, stdout, stderr } = await commandLine("preview", "--stack", "prod", "--json");
 */
import { runCommandLine } from "../../preview/commandLine";

/** A command that ended. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command; its output goes nowhere else. */
export async function commandLine(...args: readonly string[]): Promise<Ended> {
  const stdout = collecting(process.stdout);
  const stderr = collecting(process.stderr);
  try {
    const status = await runCommandLine(args);
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
  }
}

function collecting(stream: NodeJS.WriteStream): { readonly text: () => string; readonly stop: () => void } {
  const write = stream.write.bind(stream);
  const chunks: string[] = [];
  stream.write = (chunk: string | Uint8Array): boolean => {
    chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    return true;
  };
  return {
    text: () => chunks.join(""),
    stop: () => {
      stream.write = write;
    },
  };
}
