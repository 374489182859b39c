import * as assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import { redisRecovery } from "../../../components/data/redis";
import { lost } from "../../../components/data/recovery";

const spec = { nodeMemoryGiB: 6, shards: 2, replicasPerShard: 1, snapshotRetentionDays: 30 };

describe("redisRecovery", () => {
  for (const cloud of clouds) {
    it(`loses no more than its alarm lets pass, and is back within the hour, on ${cloud}`, () => {
      const { rpoMinutes, rtoMinutes, source } = redisRecovery(spec, { cloud, recoveryRegion: true });
      assert.deepEqual([rpoMinutes, rtoMinutes], [6, 35]);
      assert.match(source, new RegExp(cloud === "aws" ? "docs\\.aws" : "docs\\.cloud\\.google"));
    });

    it(`has nothing left without another region, on ${cloud}`, () => {
      assert.equal(redisRecovery(spec, { cloud, recoveryRegion: false }), lost);
    });
  }
});
