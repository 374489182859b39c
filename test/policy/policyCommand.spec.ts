import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PolicyReport } from "../../preview/plan";
import { readPlan } from "../../preview/policyCommand";
import { resources } from "./exempting";
import { edited, scene, type Line } from "./scene";

const root = join(__dirname, "../..");
const slow = { stack: "prod", resources };
const good = { ...slow, resources: edited(resources, ["key", "inputs.rotationPeriod", "7776000s"]) };

describe("npm run policy", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-policy-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function write(plan: unknown): string {
    const path = join(folder, "plan.json");
    writeFileSync(path, typeof plan === "string" ? plan : JSON.stringify(plan));
    return path;
  }

  function run(plan: unknown, ...flags: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "tsx/cjs", "preview/main.ts", "policy", "--plan", write(plan), ...flags],
      { cwd: root, encoding: "utf8" },
    );
    return { status, stdout, stderr };
  }

  it("says that a good plan is fine, and exits 0", () => {
    const { status, stdout, stderr } = run(good);
    assert.equal(stderr, "");
    assert.match(stdout, /no violation/);
    assert.equal(status, 0);
  });

  it("names the rule, the resource and the remedy of a bad one, and exits 1", () => {
    const { status, stdout } = run(slow);
    assert.match(stdout, /gcp-kms-rotation mandatory, high/);
    assert.match(stdout, /CryptoKey key: rotationPeriod is "9999999s", expected at most "7776000s"/);
    assert.match(stdout, /remedy Set rotationPeriod/);
    assert.equal(status, 1);
  });

  it("names what it leaves open, and because of which value", () => {
    const masked = scene([
      ["pulumi:providers:kubernetes", "cluster", { inputs: { kubeconfig: "[secret]" } }],
    ]);
    const { status, stdout } = run({ ...good, resources: masked });
    assert.match(stdout, /, no violation, 1 left open\n/);
    assert.match(
      stdout,
      /\n {2}\? all-provider-no-static-credentials left open\n {4}pulumi:providers:kubernetes cluster: kubeconfig is secret or not known yet\n$/,
    );
    assert.equal(status, 0);
  });

  it("names the first ten of many, and counts the rest", () => {
    const many = Array.from({ length: 13 }, (_, index): Line => [
      "pulumi:providers:kubernetes",
      `cluster-${String(index + 10)}`,
      { inputs: { kubeconfig: "[secret]" } },
    ]);
    const { stdout } = run({ ...good, resources: scene(many) });
    assert.equal(stdout.match(/kubeconfig is secret/g)?.length, 10);
    assert.match(stdout, /\n {2}\? 3 more left open\n$/);
  });

  it("prints the report as one JSON document", () => {
    const { status, stdout, stderr } = run(slow, "--json");
    // The command's own output, whose shape the assertions below look at.
    const report = JSON.parse(stdout) as PolicyReport;
    assert.equal(stderr, "");
    assert.deepEqual(
      report.violations.map(({ policy, urn }) => [policy, urn]),
      [["gcp-kms-rotation", slow.resources[1]?.urn]],
    );
    assert.ok(report.evaluated > 0);
    assert.equal(status, 1);
  });

  it("takes the levels of the environment that is asked for, else of the plan's, whatever its stack is called", () => {
    assert.equal(run(slow, "--environment", "dev").status, 0);
    assert.equal(run({ ...slow, stack: "acme-live", environment: "dev" }).status, 0);
    assert.equal(run({ ...slow, environment: "dev" }, "--environment", "prod").status, 1);
    assert.equal(run({ ...slow, stack: "dev", environment: "prod" }).status, 1);
    assert.equal(run({ ...slow, stack: "dev" }).status, 1, "a plan that names none is judged as prod");
  });

  for (const [what, plan, flags, said] of [
    ["no JSON", "{", [], /expected a plan that preview --json printed, got/],
    ["no plan", { resources: {} }, [], /\n {2}stack: .*\n {2}resources: /],
    [
      "a plan of an unknown environment",
      { ...good, environment: "qa" },
      [],
      /\n {2}environment: expected one of dev, staging, prod\n/,
    ],
    [
      "a resource without type",
      { ...good, resources: [{ ...good.resources[0], type: undefined }] },
      [],
      /resources\[0\]\.type: /,
    ],
    [
      "an unknown environment",
      good,
      ["--environment", "qa"],
      /--environment: expected one of dev, staging, prod, got qa/,
    ],
    ["an unknown option", good, ["--level", "high"], /--level/],
  ] as const) {
    it(`refuses ${what}, and exits 2`, () => {
      const { status, stdout, stderr } = run(plan, ...flags);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.equal(stdout, "");
      assert.equal(status, 2);
    });
  }

  it("refuses a plan that is not there", () => {
    assert.throws(() => readPlan(join(folder, "missing.json")), /missing\.json: expected a plan/);
  });

  it("refuses a plan that has a URN twice", () => {
    const twice = { ...good, resources: [...good.resources, ...good.resources] };
    assert.throws(() => readPlan(write(twice)), /resources\[2\]\.urn: expected each URN once/);
  });

  it("takes a plan without the parts that no rule needs", () => {
    const [first] = good.resources;
    const { urn, type, name, custom, parent, provider, inputs } = first ?? assert.fail();
    const { resources } = readPlan(
      write({ stack: "prod", resources: [{ urn, type, name, custom, parent, provider, inputs }] }),
    );
    assert.deepEqual(resources, [first]);
  });
});
