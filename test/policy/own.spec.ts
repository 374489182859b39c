import assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { planOf } from "../support/plans";
import { declined, dormant, unregistered } from "./own/absent";
import { OwnPlan } from "./own/plan";
import { expectedOf, proofOf } from "./own/proof";
import { rows } from "./own/rows";

/** Settings under which systems register what they don't by themselves. */
const others: readonly (readonly string[])[] = [
  ["cloud=aws", "blueprint=explico", "orchestrator=containers"],
  [
    "cloud=gcp",
    "blueprint=explico",
    "orchestrator=containers",
    "gcp.region=us-central1",
    "gcp.zones=[a, b, c]",
  ],
  ["cloud=gcp", "blueprint=publishing", "ingress=ingress"],
  ["cloud=gcp", "blueprint=seo-platform", "kafka.hosting=cloud"],
  ["cloud=gcp", "blueprint=suuupra", "mongo.hosting=cluster"],
  [
    "cloud=aws",
    "blueprint=gainsly",
    "platform.argoCd.enabled=true",
    "platform.argoCd.repository.url=https://git.example.com/gainsly.git",
    "platform.argoCd.repository.revision=v1.2.0",
  ],
];

const sets = [
  ...blueprintNames.flatMap((blueprint) =>
    clouds.map((cloud) => [`cloud=${cloud}`, `blueprint=${blueprint}`]),
  ),
  ...others,
];

describe("the policy pack on what our own program registers", () => {
  let plans: readonly OwnPlan[];
  before(async function () {
    this.timeout(240_000);
    const made: OwnPlan[] = [];
    for (const set of sets) made.push(new OwnPlan(set.join(" "), await planOf("prod", ...set)));
    // What the smallest tells is told soonest.
    plans = made.sort((a, b) => a.resources.length - b.resources.length);
  });

  function isRegistered({ types }: Rule): boolean {
    return types?.some((type) => plans.some((plan) => plan.types.includes(type))) ?? true;
  }

  for (const rule of rules) {
    const { id } = rule;
    if (unregistered.includes(id) || id in declined) continue;

    it(`${id} lets a resource pass, and objects once one property of one is another`, () => {
      const proof = proofOf(rule, plans) ?? assert.fail("it objects to none of the changes");
      const { plan, before } = proof.mutant;
      assert.deepEqual(
        proof.objecting,
        expectedOf(rule),
        `${before.name} of ${plan.name}, changed by ${JSON.stringify(proof.change)}`,
      );
    });
  }

  it("holds nothing that the rules listed as such are about, and something of all others", () => {
    assert.deepEqual(
      rules.filter((rule) => !isRegistered(rule)).map(({ id }) => id),
      [...unregistered].sort(),
    );
    const idle = rules.filter(
      (rule) => isRegistered(rule) && plans.every((plan) => plan.passing(rule) === 0),
    );
    assert.deepEqual(
      idle.map(({ id }) => id),
      [...dormant, ...Object.keys(declined)].sort(),
    );
  });

  it("has a row for rules of the pack alone", () => {
    const ids = new Set(rules.map(({ id }) => id));
    const named = Object.entries(rows).flatMap(([id, { also = [] }]) => [id, ...also]);
    assert.deepEqual(
      named.filter((id) => !ids.has(id)),
      [],
    );
  });
});
