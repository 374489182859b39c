import type { PerEnvironment } from "./levels";
import type { Setting } from "./rule";

/** Settings of rules about how long something is kept, which are the same on every cloud. */

function days(description: string, values: PerEnvironment<number>): Setting<number> {
  return { schema: { type: "integer", minimum: 1, description }, values };
}

/** Days that a backup is kept: over a mistake that is found at the end of the month. */
export const backupDays = days("Fewest days that a backup is kept.", { dev: 1, staging: 7, prod: 30 });

/** Days in which nobody deletes one: until somebody has looked who is in the account. */
export const lockedDays = days("Fewest days that no backup can be deleted.", { dev: 1, staging: 1, prod: 7 });

/** Days of logs: a year, as SOC 2 and the CIS benchmarks read it. */
export const logDays = days("Fewest days of logs.", { dev: 1, staging: 30, prod: 365 });
