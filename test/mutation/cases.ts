/*
 * What the scenes ask of each rule, a test each and nothing of the other rules: what Stryker runs against each change of the pack.
 */
import assert from "node:assert/strict";
import { packConfig } from "../../policy/config";
import { rules } from "../../policy/rules";
import type { PlanResource, PolicyReport } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { fixtures } from "../policy/fixtures";
import type { Case, Fixture } from "../policy/fixtures/case";
import { edited, scene, without } from "../policy/scene";

const config = packConfig(rules, "prod");

function verdictOf(
  id: string,
  resources: readonly PlanResource[],
  settings: Case["settings"] = {},
): PolicyReport {
  const rule = rules.find((each) => each.id === id) ?? assert.fail(`no rule ${id}`);
  const own = { enforcementLevel: rule.levels.prod, ...config[id], ...settings };
  return judge(resources, { environment: "prod", rules: [rule], config: { [id]: own } });
}

function broken(good: Fixture["good"], { edit, add, remove }: Case): readonly PlanResource[] {
  const resources = scene([...good, ...(add ?? [])]);
  if (edit) return edited(resources, edit);
  return remove === undefined ? resources : without(resources, remove);
}

for (const { name, good, cases } of fixtures) {
  for (const id of new Set(cases.map(({ rule }) => rule))) {
    describe(`${id} on ${name}`, () => {
      it("finds nothing wrong with the good scene", () => {
        assert.deepEqual(verdictOf(id, scene(good)).violations, []);
      });

      for (const [index, each] of cases.filter(({ rule }) => rule === id).entries()) {
        it(`catches case ${index}`, () => {
          const expected = each.names ?? each.edit?.[0] ?? each.add?.at(-1)?.[1] ?? assert.fail();
          const { violations } = verdictOf(id, broken(good, each), each.settings);
          assert.ok(
            violations.some(({ urn, message }) => urn?.endsWith(`::${expected}`) && each.says.test(message)),
          );
        });

        if (each.edit?.[1].startsWith("inputs.") === true) {
          const [resource, path] = each.edit;
          it(`tells of case ${index} what it cannot know`, () => {
            const open = edited(scene(good), [resource, path, "[unknown]"]);
            const { violations, unknown } = verdictOf(id, open, each.settings);
            assert.equal(violations.length > 0, each.whenUnknown === "breach");
            assert.equal(unknown > 0, each.whenUnknown === undefined || each.whenUnknown === "unknown");
          });
        }
      }
    });
  }
}
