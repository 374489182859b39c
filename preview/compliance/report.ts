import type { PackConfig } from "../../policy/config";
import type { ConfigurableLevel } from "../../policy/levels";
import { controlEntries, type Controls, frameworks, type Rule } from "../../policy/rule";
import type { PolicyReport } from "../plan";
import type { Judgement } from "../policy";

/** How many pairs of a rule and a resource ended how; a rule of the whole stack that names no resource counts as one. */
export interface Checks {
  readonly judged: number;
  readonly passed: number;
  /** Breaches that an exemption takes. */
  readonly exempt: number;
  /** Breaches, of mandatory and advisory rules alike. */
  readonly violated: number;
  /** Left open: the value that decides is secret or not known before an update. */
  readonly unknown: number;
}

/** One rule and what it found. */
export interface RuleResult extends Checks {
  readonly id: string;
  readonly title: string;
  readonly level: ConfigurableLevel;
}

/** The worst that is true of a control: `not-judged` where no resource is there to be asked about, or all its rules are off. */
export type ControlStatus = "violated" | "exempt" | "unknown" | "passed" | "not-judged";

/** A control and the rules that cover a part of it. */
export interface ControlResult extends Checks {
  readonly control: string;
  readonly status: ControlStatus;
  /** Different resources that were judged. */
  readonly resources: number;
  readonly rules: readonly RuleResult[];
}

/** A framework's controls that at least one rule names. */
export interface FrameworkResult {
  readonly name: string;
  readonly version: string;
  readonly controls: readonly ControlResult[];
}

/** What was judged, for the report's head. */
export interface Subject {
  readonly stack: string;
  readonly environment: string;
  readonly blueprint?: string;
  readonly cloud?: string;
}

/** What `compliance` writes as JSON. */
export interface ComplianceReport {
  readonly subject: Subject;
  readonly frameworks: readonly FrameworkResult[];
  readonly policy: PolicyReport;
}

/** What a rule was about, by how it ended. */
interface Ended {
  readonly rule: Rule;
  readonly judged: ReadonlySet<string | null>;
  readonly result: RuleResult;
}

/** Sort what the rules found by the controls they name. */
export function complianceReport(
  subject: Subject,
  { report, judged }: Judgement,
  rules: readonly Rule[],
  config: PackConfig,
): ComplianceReport {
  const violated = urnsByRule(report.violations);
  const exempt = urnsByRule(report.exempt);
  const open = urnsByRule(report.open);
  const ended = rules.map((rule): Ended => {
    const { id, title } = rule;
    const wrong = violated.get(id) ?? new Set();
    const excused = exempt.get(id) ?? new Set();
    const all = new Set([...(judged.get(id) ?? []), ...wrong, ...excused]);
    const passed = [...all].filter((urn) => !wrong.has(urn) && !excused.has(urn)).length;
    return {
      rule,
      judged: all,
      result: {
        id,
        title,
        level: config[id]?.enforcementLevel ?? rule.levels.prod,
        judged: all.size,
        passed,
        // a resource with a breach that is taken and one that is not counts with the latter
        exempt: [...excused].filter((urn) => !wrong.has(urn)).length,
        violated: wrong.size,
        unknown: open.get(id)?.size ?? 0,
      },
    };
  });
  // Object.keys of a checked literal: the keys are those of the interface.
  const keys = Object.keys(frameworks) as (keyof Controls)[];
  return {
    subject,
    frameworks: keys.flatMap((key) => {
      const controls = controlsOf(key, ended);
      const { name, version } = frameworks[key];
      return controls.length === 0 ? [] : [{ name, version, controls }];
    }),
    policy: report,
  };
}

function urnsByRule(
  found: readonly { readonly policy: string; readonly urn: string | null }[],
): ReadonlyMap<string, ReadonlySet<string | null>> {
  const urns = new Map<string, Set<string | null>>();
  for (const { policy, urn } of found) {
    const before = urns.get(policy);
    if (before) before.add(urn);
    else urns.set(policy, new Set([urn]));
  }
  return urns;
}

/** `1.10` comes after `1.9`. */
const byNumber = new Intl.Collator("en", { numeric: true });

function controlsOf(key: keyof Controls, ended: readonly Ended[]): readonly ControlResult[] {
  const byControl = new Map<string, Ended[]>();
  for (const each of ended) {
    const [, numbers = []] = controlEntries(each.rule.controls).find(([other]) => other === key) ?? [];
    for (const number of numbers) byControl.set(number, [...(byControl.get(number) ?? []), each]);
  }
  return [...byControl]
    .sort(([a], [b]) => byNumber.compare(a, b))
    .map(([control, covering]) => {
      const results = covering.map(({ result }) => result);
      const sum = (count: (checks: Checks) => number): number =>
        results.reduce((total, each) => total + count(each), 0);
      const checks: Checks = {
        judged: sum(({ judged }) => judged),
        passed: sum(({ passed }) => passed),
        exempt: sum(({ exempt }) => exempt),
        violated: sum(({ violated }) => violated),
        unknown: sum(({ unknown }) => unknown),
      };
      const resources = new Set(covering.flatMap(({ judged }) => [...judged]));
      resources.delete(null);
      return {
        control,
        status: statusOf(checks),
        resources: resources.size,
        ...checks,
        rules: results,
      };
    });
}

function statusOf({ violated, exempt, unknown, judged }: Checks): ControlStatus {
  if (violated > 0) return "violated";
  if (exempt > 0) return "exempt";
  if (unknown > 0) return "unknown";
  return judged > 0 ? "passed" : "not-judged";
}
