import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AlertCase, type CasesOfAlert, type FiringCase, type Labels, listOf } from "./cases";
import type { AlertingRule, EmittedRules } from "./emitted";
import { casesOf, type Variant } from "./variants";

/** What promtool says. */
export interface Verdict {
  readonly passes: boolean;
  readonly output: string;
}

/** Longest that promtool takes, milliseconds; a case of days at five minutes each takes a second. */
const timeout = 120_000;

function run(promtool: string, args: readonly string[]): Verdict {
  const { error, status, stdout, stderr } = spawnSync(promtool, args, { encoding: "utf8", timeout });
  if (error !== undefined) throw error;
  return { passes: status === 0, output: `${stdout}${stderr}` };
}

/** JSON, which is YAML too. */
function write(folder: string, file: string, content: unknown): string {
  const path = join(folder, `${file}.yaml`);
  writeFileSync(path, JSON.stringify(content, null, 2));
  return path;
}

/**
 * Whether Prometheus takes the rules, and how many it found; files for promtool are written to the folder. Where it lints, two
 * rules of a file that record the same name with the same labels of their own are a fault.
 */
export function checkRules(
  promtool: string,
  folder: string,
  rules: readonly EmittedRules[],
  lint: "all" | "none" = "all",
): Verdict & { readonly found: number } {
  const files = rules.map(({ name, groups }, index) => write(folder, `${name}-${index}`, { groups }));
  const verdict = run(promtool, ["check", "rules", `--lint=${lint}`, "--lint-fatal", ...files]);
  const counts = [...verdict.output.matchAll(/SUCCESS: (\d+) rules found/g)].map(([, count]) =>
    Number(count),
  );
  return { ...verdict, found: counts.reduce((sum, count) => sum + count, 0) };
}

/** Whether an alert's variants fire and stay silent as their cases say; files for promtool are written to the folder. */
export function testAlert(
  promtool: string,
  folder: string,
  variants: readonly Variant[],
  cases: CasesOfAlert,
): Verdict {
  const files = variants.flatMap((variant, index) => {
    const { alert } = variant.rule;
    const name = `${alert}-${index}`;
    const group = { name: alert, rules: [...variant.recordings, variant.rule] };
    write(folder, `${name}-rules`, { groups: [group] });
    return testFiles(variant, cases).map(({ interval, tests }) =>
      write(folder, `${name}-${interval}`, {
        rule_files: [`${name}-rules.yaml`],
        // all rules are evaluated as often, whatever their group says
        evaluation_interval: interval,
        tests,
      }),
    );
  });
  return run(promtool, ["test", "rules", ...files]);
}

/** A variant's tests by their interval, which holds for a whole file. */
function testFiles(
  variant: Variant,
  ofAlert: CasesOfAlert,
): readonly { readonly interval: string; readonly tests: readonly object[] }[] {
  const { fires, silent } = casesOf(variant, ofAlert);
  const tests = [
    ...fires.map((one) => testOf(variant, one, expectedOf(variant.rule, one))),
    ...silent.map((one) => testOf(variant, one, [])),
  ];
  return [...new Set(tests.map(({ interval }) => interval))].map((interval) => ({
    interval,
    tests: tests.filter((test) => test.interval === interval),
  }));
}

/** One of promtool's tests, which names the alert and the first of its stacks when it fails. */
function testOf(
  { rule: { alert }, stacks: [stack = ""] }: Variant,
  { series = {}, at, interval = "1m" }: AlertCase,
  expected: readonly object[],
): { readonly interval: string; readonly [key: string]: unknown } {
  return {
    name: `${alert} of ${stack} ${expected.length > 0 ? "fires" : "is silent"}`,
    interval,
    input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
    alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }],
  };
}

/** The alerts that fire, with all their labels and annotations: promtool holds them against what it has whole. */
function expectedOf(
  { labels: own = {}, annotations = {} }: AlertingRule,
  { labels = {} }: FiringCase,
): readonly object[] {
  return listOf(labels).map((ofSeries) => ({
    exp_labels: { ...ofSeries, ...own },
    exp_annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, text]) => [key, expand(text, ofSeries)]),
    ),
  }));
}

/** What Prometheus makes of a text that names labels of the alert's series. */
function expand(text: string, labels: Labels): string {
  return text.replaceAll(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? "");
}
