import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ruleGroup } from "../../../components/platform/alertRules";
import { sloGroups } from "../../../components/slo/rules";
import type { Slo } from "../../../components/slo/slo";
import { findTool } from "../../support/tools";

/** Prometheus' own tool; undefined where the machine has none, and then what it tells is not tested. */
export const promtool = findTool("promtool");

/** An objective of a service that tells of its requests itself. */
export function availabilityOf(objectivePercent: number, more: Partial<Slo> = {}): Slo {
  return {
    service: "api",
    namespace: "shop",
    kind: "availability",
    objectivePercent,
    windowDays: 30,
    indicator: { of: "requests", measured: "workload" },
    ...more,
  };
}

/** What Prometheus is shown, and what it makes of it. */
export interface Scene {
  readonly title: string;
  /** Values by series, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>;
  /** Between two values, and two evaluations. */
  readonly interval: string;
  /** Which alerts fire and which don't, by the time since the first value. */
  readonly alerts?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  /** Values of expressions that answer with one number, by the time since the first value. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, number | undefined>>>>;
}

/** Has promtool play the scenes to an objective's rules; what it does not find fails the test. */
export function play(slo: Slo, scenes: readonly Scene[]): void {
  assert.ok(promtool !== undefined, "promtool");
  const folder = mkdtempSync(join(tmpdir(), "groundwork-slo-"));
  try {
    const groups = sloGroups(slo).map(ruleGroup);
    writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ groups }));
    const order = groups.map(({ name }) => name);
    const files = [...new Set(scenes.map(({ interval }) => interval))].map((interval) => {
      const file = join(folder, `${interval}.yaml`);
      const tests = scenes.filter((scene) => scene.interval === interval).map(testOf);
      const common = { rule_files: ["rules.yaml"], evaluation_interval: interval, group_eval_order: order };
      writeFileSync(file, JSON.stringify({ ...common, tests }));
      return file;
    });
    const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", ...files], {
      encoding: "utf8",
      timeout: 120_000,
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function testOf({ title, series, interval, alerts = {}, values = {} }: Scene): object {
  return {
    name: title,
    interval,
    input_series: Object.entries(series).map(([one, shown]) => ({ series: one, values: shown })),
    promql_expr_test: [
      ...Object.entries(alerts).flatMap(([at, fires]) =>
        Object.entries(fires).map(([alert, is]) => ({
          expr: `count(ALERTS{alertstate="firing",alertname="${alert}"})`,
          eval_time: at,
          exp_samples: is ? [{ labels: "{}", value: 1 }] : [],
        })),
      ),
      ...Object.entries(values).flatMap(([at, byExpression]) =>
        Object.entries(byExpression).map(([expr, value]) => ({
          expr: `sum(${expr})`,
          eval_time: at,
          exp_samples: value === undefined ? [] : [{ labels: "{}", value }],
        })),
      ),
    ],
  };
}

/** Requests by status of the service that {@link availabilityOf} is about. */
export function requests(status: number): string {
  return `http_server_request_duration_seconds_count{namespace="shop",job="shop/api",http_response_status_code="${status}"}`;
}
