import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../components/cloud";
import { type Pin, pinned } from "../images/pin";
import { ProgramError } from "../run";
import type { Machine } from "../machine";

/** A stack's program, and what of it is deployed. */
export interface UpdateArgs {
  /** Folder of the program. */
  readonly root: string;
  readonly stack: string;
  readonly environment: Environment;
  /** Versions in place of those of the stack's file. */
  readonly pins: readonly Pin[];
  /** Services whose migrations are not run: of an older version they know less than what the stores are. @default [] */
  readonly unmigrated?: readonly string[];
  /** How long to wait while another update holds the stack, minutes; its lock is never taken away. */
  readonly lockMinutes: number;
}

/** What the CLI says of a stack that another one updates (pulumi 3.248, pkg/backend/diy/lock.go). */
const locked = /currently locked by/;

/** Between two tries, milliseconds. */
const pauseMilliseconds = 30_000;

/** Runs `pulumi preview` or `pulumi up` with the policy pack; what it prints is seen as it comes. */
export async function runPulumi(
  command: "preview" | "up",
  args: UpdateArgs,
  { run, now }: Pick<Machine, "run" | "now">,
): Promise<void> {
  const end = now().getTime() + args.lockMinutes * 60_000;
  await withPins(args, async (configFile) => {
    for (;;) {
      const { status, stdout, stderr } = await run("pulumi", pulumiArgs(command, args, configFile), {
        cwd: args.root,
        show: true,
        stopsItself: true,
      });
      if (status === 0) return;
      const isLocked = locked.test(stdout + stderr);
      if (isLocked && now().getTime() + pauseMilliseconds <= end) {
        await sleep(pauseMilliseconds);
        continue;
      }
      const why = isLocked
        ? `another update holds ${args.stack}; if none runs any more, pulumi cancel --stack ${args.stack}`
        : `see above`;
      throw new ProgramError(`pulumi ${command}: expected exit status 0, got ${status}: ${why}`);
    }
  });
}

function pulumiArgs(
  command: "preview" | "up",
  { stack, environment }: UpdateArgs,
  configFile: string | undefined,
): readonly string[] {
  return [
    ...[command, "--stack", stack, "--non-interactive", "--diff", "--suppress-outputs"],
    ...(command === "up" ? ["--yes"] : []),
    ...["--policy-pack", "policy", "--policy-pack-config", `policy/config/${environment}.json`],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
  ];
}

/** Hands over a copy of the stack's file in which services have other versions or don't migrate; none where nothing is other. */
async function withPins(
  { root, stack, pins, unmigrated = [] }: UpdateArgs,
  use: (configFile: string | undefined) => Promise<void>,
): Promise<void> {
  if (pins.length === 0 && unmigrated.length === 0) {
    await use(undefined);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "groundwork-deploy-"));
  try {
    const name = `Pulumi.${stack}.yaml`;
    const file = await pinned(readFileSync(join(root, name), "utf8"), pins, unmigrated);
    writeFileSync(join(folder, name), file, { mode: 0o600 });
    await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `--set` of the offline preview, for the same versions. */
export function settingsOf(pins: readonly Pin[]): readonly string[] {
  return pins.flatMap(({ service, tag, digest }) => [
    ...(tag === undefined
      ? []
      : [`services.${service}.tag=${JSON.stringify(tag)}`, `services.${service}.digest=`]),
    ...(digest === undefined ? [] : [`services.${service}.digest=${JSON.stringify(digest)}`]),
  ]);
}
