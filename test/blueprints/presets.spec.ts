import assert from "node:assert/strict";
import { replicaBounds, sizeFor } from "../../blueprints/presets";
import { seoPlatform } from "../../blueprints/seoPlatform";
import { environments } from "../../components/cloud";

describe("a blueprint in the size of an environment", () => {
  it("is in prod what it says", () => {
    assert.equal(sizeFor(seoPlatform, "prod"), seoPlatform);
  });

  for (const environment of environments) {
    it(`has in ${environment} the same services, pools and stores as in prod`, () => {
      const sized = sizeFor(seoPlatform, environment);
      assert.deepEqual(Object.keys(sized.services), Object.keys(seoPlatform.services));
      assert.deepEqual(Object.keys(sized.nodePools), Object.keys(seoPlatform.nodePools));
      assert.deepEqual(Object.keys(sized.stores), Object.keys(seoPlatform.stores));
    });

    it(`has in ${environment} bounds in order`, () => {
      const sized = sizeFor(seoPlatform, environment);
      for (const { minNodes, initialNodes, maxNodes } of Object.values(sized.nodePools)) {
        assert.ok(2 <= minNodes && minNodes <= initialNodes && initialNodes <= maxNodes);
      }
      for (const service of Object.values(sized.services)) {
        const { min, max } = replicaBounds(service);
        assert.ok(1 <= min && min <= max);
      }
    });
  }

  it("keeps failover in staging, so that it is rehearsed, and not in dev", () => {
    const [staging, dev] = [sizeFor(seoPlatform, "staging"), sizeFor(seoPlatform, "dev")];
    assert.deepEqual(
      [staging.stores.postgres.highAvailability, dev.stores.postgres.highAvailability],
      [true, false],
    );
    assert.ok(staging.stores.postgres.readReplicas > 0);
    assert.equal(dev.stores.postgres.readReplicas, 0);
    assert.deepEqual([staging.stores.redis.shards, staging.stores.redis.replicasPerShard], [2, 1]);
    assert.deepEqual([dev.stores.redis.shards, dev.stores.redis.replicasPerShard], [1, 1]);
    assert.deepEqual([staging.highlyAvailable, dev.highlyAvailable], [true, false]);
  });
});
