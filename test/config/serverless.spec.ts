import assert from "node:assert/strict";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

const publishing = (path = "logRetentionDays", value: unknown = 365) => ({
  ...withSetting("prod", path, value),
  blueprint: "publishing",
});

describe("the configuration of a system whose pods run without nodes", () => {
  it("has no pools, and no commitment to machines that the cloud sizes", () => {
    const config = configOf(publishing());
    assert.deepEqual(config.cluster.nodePools, {});
    assert.equal(config.commitment, undefined);
    assert.ok(configOf(stackValues("prod")).commitment !== undefined);
  });

  const cases: readonly [what: string, path: string, value: unknown, problem: RegExp][] = [
    [
      "sizes of a pool",
      "cluster.nodePools",
      { application: { maxNodes: 10 } },
      /^cluster\.nodePools\.application: expected no key where groundwork:blueprint is publishing, whose pods run without nodes of ours, got /,
    ],
    [
      "a version of nodes",
      "cluster.nodesVersion",
      "1.34",
      /^cluster\.nodesVersion: expected no key where groundwork:blueprint is publishing, .*, got "1\.34"$/,
    ],
    ["a store that it has not", "redis", { shards: 2 }, /^redis: expected no key/],
  ];
  for (const [what, path, value, problem] of cases) {
    it(`refuses ${what}, naming the key`, () => {
      const problems = problemsOf(publishing(path, value));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
