import assert from "node:assert/strict";
import type { PlanResource, PolicyViolation } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { packConfig } from "../../policy/config";
import { rules } from "../../policy/rules";
import { isSaid, sceneOf, type Case, type Changed } from "./fixtures/case";
import { fixtures } from "./fixtures";
import { edited, scene } from "./scene";

/** Prod's config, with what the case says of its rule. */
function configOf({ rule, settings }: Pick<Case, "rule" | "settings">) {
  const config = packConfig(rules, "prod");
  const own = config[rule];
  assert.ok(own, `no rule ${rule}`);
  return { ...config, [rule]: { ...own, ...settings } };
}

/** The verdict of one rule alone, at prod's level. */
function verdictOf(of: Pick<Case, "rule" | "settings">, resources: readonly PlanResource[]) {
  const [found, ...others] = rules.filter(({ id }) => id === of.rule);
  assert.ok(found && others.length === 0, `no single rule ${of.rule}`);
  return judge(resources, { environment: "prod", rules: [found], config: configOf(of) });
}

function named({ urn }: Pick<PolicyViolation, "urn">): string {
  return urn?.slice(urn.lastIndexOf("::") + 2) ?? "the stack";
}

for (const fixture of fixtures) {
  describe(`policies on ${fixture.name}`, () => {
    it("find nothing wrong with the good scene", () => {
      assert.deepEqual(judge(scene(fixture.good), { environment: "prod" }).violations, []);
    });

    for (const rule of new Set(fixture.cases.map((each) => each.rule))) {
      describe(rule, () => {
        const cases = fixture.cases.filter((each) => each.rule === rule);

        if (cases.some(({ add }) => add === undefined)) {
          it("judges the good scene", () => {
            const { evaluated, unknown } = verdictOf(
              // One that asks nothing until its settings do is asked by those of its first case.
              { rule, settings: cases.find(({ settings }) => settings)?.settings ?? {} },
              scene(fixture.good),
            );
            assert.ok(evaluated > 0, "the rule looked at nothing");
            assert.equal(unknown, 0);
          });
        }
        for (const each of cases) {
          it(`catches ${describeCase(each)}`, () => {
            const resources = sceneOf(fixture, each);
            const expected = each.names ?? each.edit?.[0] ?? each.add?.at(-1)?.[1];
            const found = verdictOf(each, resources).violations.filter(
              (violation) => named(violation) === expected,
            );
            assert.ok(
              found.some(({ message }) => isSaid(each.says, message)),
              `expected ${String(each.says)} of ${expected ?? ""}, got ${JSON.stringify(found)}`,
            );
            const objecting = judge(resources, {
              environment: "prod",
              config: configOf(each),
            }).violations.map(({ policy }) => policy);
            assert.deepEqual([...new Set(objecting)].sort(), [rule, ...(each.also ?? [])].sort());
          });

          if (each.edit?.[1].startsWith("inputs.")) {
            const [name, path] = each.edit;
            it(`${whenUnknown(each)} ${name}.${path} not known yet`, () => {
              const { violations, unknown } = verdictOf(
                each,
                edited(scene(fixture.good), [name, path, "[unknown]"]),
              );
              assert.equal(violations.length > 0, each.whenUnknown === "breach");
              assert.equal(unknown > 0, each.whenUnknown === undefined || each.whenUnknown === "unknown");
            });
          }
        }
        for (const each of (fixture.allowed ?? []).filter((change) => change.rule === rule)) {
          it(`has nothing to say of ${describeCase(each)}`, () => {
            const { violations, unknown } = verdictOf(each, sceneOf(fixture, each));
            assert.deepEqual(violations, []);
            assert.equal(unknown, 0);
          });
        }
      });
    }

    it("are asked about each change that they allow", () => {
      const broken = new Set(fixture.cases.map(({ rule }) => rule));
      assert.deepEqual(
        (fixture.allowed ?? []).map(({ rule }) => rule).filter((rule) => !broken.has(rule)),
        [],
      );
    });
  });
}

function whenUnknown({ whenUnknown: then = "unknown" }: Case): string {
  return { unknown: "leaves open", fine: "is content with", breach: "catches" }[then];
}

function describeCase({ edit, add, remove }: Changed): string {
  if (edit)
    return `${edit[0]}.${edit[1]} ${edit[2] === undefined ? "taken away" : `of ${JSON.stringify(edit[2])}`}`;
  return add ? `${add.at(-1)?.[1] ?? ""} put in` : `${remove ?? ""} taken out`;
}

describe("the policy pack's cases", () => {
  it("break every rule at least once", () => {
    const covered = new Set(fixtures.flatMap(({ cases }) => cases.map(({ rule }) => rule)));
    assert.deepEqual(
      rules.map(({ id }) => id).filter((id) => !covered.has(id)),
      // Its cases are exemptions, not resources: test/policy/exemptions.spec.ts.
      ["all-exemptions-valid"],
    );
  });
});
