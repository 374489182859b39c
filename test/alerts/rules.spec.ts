import * as assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../support/tools";
import { allCases } from "./allCases";
import { listOf } from "./cases";
import { type AlertingRule, alertsIn, type EmittedRules, emittedRules, recordingsIn } from "./emitted";
import { checkRules, testAlert } from "./promtool";
import { asksFor, casesOf, type Variant, variantsOf } from "./variants";

const root = join(__dirname, "../..");
const promtool = findTool("promtool");
const cases = allCases();

describe("rules of Prometheus", () => {
  let emitted: readonly EmittedRules[];
  let variants: ReadonlyMap<string, readonly Variant[]>;
  let folder: string;

  before(async function () {
    // each system in each stack on each cloud
    this.timeout(300_000);
    emitted = await emittedRules();
    variants = variantsOf(emitted);
    folder = mkdtempSync(join(tmpdir(), "groundwork-rules-"));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is wrong with alerts, one line each. */
  const wrongAlerts = (wrong: (variant: Variant) => string | undefined): readonly string[] =>
    [...variants.values()].flat().flatMap((variant) => {
      const what = wrong(variant);
      return what === undefined
        ? []
        : [`${variant.rule.alert} of ${variant.stacks[0] ?? ""}: ${what}: ${variant.rule.expr}`];
    });

  it("alert on nothing that has no cases, and have cases of nothing else", () => {
    const without = [...variants.keys()].filter((alert) => !cases.has(alert));
    assert.deepEqual(without, []);
    const idle = [...cases.keys()].filter((alert) => !variants.has(alert));
    assert.deepEqual(idle, []);
  });

  it("have, of each alert of each stack, a case in which it fires and one in which it is silent", () => {
    const lacking = wrongAlerts((variant) => {
      const ofAlert = cases.get(variant.rule.alert);
      if (ofAlert === undefined) return undefined;
      const { fires, silent } = casesOf(variant, ofAlert);
      if (fires.length === 0) return "no case fires";
      return silent.length === 0 ? "no case is silent" : undefined;
    });
    assert.deepEqual(lacking, []);
  });

  it("have no case of a series that the alert does not ask for, and none that is of no stack's alert", () => {
    const wrong = [...cases].flatMap(([alert, { fires, silent }]) => {
      const ofAlert = variants.get(alert) ?? [];
      return [...listOf(fires), ...listOf(silent)].flatMap(({ series = {}, where = "" }) => {
        const its = ofAlert.filter(({ rule }) => rule.expr.includes(where));
        if (its.length === 0) return [`${alert}: no expression has ${where}`];
        return Object.keys(series)
          .map((one) => one.replace(/\{.*/s, ""))
          .filter((metric) => !its.some((variant) => expressionsOf(variant).some((e) => asksFor(e, metric))))
          .map((metric) => `${alert}: ${metric}`);
      });
    });
    assert.deepEqual(wrong, []);
  });

  it("say how much each alert matters, what it is and where to read on, in a page that has its heading", () => {
    const wrong = wrongAlerts(({ rule }) => untold(rule));
    assert.deepEqual(wrong, []);
  });

  it("record no series twice in a stack", () => {
    const stacks = new Set(emitted.flatMap((rules) => rules.stacks));
    const twice = [...stacks].flatMap((stack) => {
      const recorded = emitted
        .filter((rules) => rules.stacks.includes(stack))
        .flatMap(recordingsIn)
        .map(({ record, labels = {} }) => `${record} ${JSON.stringify(Object.entries(labels).sort())}`);
      return recorded
        .filter((one, index) => recorded.indexOf(one) !== index)
        .map((one) => `${stack}: ${one}`);
    });
    assert.deepEqual(twice, []);
  });

  it("are such that Prometheus takes them", function () {
    if (promtool === undefined) this.skip();
    const files = Object.fromEntries(
      emitted.map(({ name, groups }, index) => [`${name}-${index}`, groups] as const),
    );
    const { passes, output } = checkRules(promtool, folder, files);
    assert.ok(passes, output);
    const found = [...output.matchAll(/SUCCESS: (\d+) rules found/g)].map(([, count]) => Number(count));
    const count = emitted.flatMap((rules) => [...alertsIn(rules), ...recordingsIn(rules)]).length;
    assert.equal(
      found.reduce((sum, some) => sum + some, 0),
      count,
    );
  });

  for (const [alert, ofAlert] of cases) {
    it(`fire ${alert} where they should, and are silent where it is nearly so`, function () {
      if (promtool === undefined) this.skip();
      const { passes, output } = testAlert(promtool, folder, variants.get(alert) ?? [], ofAlert);
      assert.ok(passes, output);
    });
  }
});

/** What the alert and the recordings that it needs ask for. */
function expressionsOf({ rule, recordings }: Variant): readonly string[] {
  return [rule.expr, ...recordings.map(({ expr }) => expr)];
}

/** What an alert does not say, undefined where it says all. */
function untold({ labels = {}, annotations = {} }: AlertingRule): string | undefined {
  if (!["critical", "warning", "info"].includes(labels["severity"] ?? "")) return "severity";
  const silent = ["summary", "description"].find((text) => (annotations[text] ?? "") === "");
  if (silent !== undefined) return silent;
  const { runbook_url: runbook = "" } = annotations;
  const [page = "", heading = ""] = runbook.split("#");
  const file = join(root, page);
  if (!page.startsWith("docs/runbooks/") || !existsSync(file)) return `no page ${runbook}`;
  const isThere = readFileSync(file, "utf8").split("\n").includes(`## ${heading}`);
  return isThere ? undefined : `no heading ${runbook}`;
}
