import type { ExemptBreach, OpenCheck, PolicyReport, PolicyViolation, Remediation } from "../plan";
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
  const aside = [
    ...(report.remediated.length > 0 ? [`, ${String(report.remediated.length)} mended`] : []),
    ...(report.exempt.length > 0 ? [`, ${String(report.exempt.length)} exempt`] : []),
    ...(report.unknown > 0 ? [`, ${String(report.unknown)} left open`] : []),
  ].join("");
  const title =
    report.violations.length === 0
      ? `${paint.green("✓")} ${judged}, no violation${aside}`
      : `${judged}, ${found} ${report.violations.length === 1 ? "violation" : "violations"}${aside}`;
  return [
    `${paint.bold("Policy")}  ${title}`,
    ...[...mandatory, ...advisory].flatMap((violation, index, all) =>
      violationLines(violation, all[index - 1], paint),
    ),
    ...mendedLines(report.remediated, paint),
    ...exemptLines(report.exempt, paint),
    ...openLines(report.open, paint),
  ];
}

/** Whether an update would be stopped. */
export function isMandatory(violation: PolicyViolation): boolean {
  return violation.level === "mandatory";
}

/** Each resource that a rule changes before it is registered. */
function mendedLines(remediated: readonly Remediation[], paint: Paint): readonly string[] {
  return remediated.flatMap(({ policy, urn }, index, all) => [
    ...(all[index - 1]?.policy === policy ? [] : ["", `  ~ ${paint.bold(policy)} mends`]),
    `    ${subjectOf(urn, paint)}`,
  ]);
}

/** Each breach that is taken for a while: why, until when, and by whom. */
function exemptLines(exempt: readonly ExemptBreach[], paint: Paint): readonly string[] {
  return exempt.flatMap(({ policy, urn, message, until, reason, owner }, index, all) => [
    ...(all[index - 1]?.policy === policy ? [] : ["", `  ~ ${paint.bold(policy)} exempt`]),
    `    ${subjectOf(urn, paint)}: ${message}`,
    `      exempt until ${until}${owner === null ? "" : ` by ${owner}`}: ${reason}`,
  ]);
}

/** Open checks that are named; a plan in which nothing is known yet has hundreds. */
const openShown = 10;

/** What nobody can judge yet, and because of which value. */
function openLines(open: readonly OpenCheck[], paint: Paint): readonly string[] {
  const more = open.length - openShown;
  return [
    ...open
      .slice(0, openShown)
      .flatMap(({ policy, urn, value }, index, all) => [
        ...(all[index - 1]?.policy === policy ? [] : ["", `  ? ${paint.bold(policy)} left open`]),
        `    ${subjectOf(urn, paint)}: ${value} is secret or not known yet`,
      ]),
    ...(more > 0 ? ["", `  ? ${String(more)} more left open`] : []),
  ];
}

function subjectOf(urn: string | null, paint: Paint): string {
  return urn === null ? "the stack" : `${shortType(typeOf(urn))} ${paint.bold(nameOf(urn))}`;
}

/** The rule's line is not repeated for the next resource that breaks it. */
function violationLines(
  violation: PolicyViolation,
  before: PolicyViolation | undefined,
  paint: Paint,
): readonly string[] {
  const { policy, level, severity, urn, message, remedy } = violation;
  const colour = isMandatory(violation) ? paint.red : paint.yellow;
  return [
    ...(before?.policy === policy && before.level === level
      ? []
      : [
          "",
          `  ${colour(isMandatory(violation) ? "✗" : "!")} ${paint.bold(policy)} ${colour(level)}, ${severity}`,
          `    ${paint.cyan("remedy")} ${remedy}`,
        ]),
    `    ${subjectOf(urn, paint)}: ${message}`,
  ];
}
