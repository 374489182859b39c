import assert from "node:assert/strict";
import { planQuota, planWorkload } from "../../../components/workload/plan";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { planStrategy, type StrategySpec } from "../../../components/workload/strategy";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/till", tag: "1.2.3" },
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
  metrics: { port: 9464 },
};
const canary: StrategySpec = { kind: "canary" };
const blueGreen: StrategySpec = { kind: "blueGreen" };

describe("a strategy", () => {
  it("is rolling where nobody says another", () => {
    assert.deepEqual(planStrategy(), { kind: "rolling" });
  });

  it("of a canary is 10 % for 2 minutes and 50 % for 5 where nobody says other steps", () => {
    assert.deepEqual(planStrategy(canary), {
      kind: "canary",
      steps: [
        { percent: 10, minutes: 2 },
        { percent: 50, minutes: 5 },
      ],
      analysis: { successPercent: 95, p95Milliseconds: 1000 },
    });
  });

  it("of blue-green hands over by itself and judges for 5 minutes where nobody says otherwise", () => {
    assert.deepEqual(planStrategy(blueGreen), {
      kind: "blueGreen",
      promotion: "automatic",
      judgedMinutes: 5,
      analysis: { successPercent: 95, p95Milliseconds: 1000 },
    });
  });

  for (const [what, strategy, says] of [
    ["a canary without steps", { kind: "canary", steps: [] }, "steps: expected one or more, got none"],
    [
      "a step of all requests",
      { kind: "canary", steps: [{ percent: 100, minutes: 2 }] },
      "steps[0].percent: expected a whole number from 1 to 99, got 100",
    ],
    [
      "a step for an hour",
      { kind: "canary", steps: [{ percent: 10, minutes: 60 }] },
      "steps[0].minutes: expected a whole number from 1 to 50, got 60",
    ],
    [
      "a step back",
      {
        kind: "canary",
        steps: [
          { percent: 50, minutes: 2 },
          { percent: 10, minutes: 2 },
        ],
      },
      "steps[1].percent: expected more than 50, the step before, got 10",
    ],
    [
      "more success than there is",
      { kind: "canary", analysis: { successPercent: 101 } },
      "analysis.successPercent: expected a whole number from 50 to 100, got 101",
    ],
    [
      "answers in no time",
      { kind: "blueGreen", analysis: { p95Milliseconds: 0 } },
      "analysis.p95Milliseconds: expected a whole number from 1 to 60000, got 0",
    ],
    [
      "a judgement that never ends",
      { kind: "blueGreen", judgedMinutes: 61 },
      "judgedMinutes: expected a whole number from 1 to 60, got 61",
    ],
  ] as const) {
    it(`is refused: ${what}`, () => {
      assert.throws(() => planWorkload("till", { ...spec, strategy }), {
        name: "RangeError",
        message: new RegExp(says.replace(/[[\]().]/g, "\\$&").replace(", got ", ', got "?')),
      });
    });
  }

  it("is refused of a worker that serves no requests to judge it by", () => {
    const { port, metrics, ...worker } = spec;
    assert.ok(port !== undefined && metrics !== undefined);
    const probes = { liveness: { command: ["true"] } };
    assert.throws(
      () => planWorkload("till", { ...worker, probes, strategy: canary }),
      /till\.strategy\.kind: expected "rolling", as it serves no requests to judge it by, got "canary"/,
    );
  });

  for (const [kind, pods] of [
    ["rolling", 15],
    ["canary", 24],
    ["blueGreen", 24],
  ] as const) {
    it(`has room in the namespace for ${pods} pods of 12 while a ${kind} one goes on`, () => {
      assert.equal(planQuota({ till: { ...spec, strategy: { kind } } }).pods, pods);
    });
  }
});
