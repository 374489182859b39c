import assert from "node:assert/strict";
import { clouds, environments } from "../../components/cloud";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const withEdge = (stack: string, edge: object, more: Record<string, string> = {}) => ({
  ...stackValues(stack),
  edge: JSON.stringify(edge),
  ...more,
});

describe("what a stack says of its edge", () => {
  for (const cloud of clouds) {
    it(`is the blueprint's on ${cloud} where nothing is said, and no Shield Advanced`, () => {
      const { edge, blueprint } = configOf({ ...stackValues("prod"), cloud });
      assert.ok(blueprint.edge !== undefined);
      assert.deepEqual(edge, { ...blueprint.edge, shieldAdvanced: false });
    });
  }

  it("takes the place of the blueprint's rate, and asks for Shield Advanced", () => {
    const { edge } = configOf(withEdge("prod", { requestsPerFiveMinutes: 500, shieldAdvanced: true }));
    assert.deepEqual([edge?.requestsPerFiveMinutes, edge?.shieldAdvanced], [500, true]);
  });

  for (const stack of environments) {
    it(`takes the edge away from ${stack}, and puts it there`, () => {
      assert.equal(configOf(withEdge(stack, { enabled: false })).edge, undefined);
      assert.notEqual(configOf(withEdge(stack, { enabled: true })).edge, undefined);
    });
  }

  for (const [stack, enabled, server] of [
    ["prod", false, "production"],
    ["staging", true, "production"],
    ["staging", false, "staging"],
    ["dev", true, "production"],
    ["dev", false, "staging"],
  ] as const) {
    it(`has ${stack}'s certificates from the ${server} authority ${enabled ? "behind" : "without"} an edge`, () => {
      assert.equal(configOf(withEdge(stack, { enabled })).acmeServer, server);
    });
  }

  it("is a problem where there is no edge of which it could be said", () => {
    const problems = problemsOf(
      withEdge("prod", { enabled: false, shieldAdvanced: true, requestsPerFiveMinutes: 500 }),
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /edge\.shieldAdvanced.*no key where groundwork:edge\.enabled is false/);
    assert.match(problems[1] ?? "", /edge\.requestsPerFiveMinutes.*got 500/);
  });

  for (const [what, edge] of [
    ["a rate that refuses people", { requestsPerFiveMinutes: 99 }],
    ["a rate that refuses nobody", { requestsPerFiveMinutes: 1_000_001 }],
    ["a word for a switch", { enabled: "sometimes" }],
    ["a key that is not there", { caching: {} }],
  ] as const) {
    it(`refuses ${what}`, () => {
      const [problem, ...others] = problemsOf(withEdge("prod", edge));
      assert.match(problem ?? "", /edge/);
      assert.deepEqual(others, []);
    });
  }
});
