import * as assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import { bucketRecovery } from "../../../components/data/bucket";
import { lost } from "../../../components/data/recovery";

const spec = { archiveAfterDays: 90, noncurrentRetentionDays: 30 };

describe("bucketRecovery", () => {
  for (const [cloud, rtoMinutes] of [
    ["aws", 30],
    ["gcp", 0],
  ] as const) {
    it(`loses a quarter of an hour and takes ${rtoMinutes} minutes on ${cloud}`, () => {
      const recovery = bucketRecovery(spec, { cloud, recoveryRegion: true });
      assert.deepEqual([recovery.rpoMinutes, recovery.rtoMinutes], [15, rtoMinutes]);
      assert.match(recovery.source, /https:/);
    });
  }

  for (const cloud of clouds) {
    it(`has nothing left without another region, on ${cloud}`, () => {
      assert.equal(bucketRecovery(spec, { cloud, recoveryRegion: false }), lost);
    });
  }
});
