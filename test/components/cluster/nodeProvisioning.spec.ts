import assert from "node:assert/strict";
import {
  checkNodeProvisioning,
  type NodeProvisioning,
  usesSpot,
} from "../../../components/cluster/nodeProvisioning";

const limits: NodeProvisioning = { cpuLimit: 4, memoryGiBLimit: 16 };

describe("checkNodeProvisioning", () => {
  it("takes limits that hold the smallest node", () => {
    assert.doesNotThrow(() => {
      checkNodeProvisioning(limits);
    });
    assert.doesNotThrow(() => {
      checkNodeProvisioning({ ...limits, diskGiB: 20, expireAfterDays: 1, architectures: ["arm64"] });
    });
  });

  const wrong: readonly (readonly [Partial<NodeProvisioning>, RegExp])[] = [
    [{ cpuLimit: 3 }, /nodeProvisioning\.cpuLimit: expected a whole number from 4, got 3/],
    [{ cpuLimit: 4.5 }, /nodeProvisioning\.cpuLimit: expected a whole number from 4, got 4\.5/],
    [{ memoryGiBLimit: 0 }, /nodeProvisioning\.memoryGiBLimit: expected a whole number from 1, got 0/],
    [{ diskGiB: 19 }, /nodeProvisioning\.diskGiB: expected a whole number from 20, got 19/],
    [{ expireAfterDays: 0 }, /nodeProvisioning\.expireAfterDays: expected a whole number from 1, got 0/],
    [{ architectures: [] }, /nodeProvisioning\.architectures: expected at least one, got none/],
  ];
  for (const [given, message] of wrong) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => {
        checkNodeProvisioning({ ...limits, ...given });
      }, message);
    });
  }
});

describe("usesSpot", () => {
  it("is for on-demand capacity unless it is told otherwise", () => {
    assert.deepEqual(
      [{}, { capacity: "onDemand" }, { capacity: "spot" }, { capacity: "mixed" }].map((given) =>
        usesSpot(given as Pick<NodeProvisioning, "capacity">),
      ),
      [false, false, true, true],
    );
  });
});
