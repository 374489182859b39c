import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { Plan } from "../../preview/plan";
import { SystemPlan } from "../systems/scene";

const root = join(__dirname, "../..");

/** The blocks of code of the page, in its order. */
function blocks(): readonly string[] {
  const page = readFileSync(join(root, "docs/blueprints.md"), "utf8");
  return [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

/** The program with what the page adds to it, in a folder of its own. */
function programWithSixth(): string {
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "sixth-blueprint-"));
  const elsewhere = new Set([".git", "node_modules", "test", "docs", "bench", "releases"]);
  for (const entry of readdirSync(root).filter((name) => !elsewhere.has(name))) {
    cpSync(join(root, entry), join(folder, entry), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const [blueprint = "", name = "", entry = ""] = blocks();
  writeFileSync(join(folder, "blueprints/ticketing.ts"), blueprint);
  edit(join(folder, "blueprints/names.ts"), /^export const blueprintNames = [\s\S]*? as const;\n/m, name);
  edit(join(folder, "blueprints/catalogue.ts"), /^/, entry);
  edit(join(folder, "blueprints/catalogue.ts"), /^ {2}publishing,\n/m, "  publishing,\n  ticketing,\n");
  return folder;
}

function edit(file: string, from: RegExp, to: string): void {
  const before = readFileSync(file, "utf8");
  assert.match(before, from);
  writeFileSync(file, before.replace(from, to));
}

describe("docs/blueprints.md", () => {
  let folder: string;
  const plans = new Map<Cloud, Plan>();
  const planOn = (cloud: Cloud): Plan => {
    const plan = plans.get(cloud);
    assert.ok(plan);
    return plan;
  };
  before(() => {
    folder = programWithSixth();
    for (const cloud of clouds) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [
          "--require=tsx/cjs",
          "preview/main.ts",
          "preview",
          ...["--stack", "prod", "--blueprint", "ticketing", "--cloud", cloud, "--json"],
        ],
        { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 },
      );
      assert.equal(status, 0, stderr);
      plans.set(cloud, JSON.parse(stdout) as Plan);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has a blueprint of less than a page", () => {
    const [blueprint = ""] = blocks();
    assert.ok(blueprint.split("\n").length <= 66, `${blueprint.split("\n").length} lines`);
  });

  it("names the blueprints that there are, and one more", () => {
    const [, name = ""] = blocks();
    assert.deepEqual(
      [...name.matchAll(/"([^"]+)"/g)].map(([, each]) => each),
      [...blueprintNames, "ticketing"],
    );
  });

  for (const cloud of clouds) {
    it(`becomes a whole system on ${cloud} that no policy objects to`, () => {
      const { policy, resources } = planOn(cloud);
      assert.deepEqual(policy.violations, []);
      assert.ok(resources.length > 500, `${resources.length}`);
    });

    it(`makes on ${cloud} of a service's entry all that the page says`, () => {
      const plan = new SystemPlan("ticketing", cloud, planOn(cloud).resources);
      const made = plan.named("groundwork:workload:Workload", /-printer$/);
      assert.equal(made.length, 1);
      const kinds = plan.resources
        .filter(({ name }) => /-printer(-|$)/.test(name))
        .map(({ type }) => type.split(":").at(-1));
      for (const kind of [
        "Deployment",
        "ServiceAccount",
        "WorkloadIdentity",
        "NetworkPolicy",
        "ScaledObject",
        "PodDisruptionBudget",
        "PodMonitor",
        "VerticalPodAutoscaler",
      ]) {
        assert.ok(kinds.includes(kind), `${kind} of ${kinds.join(", ")}`);
      }
      const { objectives } = plan;
      assert.equal(objectives.filter((objective) => objective.startsWith("printer ")).length, 2);
      assert.deepEqual(plan.replicas["printer"], [2, 20]);
    });
  }
});
