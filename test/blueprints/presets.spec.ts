import assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { presetNames, presets, replicaBounds, sizeFor } from "../../blueprints/presets";
import { clouds } from "../../components/cloud";

for (const cloud of clouds) {
  for (const name of blueprintNames) {
    const blueprint = blueprints[name];

    describe(`${name} in the presets of ${cloud}`, () => {
      it("is what it says in ha", () => {
        assert.deepEqual(sizeFor(blueprint, presets[cloud].ha), blueprint);
      });

      for (const preset of presetNames) {
        const sized = sizeFor(blueprint, presets[cloud][preset]);

        it(`has in ${preset} the same services, pools and stores`, () => {
          assert.deepEqual(Object.keys(sized.services), Object.keys(blueprint.services));
          assert.deepEqual(Object.keys(sized.nodePools), Object.keys(blueprint.nodePools));
          assert.deepEqual(Object.keys(sized.stores), Object.keys(blueprint.stores));
        });

        it(`has in ${preset} bounds in order, and none above the blueprint's but where a zone or a drain needs it`, () => {
          for (const [pool, { minNodes, initialNodes, maxNodes }] of Object.entries(sized.nodePools)) {
            const whole = blueprint.nodePools[pool];
            assert.ok(whole !== undefined);
            const least = Math.min(2, whole.minNodes);
            assert.ok(
              least <= minNodes && minNodes <= initialNodes && initialNodes <= maxNodes && maxNodes >= 3,
            );
            assert.ok(minNodes <= Math.max(least, whole.minNodes) && maxNodes <= Math.max(3, whole.maxNodes));
          }
          for (const [service, spec] of Object.entries(sized.services)) {
            const { min, max } = replicaBounds(spec);
            const whole = replicaBounds(blueprint.services[service] ?? spec);
            assert.ok(1 <= min && min <= max && min <= whole.min && max <= whole.max);
          }
        });
      }

      const { nodeProvisioning } = blueprint;
      if (nodeProvisioning !== undefined) {
        it("has as much less of nodes made to measure, room for one in each of three zones, and spot first in small", () => {
          const of = (preset: (typeof presetNames)[number]) =>
            sizeFor(blueprint, presets[cloud][preset]).nodeProvisioning;
          const { cpuLimit, memoryGiBLimit } = nodeProvisioning;
          assert.deepEqual(of("standard"), {
            ...nodeProvisioning,
            cpuLimit: Math.max(12, Math.ceil(0.27 * cpuLimit)),
            memoryGiBLimit: Math.max(96, Math.ceil(0.27 * memoryGiBLimit)),
          });
          assert.deepEqual(of("small"), {
            ...nodeProvisioning,
            cpuLimit: Math.max(12, Math.ceil(0.1 * cpuLimit)),
            memoryGiBLimit: Math.max(96, Math.ceil(0.1 * memoryGiBLimit)),
            capacity: "mixed",
          });
        });
      }

      it("fails over in standard, so that it is rehearsed, and not in small", () => {
        const standard = sizeFor(blueprint, presets[cloud].standard);
        const small = sizeFor(blueprint, presets[cloud].small);
        if (blueprint.stores.postgres !== undefined) {
          const nodesOf = ({ stores: { postgres } }: typeof small) => [
            postgres?.highAvailability,
            postgres?.readReplicas,
          ];
          const { readReplicas } = blueprint.stores.postgres;
          assert.deepEqual(nodesOf(standard), [true, Math.min(1, readReplicas)]);
          assert.deepEqual(nodesOf(small), [false, 0]);
        }
        if (blueprint.stores.redis !== undefined) {
          assert.ok((standard.stores.redis?.replicasPerShard ?? 0) > 0);
          assert.deepEqual([small.stores.redis?.shards, small.stores.redis?.replicasPerShard], [1, 1]);
        }
        assert.deepEqual([standard.highlyAvailable, small.highlyAvailable], [true, false]);
      });

      it("takes spot capacity in small alone, and never for the platform's own pods", () => {
        const spotPools = (preset: (typeof presetNames)[number]) =>
          Object.entries(sizeFor(blueprint, presets[cloud][preset]).nodePools)
            .filter(([, { spot = false }]) => spot)
            .map(([pool]) => pool);
        assert.deepEqual(
          spotPools("small"),
          Object.keys(blueprint.nodePools).filter((pool) => pool !== "system"),
        );
        assert.deepEqual([spotPools("standard"), spotPools("ha")], [[], []]);
      });
    });
  }
}
