import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { charts } from "../../components/platform/charts";
import { isPlain, messageOf, UsageError } from "../../preview/errors";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { fetchTools } from "../support/fetchTools";
import { keepPlan } from "../support/plans";
import { findTool } from "../support/tools";
import { allCases } from "./allCases";
import { listOf } from "./cases";
import { chartRulesOf, ruledChart, writeChartAlerts } from "./chartRules";
import {
  alertsIn,
  type EmittedRules,
  emittedRules,
  everyStack,
  recordedTwice,
  recordingsIn,
  RuleCollection,
} from "./emitted";
import { checkRules, testAlert } from "./promtool";
import { variantsOf } from "./variants";

const root = join(__dirname, "../..");

interface Flags {
  /** False where they are left out. */
  readonly charts: boolean;
  readonly chartFolder?: string;
}

async function main(args: readonly string[]): Promise<boolean> {
  const command = new Command("rules")
    .description(
      "Hold every rule of every system in every stack on every cloud to promtool: whether Prometheus takes it, and whether " +
        "each alert fires and stays silent as its cases say; and the monitoring stack's own rules, of its chart.",
    )
    .option("--no-charts", "leave the chart's rules out, for which Helm is asked")
    .option("--chart-folder <dir>", "unpacked charts by name, in place of their repositories")
    .parse(args, { from: "user" });
  const flags: Flags = command.opts();
  fetchTools();
  const promtool = findTool("promtool");
  if (promtool === undefined) {
    throw new UsageError(
      "expected promtool on the PATH, got none: it is in the distribution's package prometheus",
    );
  }
  if (flags.charts && findTool("helm") === undefined) {
    throw new UsageError(
      "expected helm on the PATH, got none: install it, or leave charts out by --no-charts",
    );
  }
  const chartFolder = flags.chartFolder === undefined ? undefined : resolve(flags.chartFolder);
  const ofChart = flags.charts ? await ofEveryStack(chartFolder) : [];
  const own = await emittedRules();
  const folder = mkdtempSync(join(tmpdir(), "groundwork-rules-"));
  try {
    const faults = [
      ...check(promtool, folder, own),
      // one of its groups records requests of the API server by their verbs, each by a rule
      ...check(promtool, folder, ofChart, "none"),
      ...recordedTwice([...own, ...ofChart]).map((one) => `recorded twice: ${one}`),
      ...test(promtool, folder, own),
    ];
    report("the program's own", own);
    if (flags.charts) {
      report(`${ruledChart}'s`, ofChart);
      writeChartAlerts(charts.kubePrometheusStack.version, ofChart);
    }
    for (const fault of faults) process.stdout.write(`${fault}\n`);
    return faults.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rules of the chart, of every stack; what each registers is kept for those who ask for it next. */
async function ofEveryStack(chartFolder: string | undefined): Promise<readonly EmittedRules[]> {
  const collection = new RuleCollection();
  for (const { name, stack, set } of everyStack) {
    const run = await runStack(readStack({ root, stack, set: [...set] }), {
      root,
      outputs: "known",
      echo: false,
    });
    keepPlan(run.resources, stack, ...set);
    collection.add(name, await chartRulesOf(run, chartFolder));
  }
  return collection.rules;
}

function check(
  promtool: string,
  folder: string,
  rules: readonly EmittedRules[],
  lint?: "none",
): readonly string[] {
  if (rules.length === 0) return [];
  const { passes, output } = checkRules(promtool, folder, rules, lint);
  return passes ? [] : [output];
}

/** Tests every alert; what fails, and which have no cases. */
function test(promtool: string, folder: string, rules: readonly EmittedRules[]): readonly string[] {
  const cases = allCases();
  const faults: string[] = [];
  let [fires, silent] = [0, 0];
  for (const [alert, variants] of variantsOf(rules)) {
    const ofAlert = cases.get(alert);
    if (ofAlert === undefined) {
      faults.push(`${alert}: expected cases in test/alerts/cases, got none`);
      continue;
    }
    fires += listOf(ofAlert.fires).length;
    silent += listOf(ofAlert.silent).length;
    const { passes, output } = testAlert(promtool, folder, variants, ofAlert);
    if (!passes) faults.push(output);
  }
  process.stdout.write(
    `${String(fires)} cases in which an alert fires, ${String(silent)} in which it is silent\n`,
  );
  return faults;
}

function report(whose: string, rules: readonly EmittedRules[]): void {
  const alerts = rules.flatMap(alertsIn);
  const names = new Set(alerts.map(({ alert }) => alert)).size;
  const groups = rules.flatMap((one) => one.groups).length;
  const recordings = rules.flatMap(recordingsIn).length;
  process.stdout.write(
    `${whose}: ${String(names)} alerts, as ${String(alerts.length)} rules beside ${String(recordings)} that record, in ${String(groups)} groups\n`,
  );
}

main(process.argv.slice(2)).then(
  (isFine) => {
    process.exitCode = isFine ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(
      isPlain(error) ? `error: ${messageOf(error)}\n` : `${String((error as Error).stack)}\n`,
    );
    process.exitCode = 2;
  },
);
