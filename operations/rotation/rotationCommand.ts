import { messageOf } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import type { PlanResource } from "../../preview/plan";
import { textAt } from "../json";
import type { Machine } from "../machine";
import { plannedResources } from "../planned";
import { describeStack } from "../stacks";
import { type Kept, keptOf } from "./kept";
import { newestOf, type Place } from "./newest";

/** What `secret-rotation` is told. */
export interface RotationFlags {
  readonly stack: string;
  readonly json?: boolean;
}

/** How old a value is, and how old it may be. */
export interface RotationCheck {
  readonly name: string;
  readonly state: "ok" | "late" | "unknown";
  readonly everyHours: number;
  /** Whole hours since it was made; none where nobody says. */
  readonly ageHours?: number;
  /** Why nothing is known. */
  readonly why?: string;
}

const hourMilliseconds = 3_600_000;

/** `secret-rotation`: whether what is made anew from time to time was. */
export async function rotationCommand(
  root: string,
  flags: RotationFlags,
  { run, now }: Machine,
): Promise<ExitStatus> {
  const { stack } = flags;
  const resources = await plannedResources(root, stack);
  const { region } = describeStack(root, stack);
  const checks = await rotationsOf(resources, { stack, root, region, run }, now());
  process.stdout.write(
    flags.json === true ? `${JSON.stringify({ stack, secrets: checks }, null, 2)}\n` : tableOf(checks),
  );
  if (checks.some(({ state }) => state === "late")) return exitStatus.violated;
  return checks.some(({ state }) => state === "unknown") ? exitStatus.crash : exitStatus.fine;
}

/** Asks how old each value of a plan is, one after the other. */
export async function rotationsOf(
  resources: readonly PlanResource[],
  place: Omit<Place, "project">,
  now: Date,
): Promise<readonly RotationCheck[]> {
  const provider = resources.find(({ type }) => type === "pulumi:providers:gcp");
  const project = textAt(provider?.inputs, "project");
  const checks: RotationCheck[] = [];
  for (const kept of keptOf(resources)) checks.push(await checkOf(kept, { ...place, project }, now));
  return checks;
}

async function checkOf(kept: Kept, place: Place, now: Date): Promise<RotationCheck> {
  const { name, everyHours, graceHours } = kept;
  try {
    const age = (now.getTime() - (await newestOf(kept, place)).getTime()) / hourMilliseconds;
    const state = age > everyHours + graceHours ? "late" : "ok";
    return { name, state, everyHours, ageHours: Math.floor(age) };
  } catch (error) {
    return { name, state: "unknown", everyHours, why: messageOf(error) };
  }
}

function tableOf(checks: readonly RotationCheck[]): string {
  if (checks.length === 0) return "nothing is made anew\n";
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, state, everyHours, ageHours, why }) => {
      const seen =
        ageHours === undefined ? (why ?? "") : `${ageHours} h old, made anew every ${everyHours} h`;
      return `${state.padEnd("unknown".length)}  ${name.padEnd(width)}  ${seen}\n`;
    })
    .join("");
}
