import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import type { PlanResource } from "../../preview/plan";
import { routesOf } from "../health/routes";
import type { Machine } from "../machine";
import { plannedResources } from "../planned";
import { ProgramError, type Run } from "../run";
import { describeStack } from "../stacks";
import { promisesOf } from "./objectives";
import { k6Script, type Profile, spikeFactor } from "./script";
import { addressLimitOf, servedBy } from "./served";

/** What `load-test` is told. */
export interface LoadFlags {
  readonly stack: string;
  /** Requests a second of all routes together in normal times. */
  readonly rps: number;
  /** Run k6 with the script. */
  readonly run?: boolean;
  /** Write the script there, in place of printing it. */
  readonly out?: string;
  /** Also run it where the stack is production's. */
  readonly yes?: boolean;
}

/**
 * Default of {@link LoadFlags.rps}: what 1.7 million requests a day are. Nobody has measured it; a system's own figure is on its
 * dashboard of the gateway.
 */
export const defaultRps = 20;

/** Exit status of k6 where a threshold was crossed (k6, `errext/exitcodes`: `ThresholdsHaveFailed`). */
const thresholdsFailed = 99;

/** `load-test`: ten times the normal load within a minute, against what is promised of each service. */
export async function loadCommand(root: string, flags: LoadFlags, { run }: Machine): Promise<ExitStatus> {
  const { stack, rps, out } = flags;
  const { environment } = describeStack(root, stack);
  if (flags.run === true && environment === "prod" && flags.yes !== true) {
    throw new UsageError(`--yes: expected to load ${stack}, whose environment is prod, got nothing`);
  }
  if (rps < 1) throw new UsageError(`--rps: expected 1 or more, got ${rps}`);
  const resources = await plannedResources(root, stack);
  const refused = whyRefused(resources, { rps });
  if (refused !== undefined && flags.run === true) throw new UsageError(refused);
  if (refused !== undefined) process.stderr.write(`note: ${refused}\n`);
  const script = k6Script({
    stack,
    routes: servedBy(routesOf(resources), resources),
    promises: promisesOf(resources),
    profile: { rps },
  });
  if (out !== undefined) writeFileSync(resolve(out), script);
  if (flags.run === true) return await runK6(script, run);
  process.stdout.write(out === undefined ? script : `${out}\n`);
  return exitStatus.fine;
}

/** One machine has one address: a firewall that refuses it is all that would be measured. */
function whyRefused(resources: readonly PlanResource[], { rps }: Profile): string | undefined {
  const limit = addressLimitOf(resources);
  if (limit === undefined) return undefined;
  const most = rps * spikeFactor * limit.seconds;
  if (most <= limit.requests) return undefined;
  return (
    `edge.requestsPerFiveMinutes: expected ${most} or more for --rps ${rps} from one machine, got ${limit.requests}; ` +
    "raise it while the test lasts, or spread the script over several (k6 run --execution-segment)"
  );
}

async function runK6(script: string, run: Run): Promise<ExitStatus> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-load-"));
  try {
    const file = join(folder, "load.js");
    writeFileSync(file, script);
    const { status } = await run("k6", ["run", "--quiet", "--no-usage-report", file], { show: true });
    if (status === 0) return exitStatus.fine;
    if (status === thresholdsFailed) return exitStatus.violated;
    if (status === 127) throw new ProgramError("k6: expected it to be installed, found no such program");
    throw new ProgramError(`k6 run: expected exit status 0 or ${thresholdsFailed}, got ${status}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
