/*
 * What a stack registers, run once however many tests ask for it:
 *
 *   const resources = await planOf("prod", "cloud=gcp", "blueprint=suuupra");
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanResource } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { plansVariable } from "./plansVariable";

const root = join(__dirname, "../..");

let own: string | undefined;

/** The shared folder, or one that this process has for itself: never one of a run before, whose program was another. */
function folder(): string {
  const shared = process.env[plansVariable];
  if (shared !== undefined && shared !== "") return shared;
  if (own === undefined) {
    const made = mkdtempSync(join(tmpdir(), "groundwork-plans-"));
    process.once("exit", () => {
      rmSync(made, { recursive: true, force: true });
    });
    own = made;
  }
  return own;
}

function fileOf(stack: string, set: readonly string[]): string {
  return join(folder(), `${encodeURIComponent([stack, ...[...set].sort()].join(" "))}.json`);
}

/**
 * Resources of a stack whose outputs are known, each time the caller's own to change.
 *
 * @param set settings of the stack file that are other ones, `key=value`
 */
export async function planOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  const file = fileOf(stack, set);
  if (!existsSync(file)) {
    const settings = readStack({ root, stack, set: [...set] });
    keepPlan((await runStack(settings, { root, outputs: "known", echo: false })).resources, stack, ...set);
  }
  return JSON.parse(readFileSync(file, "utf8")) as readonly PlanResource[];
}

/** Keeps what a test has run by itself for those that come after it. */
export function keepPlan(resources: readonly PlanResource[], stack: string, ...set: readonly string[]): void {
  const file = fileOf(stack, set);
  // another process may read it while it is written
  const written = `${file}.${process.pid}`;
  writeFileSync(written, JSON.stringify(resources));
  renameSync(written, file);
}
