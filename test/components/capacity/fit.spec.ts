import * as assert from "node:assert/strict";
import { fit, type FitPool } from "../../../components/capacity/fit";
import type { PodGroup, Room } from "../../../components/capacity/pods";

const room: Room = { cpu: 1000, memoryMiB: 4000, pods: 10, gpus: 0 };

function pool(zoneNodes: readonly number[], changes: Partial<FitPool> = {}): FitPool {
  return {
    name: "pool",
    room,
    zoneNodes,
    maxNodes: zoneNodes.reduce((sum, each) => sum + each, 0),
    ...changes,
  };
}

function group(name: string, each: Partial<Room>, changes: Partial<PodGroup> = {}): PodGroup {
  return {
    name,
    each: { cpu: 0, memoryMiB: 0, pods: 1, gpus: 0, ...each },
    min: 1,
    max: 1,
    nodeSelector: {},
    ...changes,
  };
}

/** Names of those that wait, and how many of each. */
function waitingOf(of: FitPool, ...wanted: readonly (readonly [PodGroup, number])[]) {
  const { waiting } = fit(
    of,
    wanted.map(([each, count]) => ({ group: each, count })),
  );
  return Object.fromEntries(waiting.map(({ group: { name }, count }) => [name, count]));
}

describe("Pods on the nodes of a pool", () => {
  it("take as few nodes as the largest first take, and the small ones fill them", () => {
    const { nodes, waiting, asked } = fit(pool([9]), [
      { group: group("small", { cpu: 300 }), count: 3 },
      { group: group("large", { cpu: 700 }), count: 3 },
    ]);
    assert.deepEqual([nodes, waiting], [[3], []]);
    assert.deepEqual(asked, { cpu: 3000, memoryMiB: 0, pods: 6, gpus: 0 });
  });

  for (const [what, each, count, waits] of [
    ["CPU", { cpu: 600 }, 3, 1],
    ["memory", { memoryMiB: 2100 }, 4, 2],
    ["pods a node", { cpu: 1 }, 25, 5],
  ] as const) {
    it(`wait where there is no ${what} for them`, () => {
      assert.deepEqual(waitingOf(pool([2]), [group("a", each), count]), { a: waits });
    });
  }

  it("say what a node with nothing on it lacks for one of them", () => {
    const tooLarge = (each: Partial<Room>) =>
      fit(pool([5]), [{ group: group("a", each), count: 1 }]).waiting.map((waiting) => waiting.tooLarge);
    assert.deepEqual(tooLarge({ memoryMiB: 4001 }), ["memoryMiB"]);
    assert.deepEqual(tooLarge({ cpu: 1001 }), ["cpu"]);
    assert.deepEqual(tooLarge({ gpus: 1 }), ["gpus"]);
    assert.deepEqual(tooLarge({ cpu: 1000 }), []);
  });

  it("wait, where an even spread is a condition, once a zone is full, and go elsewhere where it is a wish", () => {
    const uneven = pool([1, 5, 5]);
    const of = (zones: "required" | "preferred") =>
      waitingOf(uneven, [group("a", { cpu: 900 }, { zones }), 9]);
    // one in the full zone, and two in each of the others
    assert.deepEqual(of("required"), { a: 4 });
    assert.deepEqual(of("preferred"), {});
  });

  it("are spread over the zones", () => {
    const { nodes } = fit(pool([9, 9, 9]), [{ group: group("a", { cpu: 900 }), count: 7 }]);
    assert.deepEqual([...nodes].sort(), [2, 2, 3]);
  });

  it("are not two on a node where they are to be apart", () => {
    const apart = group("a", { cpu: 1 }, { apart: true });
    assert.deepEqual(waitingOf(pool([2]), [apart, 3]), { a: 1 });
    assert.deepEqual(waitingOf(pool([2]), [group("a", { cpu: 1 }), 3]), {});
  });

  it("stay within the nodes of all zones together where those of each zone would be more", () => {
    const shared = pool([4, 4], { maxNodes: 4 });
    assert.deepEqual(waitingOf(shared, [group("a", { cpu: 900 }), 6]), { a: 2 });
  });

  it("wait by their importance where not all fit: a large one that matters less gives way", () => {
    const batch = group("batch", { cpu: 900 }, { rank: 3 });
    const critical = group("critical", { cpu: 500 }, { rank: 1 });
    assert.deepEqual(waitingOf(pool([2]), [batch, 2], [critical, 4]), { batch: 2 });
  });
});
