import { controlTags, type Rule } from "../../policy/rule";
import type { PolicyReport } from "../plan";

/**
 * What was found as SARIF 2.1.0, for tools that collect findings: breaches, and those that an exemption takes as
 * suppressed ones. A resource has no line in a file, so that each location is a logical one, its URN.
 */
export function sarifOf(report: PolicyReport, rules: readonly Rule[]): object {
  const found = new Set([...report.violations, ...report.exempt].map(({ policy }) => policy));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "groundwork-policy",
            rules: rules
              .filter(({ id }) => found.has(id))
              .map(({ id, title, description, remedy, severity, controls }) => ({
                id,
                shortDescription: { text: title },
                fullDescription: { text: description },
                help: { text: remedy },
                properties: { tags: controlTags(controls), severity },
              })),
          },
        },
        results: [
          ...report.violations.map(({ policy, level, urn, message }) => ({
            ruleId: policy,
            level: level === "mandatory" ? "error" : "warning",
            message: { text: message },
            locations: locationsOf(urn),
          })),
          ...report.exempt.map(({ policy, urn, message, reason, until }) => ({
            ruleId: policy,
            level: "note",
            message: { text: message },
            locations: locationsOf(urn),
            suppressions: [
              { kind: "external", status: "accepted", justification: `${reason} (until ${until})` },
            ],
          })),
        ],
      },
    ],
  };
}

function locationsOf(urn: string | null): readonly object[] {
  return urn === null ? [] : [{ logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }] }];
}
