import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../preview/errors";
import { exitStatus } from "../../preview/exitStatus";
import { preview } from "../../preview/preview";
import { healthCommand } from "../health/healthCommand";
import { migratedServices } from "../images/imagesOf";
import { parsePin, type Pin } from "../images/pin";
import type { Machine } from "../machine";
import { outputOf, ProgramError } from "../run";
import { describeStack } from "../stacks";
import { type OperationStatus, operationStatus } from "../status";
import { confirmed } from "./confirm";
import { notJudged } from "./deployCommand";
import { readGood } from "./good";
import { checkStanding } from "./standing";
import { runPulumi, settingsOf, type UpdateArgs } from "./update";

/** What `rollback` is told. */
export interface RollbackFlags {
  readonly stack: string;
  /** Services whose images alone go back; the program stays. @default the whole commit */
  readonly service: readonly string[];
  readonly yes?: boolean;
  /** Begin at what is checked out, whatever stands. */
  readonly force?: boolean;
  /** As of a deployment. */
  readonly lockWait: number;
  readonly healthWait: number;
  readonly prometheus?: string;
}

/**
 * `rollback`: deploys what was well last, the commit's program with its images or some services' images alone. State is never taken
 * back: what stands is brought to what the older program says, and where that would cost data it is refused.
 */
export async function rollbackCommand(
  root: string,
  flags: RollbackFlags,
  machine: Machine,
): Promise<OperationStatus> {
  const { stack, service: services } = flags;
  const { environment } = describeStack(root, stack);
  const good = await readGood(machine.run, root, stack);
  if (flags.force !== true) await checkStanding(root, stack, machine);
  const common = { stack, environment, lockMinutes: flags.lockWait };
  if (services.length > 0) {
    const pins = services.map((service): Pin => {
      const version = good.images[service];
      if (version === undefined) {
        const known = Object.keys(good.images).sort().join(", ");
        throw new UsageError(`--service: expected one of ${known}, got ${service}`);
      }
      return parsePin(`${service}=${version}`);
    });
    return await goBack({ ...common, root, pins }, flags, machine);
  }
  process.stderr.write(`${stack}: back to ${good.commit}\n`);
  return await inWorktree(root, good.commit, machine, async (worktree) => {
    if (!(await keepsData(root, worktree, stack, machine))) return operationStatus.violated;
    return await goBack({ ...common, root: worktree, pins: good.pins }, flags, machine);
  });
}

/** Shows what would change, asks, and does it. */
async function goBack(
  target: Omit<UpdateArgs, "unmigrated">,
  flags: RollbackFlags,
  machine: Machine,
): Promise<OperationStatus> {
  const unmigrated = await unmigratedBy(target, flags.service);
  const args: UpdateArgs = { ...target, unmigrated };
  await runPulumi("preview", args, machine);
  if (!(await confirmed(`Roll ${args.stack} back to that?`, flags.yes === true)))
    return operationStatus.violated;
  try {
    await runPulumi("up", args, machine);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    process.stderr.write(`failed: ${error.message}\n`);
    return operationStatus.changed;
  }
  const { stack, healthWait: wait, prometheus } = flags;
  const told = { stack, wait, judged: true, ...(prometheus !== undefined && { prometheus }) };
  const health = await healthCommand(args.root, told, machine);
  process.stderr.write("main still says the other: revert it there, or the next deployment brings it back\n");
  if (unmigrated.length > 0) {
    const keys = unmigrated.map((service) => `services.${service}.migrate: false`).join(", ");
    process.stderr.write(
      `beside that revert ${keys} in Pulumi.${args.stack}.yaml, until a version knows what the later one did to its stores\n`,
    );
  }
  if (health === exitStatus.crash) return notJudged(stack);
  return health === exitStatus.fine ? operationStatus.fine : operationStatus.changed;
}

/**
 * Of the services that go back those that the program has a migration for. An older version's is not run: what stands already is
 * what a later one left, which it does not know (alembic, "Can't locate revision"; knex, "migration directory is corrupt"), and it
 * would keep the pods from coming.
 */
async function unmigratedBy(
  { root, stack, pins }: Omit<UpdateArgs, "unmigrated">,
  services: readonly string[],
): Promise<readonly string[]> {
  const { plan } = await preview({ root, stack, set: settingsOf(pins) }, () => undefined);
  return migratedServices(plan.resources).filter((name) => services.length === 0 || services.includes(name));
}

/** Whether the older program keeps every store, bucket, key, network and cluster that this one makes. */
async function keepsData(root: string, worktree: string, stack: string, { run }: Machine): Promise<boolean> {
  const release = join(worktree, "..", "release.jsonl");
  const replay = (...more: readonly string[]) => [
    ...["run", "--silent", "replay", "--", "--stack", stack, "--release", release],
    ...more,
  ];
  await outputOf(run, "npm", replay("--record"), { cwd: root });
  const { status, stdout, stderr } = await run("npm", replay(), { cwd: worktree });
  process.stderr.write(stdout + stderr);
  if (status === 0) return true;
  if (status !== exitStatus.violated) {
    throw new ProgramError(`npm run replay: expected exit status 0 or 1, got ${status}`);
  }
  return false;
}

/** A commit's program beside this one, with its own packages; away again when it has been used. */
async function inWorktree<Result>(
  root: string,
  commit: string,
  { run }: Machine,
  use: (worktree: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-rollback-"));
  const worktree = join(folder, "program");
  try {
    await outputOf(run, "git", ["worktree", "add", "--detach", worktree, commit], { cwd: root });
    const { status } = await run("git", ["diff", "--quiet", commit, "--", "package-lock.json"], {
      cwd: root,
    });
    const packages = join(root, "node_modules");
    if (status === 0 && existsSync(packages)) symlinkSync(packages, join(worktree, "node_modules"), "dir");
    else await outputOf(run, "npm", ["ci", "--no-audit", "--no-fund"], { cwd: worktree });
    return await use(worktree);
  } finally {
    await run("git", ["worktree", "remove", "--force", worktree], { cwd: root });
    rmSync(folder, { recursive: true, force: true });
  }
}
