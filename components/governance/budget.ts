import type * as pulumi from "@pulumi/pulumi";

/** Arguments of a {@link Budget}, the same on every cloud. */
export interface BudgetArgs {
  /** What a month may cost, US dollars, a whole number. */
  readonly monthlyUsd: number;
  /** Who is written to, e-mail addresses; one to five. */
  readonly notify: readonly string[];
  /**
   * Also watch for spending that is unlike what came before, whatever the budget says.
   *
   * @default false
   */
  readonly anomalyDetection?: boolean;
}

/**
 * Watches what the account or project costs in a month, and tells people and a topic when it passes each threshold. It
 * warns; it stops nothing.
 */
export interface Budget extends pulumi.ComponentResource {
  /** Where programs hear of it: the topic's ARN on AWS, its resource name on GCP. */
  readonly topic: pulumi.Output<string>;
}

/** Most e-mail addresses: Cloud Billing takes five channels. */
export const maxNotified = 5;

/** Parts of the budget, percent: halfway, nearly there and over, and the forecast of being over while there is time. */
export const budgetThresholds = [
  { percent: 50, of: "actual" },
  { percent: 80, of: "actual" },
  { percent: 100, of: "actual" },
  { percent: 100, of: "forecast" },
] as const;

/** @throws RangeError naming what a budget can't be made from */
export function checkBudget({ monthlyUsd, notify }: BudgetArgs): void {
  if (!Number.isInteger(monthlyUsd) || monthlyUsd < 1) {
    throw new RangeError(`monthlyUsd: expected whole dollars, 1 or more, got ${monthlyUsd}`);
  }
  if (notify.length < 1 || notify.length > maxNotified) {
    throw new RangeError(`notify: expected 1 to ${maxNotified} e-mail addresses, got ${notify.length}`);
  }
}
