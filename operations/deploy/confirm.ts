import { createInterface } from "node:readline/promises";
import { UsageError } from "../../preview/errors";

/** Asks whoever sits there; where nobody does, `--yes` has to say it. */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new UsageError("--yes: expected where nobody can be asked, got nothing");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} Type yes: `)).trim() === "yes";
  } finally {
    terminal.close();
  }
}
