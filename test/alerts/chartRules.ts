import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterOf, releasesOf, templateRelease } from "../../preview/helm";
import type { ProgramRun } from "../../preview/program";
import { alertsIn, type EmittedRules, type RuleObject } from "./emitted";

/** The chart whose own alerts we rely on. */
export const ruledChart = "kube-prometheus-stack";

/** The rules that the monitoring stack's chart brings, with a stack's values. */
export async function chartRulesOf(
  run: ProgramRun,
  chartFolder: string | undefined,
): Promise<readonly RuleObject[]> {
  const options = { ...clusterOf(run.resources), ...(chartFolder !== undefined && { chartFolder }) };
  const rules: RuleObject[] = [];
  for (const release of releasesOf(run).filter(({ chart }) => chart === ruledChart)) {
    const objects = await templateRelease(release, options);
    // of that kind all have groups, or Prometheus' operator would not take them
    rules.push(...(objects.filter(({ kind }) => kind === "PrometheusRule") as unknown as RuleObject[]));
  }
  return rules;
}

/** Alerts of the chart, as the last `npm run rules` that had Helm found them, in whatever stack. */
export interface ChartAlerts {
  /** Of the chart. */
  readonly version: string;
  readonly alerts: readonly ChartAlert[];
}

export interface ChartAlert {
  readonly alert: string;
  readonly severity: string;
  readonly runbook: string;
}

const file = join(__dirname, "../fixtures/chartAlerts.json");

export function readChartAlerts(): ChartAlerts {
  return JSON.parse(readFileSync(file, "utf8")) as ChartAlerts;
}

/** Keeps which alerts the chart has, one a line, so that what a new version changes can be read. */
export function writeChartAlerts(version: string, rules: readonly EmittedRules[]): void {
  const alerts = rules.flatMap(alertsIn).map(({ alert, labels = {}, annotations = {} }): ChartAlert => ({
    alert,
    severity: labels["severity"] ?? "",
    runbook: annotations["runbook_url"] ?? "",
  }));
  const lines = [...new Set(alerts.map((one) => JSON.stringify(one)))].sort();
  writeFileSync(
    file,
    `{\n  "version": ${JSON.stringify(version)},\n  "alerts": [\n    ${lines.join(",\n    ")}\n  ]\n}\n`,
  );
}
