import { longestExemptionDays } from "../exemption";
import { always } from "../levels";
import { stackRule } from "../rule";

export const exemptionsValid = stackRule({
  id: "all-exemptions-valid",
  title: "Exemptions have a reason and an end",
  severity: "critical",
  description:
    "An exemption that is past its day, or matches nothing any more, hides the next breach; what it would take counts as a violation.",
  remedy: `Mend the breach and take the exemption out, or give it a reason and an expires at most ${longestExemptionDays} days ahead.`,
  controls: { soc2: ["CC3.4", "CC8.1"] },
  levels: always,
  // The runner hands it the exemptions of all rules (policy/ledger.ts): a rule sees its own config alone.
  types: [],
  check: () => undefined,
});
