import type { Blueprint } from "../blueprints/blueprint";
import type { Recovery, RecoveryGoal } from "../components/data/recovery";
import { planRecoveries, shortfalls, type Shortfall } from "../components/data/recoveries";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";
import type { StoreSpecs } from "./stores";

/**
 * The region that takes over: another than the stack's own, since a copy beside the original would be none, and one at all
 * where the system asks to come back from the loss of its region, with stores that do so in time.
 */
export function checkRecovery(
  file: CompleteFile,
  { name, recovery: goal }: Blueprint,
  recoveries: Readonly<Record<string, Recovery>>,
): ConfigProblem[] {
  const { cloud, dr } = file;
  const region = dr?.region[cloud];
  const key = `dr.region.${cloud}`;
  if (region === undefined) {
    if (goal === undefined) return [];
    const expected = `a region, as ${name} asks ${wordsFor(goal)} when its own is lost`;
    return [{ key, expected, got: "nothing" }];
  }
  if (region === file[cloud]?.region) {
    return [{ key, expected: `another region than groundwork:${cloud}.region`, got: show(region) }];
  }
  return shortfalls(goal ?? {}, recoveries).map((shortfall) => tooLate(name, shortfall));
}

function wordsFor({ rpoMinutes, rtoMinutes }: RecoveryGoal): string {
  return [
    ...(rpoMinutes === undefined ? [] : [`to lose no more than ${rpoMinutes} minutes`]),
    ...(rtoMinutes === undefined ? [] : [`to be back within ${rtoMinutes} minutes`]),
  ].join(" and ");
}

/** How each objective is called, and what a store does about it. */
const objectives = {
  rpoMinutes: { title: "RPO", does: "loses up to", always: "loses all" },
  rtoMinutes: { title: "RTO", does: "takes up to", always: "never comes back" },
} as const;

function tooLate(
  blueprint: string,
  { store, objective, asked, planned, recovery }: Shortfall,
): ConfigProblem {
  const { title, does, always } = objectives[objective];
  return {
    key: `blueprint (${blueprint}).stores.${store}`,
    expected: `an ${title} of ${asked} minutes or less`,
    got: `one that ${planned === Infinity ? always : `${does} ${planned} minutes`}, by ${recovery.by} (${recovery.source})`,
  };
}

/** How each store comes back when the region is lost. */
export function recoveriesOf(
  { cloud, dr, bucket }: CompleteFile,
  { queues = {} }: Blueprint,
  stores: StoreSpecs,
): Readonly<Record<string, Recovery>> {
  const recoveryRegion = dr?.region[cloud] !== undefined;
  return planRecoveries({ ...stores, bucket, queues }, { cloud, recoveryRegion });
}
