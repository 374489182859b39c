import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packConfig, type PackConfig } from "../../policy/config";
import { always } from "../../policy/levels";
import { resourceRule, stackRule } from "../../policy/rule";
import { runCommandLine } from "../../preview/commandLine";
import { complianceMarkdown } from "../../preview/compliance/markdown";
import { complianceReport } from "../../preview/compliance/report";
import { sarifOf } from "../../preview/compliance/sarif";
import { judgeInDetail } from "../../preview/policy";
import { edited, scene, type Line } from "../policy/scene";

const facts = {
  title: "A title",
  severity: "high",
  description: "A reason.",
  remedy: "Do it.",
  levels: always,
} as const;
const logGroups = ["aws:cloudwatch/logGroup:LogGroup"] as const;
const kept = resourceRule({
  ...facts,
  id: "test-kept",
  controls: { soc2: ["CC7.2"], cisAws: ["3.10", "3.9"] },
  types: logGroups,
  check: ({ props }) => (props.retentionInDays ?? 0) < 30 && "too few days",
});
const named = stackRule({
  ...facts,
  id: "test-named",
  controls: { soc2: ["CC7.2", "CC8.1"] },
  types: logGroups,
  check: ({ props }) => props.name === undefined && "no name",
});
const queued = resourceRule({
  ...facts,
  id: "test-queued",
  controls: { gdpr: ["32(1)(a)"] },
  types: ["aws:sqs/queue:Queue"],
  check: () => "never asked",
});
const off = resourceRule({
  ...facts,
  id: "test-off",
  controls: { gdpr: ["30"] },
  types: logGroups,
  check: () => "off",
});
const rules = [kept, named, queued, off];
const config: PackConfig = { ...packConfig(rules, "prod"), "test-off": { enforcementLevel: "disabled" } };

const lines: readonly Line[] = [
  ["pulumi:providers:aws", "provider", { inputs: { region: "us-east-1" } }],
  ["aws:cloudwatch/logGroup:LogGroup", "short", { inputs: { retentionInDays: 7, name: "a" } }],
  ["aws:cloudwatch/logGroup:LogGroup", "long", { inputs: { retentionInDays: 400, name: "b" } }],
  ["aws:cloudwatch/logGroup:LogGroup", "open", { inputs: { retentionInDays: "[unknown]", name: "c" } }],
];
const resources = scene(lines);
const day = "2026-06-01";

function reportOf(some = resources, own: PackConfig = config) {
  return complianceReport(
    { stack: "prod", environment: "prod" },
    judgeInDetail(some, { environment: "prod", rules, config: own, day }),
    rules,
    own,
  );
}

function controlOf(number: string, ...args: Parameters<typeof reportOf>) {
  const found = reportOf(...args)
    .frameworks.flatMap(({ controls }) => controls)
    .find(({ control }) => control === number);
  const { rules: by, ...counts } = found ?? assert.fail(`no control ${number}`);
  return { ...counts, rules: by.map(({ id }) => id) };
}

const exemption = { name: "short", reason: "kept elsewhere", expires: "2026-07-01" };
const exempting: PackConfig = {
  ...config,
  "test-kept": { enforcementLevel: "mandatory", exemptions: [exemption] },
};

describe("complianceReport", () => {
  it("adds up a control's rules: what was judged, passed, is open and is not known, each resource once", () => {
    assert.deepEqual(controlOf("CC7.2"), {
      control: "CC7.2",
      status: "violated",
      resources: 3,
      judged: 5,
      passed: 4,
      exempt: 0,
      violated: 1,
      unknown: 1,
      rules: ["test-kept", "test-named"],
    });
  });

  it("counts what is exempt with neither the passed nor the violated", () => {
    const { status, judged, passed, exempt, violated } = controlOf("CC7.2", resources, exempting);
    assert.deepEqual(
      { status, judged, passed, exempt, violated },
      { status: "exempt", judged: 5, passed: 4, exempt: 1, violated: 0 },
    );
  });

  it("counts what a stack rule can't tell with neither", () => {
    const open = edited(resources, ["open", "inputs.name", "[unknown]"]);
    const { status, judged, passed, unknown } = controlOf("CC8.1", open);
    assert.deepEqual(
      { status, judged, passed, unknown },
      { status: "unknown", judged: 2, passed: 2, unknown: 1 },
    );
  });

  it("says that a control passed, and that one was not judged, for want of resources or with its rules off", () => {
    assert.equal(controlOf("CC8.1").status, "passed");
    assert.equal(controlOf("32(1)(a)").status, "not-judged");
    assert.equal(controlOf("30").status, "not-judged");
  });

  it("sorts controls by their numbers, and leaves out frameworks that no rule names", () => {
    const { frameworks } = reportOf();
    assert.deepEqual(
      frameworks.map(({ name }) => name),
      ["CIS AWS Foundations Benchmark", "SOC 2 Trust Services Criteria", "GDPR"],
    );
    assert.deepEqual(
      frameworks[0]?.controls.map(({ control }) => control),
      ["3.9", "3.10"],
    );
  });

  it("is written as tables, with what is violated, exempt and open by name", () => {
    const text = complianceMarkdown(reportOf());
    assert.match(text, /\n## SOC 2 Trust Services Criteria 2017\n/);
    assert.match(text, /\n\| CC7\.2 \| violated \| 2 \| 3 \| 5 \| 4 \| 0 \| 1 \| 1 \|\n/);
    assert.match(text, /\n- \*\*32\(1\)\(a\)\*\*: test-queued \(nothing to judge\)\n/);
    assert.match(text, /\n- \*\*30\*\*: test-off \(off\)\n/);
    assert.match(text, /\n## Violations\n\n- mandatory `test-kept`: `urn:[^`]*::short`: too few days\n/);
    assert.match(text, /\n## Left to the update\n\n- `test-kept`: `urn:[^`]*::open`: retentionInDays\n/);
    assert.match(
      complianceMarkdown(reportOf(resources, exempting)),
      /\n## Exempt\n\n- until 2026-07-01 `test-kept`: `urn:[^`]*::short`: too few days\. kept elsewhere\n/,
    );
  });

  it("is SARIF for tools that collect findings, exempt breaches as suppressed ones", () => {
    const results = (own: PackConfig) => {
      // sarifOf's own document, of which the assertions look at a part.
      const { runs } = sarifOf(reportOf(resources, own).policy, rules) as {
        readonly runs: readonly {
          readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
          readonly results: readonly {
            readonly ruleId: string;
            readonly level: string;
            readonly suppressions?: unknown;
          }[];
        }[];
      };
      assert.deepEqual(
        runs[0]?.tool.driver.rules.map(({ id }) => id),
        ["test-kept"],
      );
      return runs[0].results.map(({ ruleId, level, suppressions }) => [
        ruleId,
        level,
        suppressions !== undefined,
      ]);
    };
    assert.deepEqual(results(config), [["test-kept", "error", false]]);
    assert.deepEqual(results(exempting), [["test-kept", "note", true]]);
  });
});

describe("npm run compliance", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-compliance-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("writes the three files of a plan, and tells by its status that a mandatory rule is broken", async () => {
    const plan = join(folder, "plan.json");
    const out = join(folder, "out");
    const key = (rotationPeriod: string) =>
      scene([
        [
          "pulumi:providers:gcp",
          "provider",
          {
            inputs: {
              defaultLabels: { environment: "a", owner: "b", "cost-center": "c", "managed-by": "d" },
            },
          },
        ],
        [
          "gcp:kms/cryptoKey:CryptoKey",
          "key",
          { inputs: { keyRing: "ring", rotationPeriod }, protect: true },
        ],
      ]);
    for (const [period, status] of [
      ["7776000s", 0],
      ["9999999s", 1],
    ] as const) {
      writeFileSync(plan, JSON.stringify({ stack: "prod", resources: key(period) }));
      assert.equal(await runCommandLine(["compliance", "--plan", plan, "--out", out]), status);
      assert.deepEqual(readdirSync(out).sort(), ["compliance.json", "compliance.md", "violations.sarif"]);
      const text = readFileSync(join(out, "compliance.md"), "utf8");
      assert.match(text, /# Compliance of prod\n\nJudged as prod: \d+ checks, [01] violations,\n/);
      assert.equal(/gcp-kms-rotation`: `urn/.test(text), status === 1);
    }
  });

  it("asks for a stack or a plan, and not both", async () => {
    assert.equal(await runCommandLine(["compliance"]), 2);
    assert.equal(await runCommandLine(["compliance", "--stack", "prod", "--plan", "x"]), 2);
  });
});
