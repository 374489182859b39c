import { UsageError } from "../../preview/errors";
import { at, textAt } from "../json";
import type { Machine } from "../machine";
import { outputOf } from "../run";

/**
 * Whether what is checked out is the program that stands: its commit, without changes, is that of the stack's last update. What a way
 * back proves of stores and services is proved of the program beside it, and of any other it would be no proof.
 *
 * @throws UsageError saying what stands
 */
export async function checkStanding(
  root: string,
  stack: string,
  { run }: Pick<Machine, "run">,
): Promise<void> {
  const otherwise = "or --force, if you know what differs";
  const changed = await outputOf(run, "git", ["status", "--porcelain"], { cwd: root });
  if (changed.trim() !== "") {
    throw new UsageError(
      `a rollback begins at what stands: expected nothing changed beside a commit, ${otherwise}, got\n${changed.trimEnd()}`,
    );
  }
  const head = (await outputOf(run, "git", ["rev-parse", "--verify", "HEAD"], { cwd: root })).trim();
  const stands = await lastUpdated(root, stack, { run });
  if (stands === undefined) {
    throw new UsageError(
      `--stack: expected an update of ${stack} that says of which commit it was, ${otherwise}, got none`,
    );
  }
  if (stands !== head) {
    throw new UsageError(
      `a rollback begins at what stands: expected ${stands} checked out, of which ${stack} was updated last, ${otherwise}, got ${head}`,
    );
  }
}

/** The commit of a stack's last update, as the CLI found it in the program's folder; refreshes and previews change no program. */
async function lastUpdated(
  root: string,
  stack: string,
  { run }: Pick<Machine, "run">,
): Promise<string | undefined> {
  const args = ["stack", "history", "--json", "--stack", stack, "--non-interactive"];
  const history: unknown = JSON.parse(await outputOf(run, "pulumi", args, { cwd: root }));
  const updates: readonly unknown[] = Array.isArray(history) ? history : [];
  const last = updates
    .filter((update) => textAt(update, "kind") === "update")
    .sort((one, other) => versionOf(other) - versionOf(one))[0];
  const environment = at(last, "environment");
  return textAt(environment, "git.head");
}

function versionOf(update: unknown): number {
  const version = at(update, "version");
  return typeof version === "number" ? version : 0;
}
