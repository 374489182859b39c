import type { ComplianceReport, ControlResult, FrameworkResult } from "./report";

/** The report as a person reads it. */
export function complianceMarkdown({ subject, frameworks, policy }: ComplianceReport): string {
  const { stack, environment, blueprint, cloud } = subject;
  const what = [stack, blueprint, cloud].filter((word) => word !== undefined && word !== "").join(", ");
  return [
    `# Compliance of ${what}`,
    "",
    `Judged as ${environment}: ${policy.evaluated} checks, ${policy.violations.length} violations,`,
    `${policy.exempt.length} exempt, ${policy.unknown} left to the update.`,
    "",
    "What the rules of the pack say of each control that they name. A control whose checks all pass is covered so far as",
    "those rules go, which is never the whole of it; no auditor has seen this.",
    ...frameworks.flatMap(frameworkLines),
    ...listed("Violations", policy.violations, ({ policy: rule, level, urn, message }) => [
      `- ${level} \`${rule}\`: \`${urn ?? "the stack"}\`: ${plain(message)}`,
    ]),
    ...listed("Exempt", policy.exempt, ({ policy: rule, urn, message, until, reason, owner }) => [
      `- until ${until} \`${rule}\`: \`${urn}\`: ${plain(message)}. ${plain(reason)}${owner === null ? "" : ` (${plain(owner)})`}`,
    ]),
    ...listed("Left to the update", policy.open, ({ policy: rule, urn, value }) => [
      `- \`${rule}\`: \`${urn ?? "the stack"}\`: ${plain(value)}`,
    ]),
    "",
  ].join("\n");
}

function frameworkLines({ name, version, controls }: FrameworkResult): readonly string[] {
  return [
    "",
    `## ${name} ${version}`,
    "",
    "| Control | Status | Rules | Resources | Checks | Passed | Exempt | Violated | Unknown |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...controls.map(
      ({ control, status, rules, resources, judged, passed, exempt, violated, unknown }) =>
        `| ${[control, status, rules.length, resources, judged, passed, exempt, violated, unknown].join(" | ")} |`,
    ),
    "",
    ...controls.map(rulesLine),
  ];
}

function rulesLine({ control, rules }: ControlResult): string {
  const named = rules.map(({ id, judged, level }) => {
    if (level === "disabled") return `${id} (off)`;
    return judged === 0 ? `${id} (nothing to judge)` : id;
  });
  return `- **${control}**: ${named.join(", ")}`;
}

function listed<T>(
  title: string,
  items: readonly T[],
  lines: (item: T) => readonly string[],
): readonly string[] {
  return items.length === 0 ? [] : ["", `## ${title}`, "", ...items.flatMap(lines)];
}

/** Plain text as Markdown shows it. */
function plain(text: string): string {
  return text.replace(/[*_<[\]`|]/g, "\\$&").replaceAll("\n", " ");
}
