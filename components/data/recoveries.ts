import type { Recovery, RecoveryGoal } from "./recovery";

/** A store that comes back too late, or with too much lost. */
export interface Shortfall {
  /** Name of the store, as the blueprint has it. */
  readonly store: string;
  readonly objective: keyof RecoveryGoal;
  /** Minutes asked. */
  readonly asked: number;
  /** Minutes that it takes, or that are lost; `Infinity` where nothing bounds them. */
  readonly planned: number;
  readonly recovery: Recovery;
}

/** Every store whose recovery is not what the system asks. */
export function shortfalls(
  goal: RecoveryGoal,
  recoveries: Readonly<Record<string, Recovery>>,
): readonly Shortfall[] {
  return Object.entries(recoveries).flatMap(([store, recovery]) =>
    (["rpoMinutes", "rtoMinutes"] as const).flatMap((objective) => {
      const asked = goal[objective];
      const planned = recovery[objective];
      return asked === undefined || planned <= asked ? [] : [{ store, objective, asked, planned, recovery }];
    }),
  );
}
