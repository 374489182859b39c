import * as assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { clouds } from "../../components/cloud";
import { lost, type Recovery } from "../../components/data/recovery";
import { complete } from "../../config/complete";
import { parseStackFile } from "../../config/parse";
import { checkRecovery } from "../../config/recoveryChecks";
import { secretKeys } from "../../config/schema";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const replica: Recovery = { by: "a replica", rpoMinutes: 5, rtoMinutes: 45, source: "the manual" };

/** What is said of explico, which asks for an RPO of 60 minutes and an RTO of 240, with stores that come back so. */
function saidOf(recoveries: Readonly<Record<string, Recovery>>): readonly string[] {
  const values = { ...stackValues("prod"), blueprint: "explico" };
  const file = complete(parseStackFile(values, (key) => key in secretKeys));
  return checkRecovery(file, blueprints.explico, recoveries).map(
    ({ key, expected, got }) => `${key}: expected ${expected}, got ${got ?? ""}`,
  );
}

describe("the region that takes over", () => {
  for (const cloud of clouds) {
    for (const [blueprint, asks] of [
      ["seo-platform", "to be back within 60 minutes"],
      ["explico", "to lose no more than 60 minutes and to be back within 240 minutes"],
      ["publishing", "to lose no more than 15 minutes and to be back within 240 minutes"],
    ] as const) {
      it(`has to be named on ${cloud} for ${blueprint}, which asks ${asks}`, () => {
        const values: Record<string, string> = { ...stackValues("prod"), cloud, blueprint };
        assert.deepEqual(problemsOf(values), []);
        delete values["dr"];
        assert.deepEqual(problemsOf(values), [
          `dr.region.${cloud}: expected a region, as ${blueprint} asks ${asks} when its own is lost, got nothing`,
        ]);
      });
    }

    it(`is left to a stack on ${cloud} whose system asks nothing, or that is smaller than what it says`, () => {
      for (const [stack, blueprint] of [
        ["prod", "suuupra"],
        ["staging", "publishing"],
        ["dev", "explico"],
      ] as const) {
        const values: Record<string, string> = { ...stackValues(stack), cloud, blueprint };
        delete values["dr"];
        assert.equal(configOf(values).recovery, undefined, stack);
      }
    });
  }

  it("is refused where a store loses more than the system allows, with the store, its way back and the reason", () => {
    assert.deepEqual(saidOf({ postgres: replica, bucket: replica }), []);
    assert.deepEqual(saidOf({ postgres: replica, kafka: { ...replica, rpoMinutes: 61 } }), [
      "blueprint (explico).stores.kafka: expected an RPO of 60 minutes or less, got one that loses up to 61 minutes, by a replica (the manual)",
    ]);
    assert.deepEqual(saidOf({ mongo: lost }), [
      "blueprint (explico).stores.mongo: expected an RPO of 60 minutes or less, got one that loses all, by nothing (all of it is in the region that was lost)",
      "blueprint (explico).stores.mongo: expected an RTO of 240 minutes or less, got one that never comes back, by nothing (all of it is in the region that was lost)",
    ]);
  });

  for (const [cloud, comesBack] of [
    [
      "aws",
      "takes up to 93 minutes, by copied backups and the log between them, restored into a set in the other region",
    ],
    ["gcp", "never comes back, by nothing (all of it is in the region that was lost)"],
  ] as const) {
    it(`is no help on ${cloud} to a store in the cluster that comes back too late for what the system asks`, () => {
      const values = { ...stackValues("prod"), cloud, mongo: '{"hosting":"cluster"}' };
      const [problem = "", ...more] = problemsOf(values);
      assert.deepEqual(more, []);
      const expected = `blueprint (seo-platform).stores.mongo: expected an RTO of 60 minutes or less, got one that ${comesBack}`;
      assert.equal(problem.slice(0, expected.length), expected);
      assert.deepEqual(problemsOf({ ...values, blueprint: "suuupra" }), []);
    });
  }

  it("has a block of its own", () => {
    const values = { ...stackValues("prod"), dr: '{"region":{"aws":"us-west-2"},"cidr":"10.0.128.0/20"}' };
    assert.deepEqual(problemsOf(values), [
      'dr.cidr: expected a block that does not overlap groundwork:network.cidr (10.0.0.0/16), got "10.0.128.0/20"',
    ]);
  });
});
