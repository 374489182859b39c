import assert from "node:assert/strict";
import * as fc from "fast-check";
import { kubernetesVersions } from "../../../components/cluster/nodePools";
import {
  controlPlaneStep,
  maxNodesBehind,
  minorOf,
  nodesSkew,
  nodesStep,
  refuse,
  type VersionProblem,
} from "../../../components/cluster/upgrade";

type Row = readonly [from: string, to: string, refused?: string];

const guards: Readonly<
  Record<
    string,
    {
      readonly check: (from: string, to: string) => VersionProblem | undefined;
      readonly rows: readonly Row[];
    }
  >
> = {
  "a control plane": {
    check: controlPlaneStep,
    rows: [
      ["1.34", "1.34"],
      ["1.34", "1.35"],
      ["1.35.4-gke.1136000", "1.35"],
      ["1.35.4-gke.1136000", "1.36"],
      ["1.9", "1.10"],
      ["1.33", "1.35", "1.33 or 1.34"],
      ["1.34", "1.36", "1.34 or 1.35"],
      ["1.33", "1.36", "1.33 or 1.34"],
      ["1.35.4-gke.1136000", "1.37", "1.35 or 1.36"],
      ["1.35", "1.34", "1.35 or newer"],
      ["1.36", "1.34", "1.36 or newer"],
      ["1.36.1-gke.100", "1.35", "1.36 or newer"],
      ["1.10", "1.9", "1.10 or newer"],
    ],
  },
  "a control plane of its nodes": {
    check: nodesSkew,
    rows: [
      ["1.35", "1.35"],
      ["1.35", "1.34"],
      ["1.35", "1.33"],
      ["1.36", "1.34.8-gke.1000000"],
      ["1.35", "1.32", "1.33 to 1.35"],
      ["1.36", "1.33.5-gke.2100000", "1.34 to 1.36"],
      ["1.35", "1.36", "1.33 to 1.35"],
      ["1.34", "1.36", "1.32 to 1.34"],
    ],
  },
  nodes: {
    check: nodesStep,
    rows: [
      ["1.34", "1.34"],
      ["1.34", "1.35"],
      ["1.34", "1.36"],
      ["1.35", "1.34", "1.35 or newer"],
      ["1.36", "1.34", "1.36 or newer"],
    ],
  },
};

describe("upgrades", () => {
  for (const [what, { check, rows }] of Object.entries(guards)) {
    for (const [from, to, refused] of rows) {
      it(`${refused === undefined ? "let" : "refuse"} ${what} from ${from} to ${to}`, () => {
        const problem = check(from, to);
        if (refused === undefined) {
          assert.equal(problem, undefined);
        } else {
          assert.ok(problem !== undefined, "it was let through");
          assert.ok(problem.expected.startsWith(refused), problem.expected);
          assert.equal(problem.got, to);
        }
      });
    }
  }

  it("by allowed steps alone go from any minor to any later one, with nodes never out of reach", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(8),
        fc.nat(maxNodesBehind),
        (start, steps, behind) => {
          for (let minor = start; minor < start + steps; minor++) {
            assert.equal(controlPlaneStep(`1.${minor}`, `1.${minor + 1}`), undefined);
            assert.equal(nodesSkew(`1.${minor + behind}`, `1.${minor}`), undefined);
            assert.notEqual(controlPlaneStep(`1.${minor}`, `1.${minor + 2}`), undefined);
            assert.notEqual(controlPlaneStep(`1.${minor + 1}`, `1.${minor}`), undefined);
            assert.notEqual(nodesSkew(`1.${minor + maxNodesBehind + 1}`, `1.${minor}`), undefined);
            assert.notEqual(nodesSkew(`1.${minor}`, `1.${minor + 1}`), undefined);
          }
        },
      ),
    );
  });

  it("are offered without a gap: each version that a stack may name is one step above the next", () => {
    for (const [place, version] of kubernetesVersions.entries()) {
      const older = kubernetesVersions[place + 1];
      if (older !== undefined) {
        assert.equal(minorOf(version), minorOf(older) + 1);
      }
    }
  });

  it("are refused in the words of the program's errors", () => {
    assert.doesNotThrow(() => {
      refuse("cluster.version", undefined);
    });
    assert.throws(
      () => {
        refuse("cluster.version", controlPlaneStep("1.34", "1.36"));
      },
      {
        message:
          "cluster.version: expected 1.34 or 1.35, as the control plane runs 1.34 and goes one minor at a time, got 1.36",
      },
    );
  });

  for (const version of ["1", "2.35", "1.x", "", "latest", "11.35"]) {
    it(`take "${version}" for no version of Kubernetes`, () => {
      assert.throws(() => minorOf(version), /expected a version of Kubernetes such as 1\.35/);
    });
  }
});
