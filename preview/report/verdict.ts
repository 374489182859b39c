import type { PolicyReport, PolicyViolation } from "../plan";
import { nameOf, typeOf } from "../urn";
import { counted, type Paint, shortType } from "./paint";

/** What the policy pack says: each broken rule with what breaks it and what to do about it, mandatory rules first. */
export function verdict(report: PolicyReport, paint: Paint): readonly string[] {
  const mandatory = report.violations.filter(isMandatory);
  const advisory = report.violations.filter((violation) => !isMandatory(violation));
  const found = [
    ...(mandatory.length > 0 ? [paint.red(`${String(mandatory.length)} mandatory`)] : []),
    ...(advisory.length > 0 ? [paint.yellow(`${String(advisory.length)} advisory`)] : []),
  ].join(", ");
  const judged = counted(report.evaluated, "check");
  const open = report.unknown > 0 ? `, ${String(report.unknown)} left open until values are known` : "";
  const title =
    report.violations.length === 0
      ? `${paint.green("✓")} ${judged}, no violation${open}`
      : `${judged}, ${found} ${report.violations.length === 1 ? "violation" : "violations"}${open}`;
  return [
    `${paint.bold("Policy")}  ${title}`,
    ...[...mandatory, ...advisory].flatMap((violation, index, all) =>
      violationLines(violation, all[index - 1], paint),
    ),
  ];
}

/** Whether an update would be stopped. */
export function isMandatory(violation: PolicyViolation): boolean {
  return violation.level === "mandatory";
}

/** The rule's line is not repeated for the next resource that breaks it. */
function violationLines(
  violation: PolicyViolation,
  before: PolicyViolation | undefined,
  paint: Paint,
): readonly string[] {
  const { policy, level, severity, urn, message, remedy } = violation;
  const colour = isMandatory(violation) ? paint.red : paint.yellow;
  const subject = urn === null ? "the stack" : `${shortType(typeOf(urn))} ${paint.bold(nameOf(urn))}`;
  return [
    ...(before?.policy === policy && before.level === level
      ? []
      : [
          "",
          `  ${colour(isMandatory(violation) ? "✗" : "!")} ${paint.bold(policy)} ${colour(level)}, ${severity}`,
          `    ${paint.cyan("remedy")} ${remedy}`,
        ]),
    `    ${subject}: ${message}`,
  ];
}
