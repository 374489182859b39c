import { writeFileSync } from "node:fs";
import { reporters, Runner, type MochaOptions } from "mocha";
import { skippedFor } from "./tools";

/** How many tests passed and failed, and how many were skipped for want of which tool. */
export interface Counts {
  readonly passes: number;
  readonly failures: number;
  readonly skippedFor: Readonly<Record<string, number>>;
}

/** Mocha's usual report, and the counts as JSON in the file that the option `counts` names. */
export default class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const { counts } = options.reporterOptions as { readonly counts: string };
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      const skipped = Object.fromEntries(skippedFor);
      writeFileSync(counts, JSON.stringify({ passes, failures, skippedFor: skipped } satisfies Counts));
    });
  }
}
