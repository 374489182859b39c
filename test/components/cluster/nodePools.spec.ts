import assert from "node:assert/strict";
import {
  checkNodePools,
  gpuTypes,
  type NodeMachine,
  type NodePoolArgs,
  nodeTraits,
} from "../../../components/cluster/nodePools";

const pool: NodePoolArgs = {
  machine: { vcpus: 4, memoryGiB: 16 },
  minNodes: 0,
  initialNodes: 0,
  maxNodes: 3,
};
const withGpu = (machine: Partial<NodeMachine>): NodePoolArgs => ({
  ...pool,
  machine: { ...pool.machine, gpu: { type: "t4", count: 1 }, ...machine },
});

describe("nodeTraits", () => {
  it("leaves nodes on demand without GPUs as they are", () => {
    assert.deepEqual(nodeTraits(pool), { diskGiB: 100, spot: false, labels: {}, taints: [] });
  });

  it("labels spot nodes, and taints them by nothing", () => {
    const { labels, taints } = nodeTraits({ ...pool, spot: true, labels: { tier: "batch" } });
    assert.deepEqual(labels, { tier: "batch", "groundwork.dev/capacity": "spot" });
    assert.deepEqual(taints, []);
  });

  it("keeps pods without GPUs off nodes that have some, before the pool's own taints, on larger disks", () => {
    const own = { key: "team", value: "ml", effect: "NoExecute" } as const;
    const { diskGiB, taints } = nodeTraits({ ...withGpu({}), taints: [own] });
    assert.equal(diskGiB, 200);
    assert.deepEqual(taints, [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }, own]);
    assert.equal(nodeTraits({ ...withGpu({}), diskGiB: 64 }).diskGiB, 64);
  });
});

describe("checkNodePools", () => {
  for (const type of gpuTypes) {
    for (const vcpus of [4, 8, 16] as const) {
      it(`takes ${vcpus} vCPUs with 4 GiB each beside a ${type}, started from none`, () => {
        const memoryGiB = ({ 4: 16, 8: 32, 16: 64 } as const)[vcpus];
        checkNodePools({ inference: withGpu({ vcpus, memoryGiB, gpu: { type, count: 1 } }) });
      });
    }
  }

  for (const [what, pools, problem] of [
    [
      "two vCPUs",
      { ml: withGpu({ vcpus: 2, memoryGiB: 8 }) },
      /ml\.machine: expected 4, 8 or 16 vCPUs.*, got 2 /,
    ],
    [
      "rich memory",
      { ml: withGpu({ memoryGiB: 32 }) },
      /ml\.machine: expected .* 4 GiB a vCPU.* with 32 GiB$/,
    ],
    ["a burstable machine", { ml: withGpu({ burstable: true }) }, /ml\.machine\.burstable: expected false/],
    [
      "two of l4",
      { ml: withGpu({ gpu: { type: "l4", count: 2 } }) },
      /ml\.machine\.gpu\.count: expected 1 of l4/,
    ],
    ["the platform's pods", { system: withGpu({}) }, /system\.machine\.gpu: expected none, .*, got t4$/],
  ] as const) {
    it(`refuses a GPU beside ${what}`, () => {
      assert.throws(() => checkNodePools(pools), problem);
    });
  }

  it("refuses to have the platform's own pods taken away with spot nodes, and nobody else's", () => {
    checkNodePools({ system: pool, application: { ...pool, spot: true } });
    assert.throws(
      () => checkNodePools({ system: { ...pool, spot: true } }),
      /^RangeError: nodePools\.system\.spot: expected false, as the platform's own pods run there, got true$/,
    );
  });
});
