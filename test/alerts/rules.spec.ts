import * as assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needTool } from "../support/tools";
import { allCases } from "./allCases";
import { listOf } from "./cases";
import {
  type AlertingRule,
  alertsIn,
  type EmittedRules,
  emittedRules,
  recordedTwice,
  recordingsIn,
} from "./emitted";
import { checkRules, testAlert } from "./promtool";
import { asksFor, casesOf, type Variant, variantsOf } from "./variants";

const root = join(__dirname, "../..");
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
    assert.deepEqual(recordedTwice(emitted), []);
  });

  it("are such that Prometheus takes them", function () {
    const promtool = needTool(this, "promtool");
    const { passes, found, output } = checkRules(promtool, folder, emitted);
    assert.ok(passes, output);
    assert.equal(found, emitted.flatMap((rules) => [...alertsIn(rules), ...recordingsIn(rules)]).length);
  });

  for (const [alert, ofAlert] of cases) {
    it(`fire ${alert} where they should, and are silent where it is nearly so`, function () {
      const promtool = needTool(this, "promtool");
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
