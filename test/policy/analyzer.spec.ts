import assert from "node:assert/strict";
import type { Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import type { PlanResource } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { analyze } from "./analyzer";
import { fixtures } from "./fixtures";
import { edited, scene, without } from "./scene";

/** What was found, as both sides can say it; CrossGuard puts the description before the message. */
function comparable(
  found: readonly { readonly policy: string; readonly urn: string | null; readonly message: string }[],
) {
  return found.map(({ policy, urn, message }) => [policy, urn, message.split("\n").at(-1)].join(" ")).sort();
}

async function agree(resources: readonly PlanResource[], some: readonly Rule[]): Promise<number> {
  const offline = judge(resources, { environment: "prod", rules: some });
  const engine = await analyze(resources, some);
  const open = engine.filter(({ message }) => /^can't run policy/.test(message));
  const breaches = engine.filter((diagnostic) => !open.includes(diagnostic));
  assert.deepEqual(comparable(offline.violations), comparable(breaches));
  assert.deepEqual(
    new Set(offline.violations.map(({ policy, level }) => `${policy} ${level}`)),
    new Set(breaches.map(({ policy, level }) => `${policy} ${level}`)),
  );
  assert.equal(offline.unknown, open.length);
  return breaches.length + open.length;
}

describe("the offline runner and CrossGuard's analyzer", () => {
  for (const { name, good, cases: all } of fixtures) {
    // The engine hands a config over before it asks anything: test/policy/packServer.ts.
    const cases = all.filter(({ settings }) => settings === undefined);

    it(`agree that the whole pack finds nothing wrong with ${name}`, async () => {
      assert.equal(await agree(scene(good), rules), 0);
    });

    it(`agree on each breach of ${name}, to the word`, async () => {
      for (const { rule, edit, add, remove } of cases) {
        const whole = scene([...good, ...(add ?? [])]);
        const changed = edit ? edited(whole, edit) : remove === undefined ? whole : without(whole, remove);
        const some = rules.filter(({ id }) => id === rule);
        assert.ok((await agree(changed, some)) > 0, rule);
      }
    });

    it(`agree on what to leave open of ${name}`, async () => {
      for (const { rule, edit } of cases) {
        if (!edit?.[1].startsWith("inputs.")) continue;
        const some = rules.filter(({ id }) => id === rule);
        await agree(edited(scene(good), [edit[0], edit[1], "[unknown]"]), some);
      }
    });
  }
});
