import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { logAlerts, rulesFile } from "../../../components/logging/logAlerts";

const alerts = logAlerts("shop");
const all = Object.values(alerts).flatMap((some) => Object.entries(some));

/**
 * What aggregates the lines, with a series in place of the lines: there LogQL is PromQL. Whether Loki takes all of it is seen where
 * there is one (lokiProgram.spec.ts).
 */
const aggregation = (expr: string): string =>
  expr.replaceAll(/\{[^}]*\}(?: \|[=~]? ?(?:`[^`]*`|"[^"]*"|\w+=~"[^"]*"))*/g, "lines");

describe("alerts from logs", () => {
  for (const [name, { expr, severity, description }] of all) {
    it(`have in ${name} a query of lines, and a runbook`, async () => {
      const { parser } = await import("@prometheus-io/lezer-promql");
      const shape = aggregation(expr);
      assert.match(shape, /count_over_time\(lines \[\d+m\]\)/);
      let wrong = false;
      parser.parse(shape).iterate({
        enter: ({ type }) => {
          wrong ||= type.isError;
        },
      });
      assert.equal(wrong, false, shape);
      assert.ok(severity === "warning" || severity === "critical");
      assert.match(description, /^Logs: .+\.$/);
      const page = readFileSync(join(__dirname, "../../../docs/runbooks/logs.md"), "utf8");
      assert.ok(page.includes(`\n## ${name}\n`), name);
    });
  }

  it("look into the tenant that has the lines", () => {
    assert.deepEqual(
      Object.entries(alerts).map(([tenant, some]) => [tenant, Object.keys(some)]),
      [
        ["shop", ["logs-errors", "logs-signins"]],
        ["platform", ["logs-node"]],
        ["audit", ["logs-vault", "logs-refused"]],
      ],
    );
  });

  it("are told to Alertmanager as Prometheus tells its own", () => {
    const { groups } = JSON.parse(rulesFile(alerts["audit"] ?? {}, "platform")) as {
      groups: { rules: Record<string, unknown>[] }[];
    };
    const [vault] = groups[0]?.rules ?? [];
    assert.deepEqual(vault?.["labels"], { severity: "warning", team: "platform" });
    assert.equal(vault["for"], "5m");
    assert.equal(
      (vault["annotations"] as Record<string, string>)["runbook_url"],
      "docs/runbooks/logs.md#logs-vault",
    );
  });
});
