import assert from "node:assert/strict";
import type { Blueprint } from "../../blueprints/blueprint";
import { blueprints } from "../../blueprints/catalogue";
import { seoPlatform } from "../../blueprints/seoPlatform";
import type { NodePoolArgs } from "../../components/cluster/nodePools";
import { checkPools } from "../../config/poolChecks";
import { problemsOf, withSetting } from "./stackFiles";

const labels = { "groundwork.dev/pool": "inference" };
const pool: NodePoolArgs = {
  machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "t4", count: 1 } },
  minNodes: 0,
  initialNodes: 0,
  maxNodes: 3,
  labels,
};

/** The blueprint with one more pool, and one more service. */
function withInference(gpus: number | undefined, nodePool: NodePoolArgs = pool): Blueprint {
  const inference = {
    image: { repository: "inference", tag: "1.0.0" },
    port: 8000,
    replicas: 1,
    resources: { cpu: "1", memory: "4Gi" },
    nodeSelector: labels,
    ...(gpus !== undefined && { gpus }),
  };
  return {
    ...seoPlatform,
    nodePools: { ...seoPlatform.nodePools, inference: nodePool },
    services: { ...seoPlatform.services, inference },
  };
}

describe("the checks of pools", () => {
  it("find nothing wrong with any blueprint", () => {
    assert.deepEqual(Object.values(blueprints).flatMap(checkPools), []);
  });

  it("take a service with as many GPUs as a node of its pool has", () => {
    assert.deepEqual(checkPools(withInference(1)), []);
  });

  for (const [what, blueprint, expected, got] of [
    [
      "more GPUs than a node has",
      withInference(2),
      /with 2 GPUs or more a node, where inference/,
      "1 a node",
    ],
    ["GPUs where no pool is", withInference(1, { ...pool, labels: {} }), /with 1 GPUs or more/, "none"],
    [
      "no GPU where only such nodes are",
      withInference(undefined),
      /without GPUs, where inference/,
      "1 a node",
    ],
  ] as const) {
    it(`refuse a service that asks for ${what}`, () => {
      const [problem, ...others] = checkPools(blueprint);
      assert.deepEqual(others, []);
      assert.equal(problem?.key, "cluster.nodePools");
      assert.match(problem.expected, expected);
      assert.equal(problem.got, got);
    });
  }

  for (const [what, value, problem] of [
    [
      "spot nodes for the platform's own pods",
      { spot: true },
      /^cluster\.nodePools\.system\.spot: expected false/,
    ],
    [
      "GPUs for the platform's own pods",
      { machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "l4", count: 1 } } },
      /^cluster\.nodePools\.system\.machine\.gpu: expected none, .*, got l4$/,
    ],
    [
      "a GPU that one of the clouds lacks",
      { machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "h100", count: 1 } } },
      /^cluster\.nodePools\.system\.machine\.gpu\.type: expected one of t4, l4, got "h100"$/,
    ],
  ] as const) {
    it(`refuse ${what} in a stack file, naming the key, what was expected and what came`, () => {
      const problems = problemsOf(withSetting("prod", "cluster.nodePools", { system: value }));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
