import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../preview/errors";
import { exitStatus } from "../../preview/exitStatus";
import { preview } from "../../preview/preview";
import { releaseFile, replayCommand } from "../../preview/replayCommand";
import { isMandatory } from "../../preview/report/verdict";
import { readStack } from "../../preview/stack";
import { healthBefore, healthCommand } from "../health/healthCommand";
import { rolloutsOf } from "../health/rollouts";
import { imagesOf } from "../images/imagesOf";
import type { Pin } from "../images/pin";
import type { Machine } from "../machine";
import { outputOf, ProgramError } from "../run";
import { describeStack } from "../stacks";
import { type OperationStatus, operationStatus } from "../status";
import { confirmed } from "./confirm";
import { isOlder, recordGood } from "./good";
import { runPulumi, settingsOf } from "./update";

/** What `deploy` is told. */
export interface DeployFlags {
  readonly stack: string;
  /** Versions in place of those of the stack's file. */
  readonly image: readonly Pin[];
  readonly yes?: boolean;
  /** How long to wait while another update holds the stack, minutes. */
  readonly lockWait: number;
  /** How long what is deployed may take to be well, minutes. */
  readonly healthWait: number;
  readonly prometheus?: string;
  /** Record as good what is well: not where a job of its own does. */
  readonly record: boolean;
  /** Push that record to `origin`. */
  readonly push?: boolean;
}

/** `deploy`: checks what is committed, updates the stack, waits until it is well, and records that it was. */
export async function deployCommand(
  root: string,
  flags: DeployFlags,
  machine: Machine,
): Promise<OperationStatus> {
  const { stack, image: pins, lockWait: lockMinutes } = flags;
  const { environment } = describeStack(root, stack);
  await checkTree(root, stack, machine);
  // before anything is changed: what fails after that may have changed something
  await outputOf(machine.run, "pulumi", ["version"]);
  const checked = await checkProgram(root, flags, machine);
  if (checked !== exitStatus.fine) return checked;

  const args = { root, stack, environment, pins, lockMinutes };
  if (flags.yes !== true) await runPulumi("preview", args, machine);
  if (!(await confirmed(`Deploy ${stack}?`, flags.yes === true))) return operationStatus.violated;
  const before = await healthBefore(root, flags, machine);
  try {
    await runPulumi("up", args, machine);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    process.stderr.write(`failed: ${error.message}\n`);
    return operationStatus.changed;
  }
  const health = await healthCommand(
    root,
    { ...flags, wait: flags.healthWait, before, judged: true },
    machine,
  );
  if (health === exitStatus.crash) return notJudged(stack);
  if (health !== exitStatus.fine) return operationStatus.changed;
  if (flags.record) await recordCommand(root, { stack, image: pins, push: flags.push === true }, machine);
  return operationStatus.fine;
}

/** Neither good nor made bad by this: nothing is rolled back, and nothing is recorded. */
export function notJudged(stack: string): OperationStatus {
  process.stderr.write(
    `${stack}: a version has not been judged well, see above; once it is, npm run operations -- record-good --stack ${stack}\n`,
  );
  return operationStatus.crash;
}

/** What runs has to be what a commit says: a rollback could else not find it again. */
async function checkTree(root: string, stack: string, { run }: Machine): Promise<void> {
  const changed = await outputOf(run, "git", ["status", "--porcelain"], { cwd: root });
  if (changed.trim() !== "") {
    throw new UsageError(
      `a deployment is of a commit: expected nothing changed beside it, got\n${changed.trimEnd()}`,
    );
  }
  if (await isOlder(run, root, stack)) {
    throw new UsageError(
      `what is checked out is older than what was good last: npm run rollback -- --stack ${stack}`,
    );
  }
}

/** Asks the offline preview and the replay of the last release, before any cloud is asked. */
async function checkProgram(
  root: string,
  { stack, image }: DeployFlags,
  { run }: Machine,
): Promise<OperationStatus> {
  const request = { root, stack, set: settingsOf(image) };
  const { plan } = await preview(request, () => undefined);
  const violations = plan.policy.violations.filter(isMandatory);
  for (const { policy, urn, message } of violations) {
    process.stderr.write(`✗ ${policy} ${urn ?? "the stack"}: ${message}\n`);
  }
  if (violations.length > 0) return operationStatus.violated;
  // how its new versions are judged is asked of the cluster afterwards
  if (rolloutsOf(plan.resources).length > 0) await outputOf(run, "kubectl", ["version", "--client"]);
  if (!existsSync(join(root, releaseFile(readStack(request))))) return operationStatus.fine;
  return await replayCommand(request, {});
}

/** What `record-good` is told. */
export interface RecordFlags {
  readonly stack: string;
  readonly image: readonly Pin[];
  readonly push: boolean;
}

/** `record-good`: says that the commit which is checked out is what runs and is well. */
export async function recordCommand(
  root: string,
  { stack, image: pins, push }: RecordFlags,
  { run }: Machine,
): Promise<OperationStatus> {
  const { plan } = await preview({ root, stack, set: settingsOf(pins) }, () => undefined);
  const images = Object.fromEntries(
    Object.entries(imagesOf(plan.resources)).map(([service, { version }]) => [service, version]),
  );
  await recordGood(run, root, { stack, images, pins, push });
  process.stdout.write(`${stack}: recorded as good\n`);
  return operationStatus.fine;
}
