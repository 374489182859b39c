/*
 * What the scenes ask of each rule, a test each and nothing of the other rules: what Stryker runs against each change of the pack.
 */
import assert from "node:assert/strict";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { packConfig } from "../../policy/config";
import type { Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import type { PlanResource, PolicyReport } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { fixtures } from "../policy/fixtures";
import { isSaid, sceneOf, type Case, type Changed, type Fixture } from "../policy/fixtures/case";
import { beyondMending, mendings, settingsOf } from "../policy/mending";
import { edited, pathsOf, scene } from "../policy/scene";

const config = packConfig(rules, "prod");

function ruleOf(id: string): Rule {
  return rules.find((each) => each.id === id) ?? assert.fail(`no rule ${id}`);
}

function verdictOf(
  id: string,
  resources: readonly PlanResource[],
  settings: Changed["settings"] = {},
): PolicyReport {
  const rule = ruleOf(id);
  const own = { enforcementLevel: rule.levels.prod, ...config[id], ...settings };
  return judge(resources, { environment: "prod", rules: [rule], config: { [id]: own } });
}

/** What a rule has to be shown for its verdict on a resource. */
function judgedWith(id: string, resources: readonly PlanResource[], holder: string): readonly PlanResource[] {
  const rule = ruleOf(id);
  return rule.scope === "stack"
    ? resources
    : resources.filter(({ name, type }) => name === holder && rule.concerns(type));
}

/** True for a case about a resource whose breach the rule says that it mends. */
function isMended(id: string, good: Fixture["good"], { rule, edit }: Case): boolean {
  const [type] = good.find(([, name]) => name === edit?.[0]) ?? [""];
  return rule === id && edit?.[1].startsWith("inputs.") === true && ruleOf(id).mends.includes(type);
}

for (const { name, good, cases, allowed = [] } of fixtures) {
  for (const id of new Set(cases.map(({ rule }) => rule))) {
    describe(`${id} on ${name}`, () => {
      it("finds nothing wrong with the good scene", () => {
        assert.deepEqual(verdictOf(id, scene(good)).violations, []);
      });

      for (const [index, each] of cases.filter(({ rule }) => rule === id).entries()) {
        it(`catches case ${index}`, () => {
          const expected = each.names ?? each.edit?.[0] ?? each.add?.at(-1)?.[1] ?? assert.fail();
          const { violations } = verdictOf(id, sceneOf({ good }, each), each.settings);
          assert.ok(
            violations.some(
              ({ urn, message }) => urn?.endsWith(`::${expected}`) && isSaid(each.says, message),
            ),
          );
        });

        if (ruleOf(id).mends.length > 0) {
          it(`mends case ${index}, or objects to it still`, () => {
            const settings = { ...settingsOf[id], ...each.settings, enforcementLevel: "remediate" };
            const { violations, remediated } = verdictOf(id, sceneOf({ good }, each), settings);
            assert.notEqual(violations.length > 0, remediated.length > 0);
            if (!isMended(id, good, each)) return;
            const isBeyond = beyondMending.has(`${id} ${each.edit?.[1].replace("inputs.", "") ?? ""}`);
            assert.equal(violations.length > 0, isBeyond);
          });
        }

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

      for (const [index, each] of allowed.filter(({ rule }) => rule === id).entries()) {
        it(`allows change ${index}`, () => {
          const { violations, unknown } = verdictOf(id, sceneOf({ good }, each), each.settings);
          assert.deepEqual([violations, unknown], [[], 0]);
        });
      }

      it("has a verdict wherever null stands", () => {
        const resources = scene(good);
        for (const { name: holder, inputs } of resources) {
          const judged = judgedWith(id, resources, holder);
          if (judged.length === 0) continue;
          for (const path of pathsOf(inputs)) {
            assert.ok(verdictOf(id, edited(judged, [holder, `inputs.${path}`, null])));
          }
        }
      });
    });
  }
}

describe("remediation", () => {
  for (const [what, id, type, inputs, expected, settings = {}] of mendings) {
    it(`by ${id} ${what}`, () => {
      const { remediateResource } = ruleOf(id).policy as ResourceValidationPolicy;
      assert.ok(typeof remediateResource === "function");
      // A copy, since what mends sets properties where they are.
      const args = { type, props: structuredClone(inputs), getConfig: () => settings };
      // A rule that mends reads nothing else of what CrossGuard hands it.
      const mended = remediateResource(args as unknown as ResourceValidationArgs);
      assert.deepEqual(mended, expected);
    });
  }
});
