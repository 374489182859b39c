import assert from "node:assert/strict";
import type { Step } from "./events";
import { comingsAndGoings, replacements, wentTooEarly } from "./order";

const step = (op: string, urn: string, phase: Step["phase"]): Step => ({ op, urn, phase });
const whole = (op: string, urn: string): readonly Step[] => [step(op, urn, "begins"), step(op, urn, "ends")];

const held = [
  { urn: "stack", parent: null, provider: null, dependencies: [] },
  { urn: "provider", parent: "stack", provider: null, dependencies: [] },
  { urn: "network", parent: "stack", provider: "provider::id", dependencies: [] },
  { urn: "cluster", parent: "stack", provider: "provider::id", dependencies: ["network"] },
];

describe("the order of a destroy", () => {
  const gone = (...urns: readonly string[]): readonly Step[] => urns.flatMap((urn) => whole("delete", urn));

  it("is right where each resource goes after all that depend on it", () => {
    assert.deepEqual(wentTooEarly(held, gone("cluster", "network", "provider", "stack")), []);
  });

  it("counts what is let go of as gone", () => {
    const steps = [...whole("discard", "cluster"), ...gone("network", "provider", "stack")];
    assert.deepEqual(wentTooEarly(held, steps), []);
  });

  for (const [what, order, early] of [
    ["a dependency", ["network", "cluster", "provider", "stack"], ["network", "cluster"]],
    ["a provider", ["cluster", "provider", "network", "stack"], ["provider", "network"]],
    ["a parent", ["cluster", "network", "stack", "provider"], ["stack", "provider"]],
  ] as const) {
    it(`is wrong where ${what} goes first`, () => {
      const [dependency, dependent] = early;
      assert.deepEqual(wentTooEarly(held, gone(...order)), [{ dependency, dependent }]);
    });
  }

  it("is wrong where the one begins to go before the other is gone", () => {
    const steps = [
      step("delete", "cluster", "begins"),
      step("delete", "network", "begins"),
      step("delete", "cluster", "ends"),
    ];
    assert.deepEqual(wentTooEarly(held, steps), [{ dependency: "network", dependent: "cluster" }]);
  });

  it("is wrong where what depends on it never goes", () => {
    assert.deepEqual(wentTooEarly(held, gone("network")), [{ dependency: "network", dependent: "cluster" }]);
  });
});

describe("the order of a replacement", () => {
  it("tells the new that stands first from the old that goes first", () => {
    const steps = [
      ...whole("create-replacement", "good"),
      ...whole("delete-replaced", "bad"),
      ...whole("create-replacement", "bad"),
      ...whole("replace", "good"),
      ...whole("delete-replaced", "good"),
      ...whole("update", "other"),
    ];
    assert.deepEqual(replacements(steps), { bad: "old first", good: "new first" });
    assert.deepEqual(comingsAndGoings(steps), []);
    assert.deepEqual(comingsAndGoings([...steps, ...whole("create", "more")]), ["create more"]);
  });
});
