import * as assert from "node:assert/strict";
import { allocatable } from "../../../components/capacity/allocatable";
import { podsPerNode } from "../../../components/capacity/pods";

describe("What a node has for pods", () => {
  it("is on GKE what Google's page shows of a node of four vCPUs and 16 GiB, to 0.1 %", () => {
    // https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes: 3920m, 13498416Ki
    const { cpu, memoryMiB } = allocatable("gcp", { vcpus: 4, memoryGiB: 16 });
    assert.equal(cpu, 3920);
    assert.ok(Math.abs(memoryMiB / (13_498_416 / 1024) - 1) < 0.001, `${memoryMiB}`);
  });

  // 2i2c-org/infrastructure, instance_capacities.yaml: GiB that nodes were seen with, of those that a machine has
  const seen = [
    ["aws", { vcpus: 2, memoryGiB: 8 }, 7.461],
    ["aws", { vcpus: 4, memoryGiB: 16 }, 15.172],
    ["aws", { vcpus: 4, memoryGiB: 32 }, 30.886],
    ["gcp", { vcpus: 2, memoryGiB: 16 }, 15.631],
    ["gcp", { vcpus: 4, memoryGiB: 32 }, 31.357],
  ] as const;
  for (const [cloud, machine, seenGiB] of seen) {
    it(`is never more than kubelet left of a node of ${machine.memoryGiB} GiB that was seen on ${cloud}`, () => {
      const keptOnAws = 255 + 11 * podsPerNode;
      const steps = 1024 + 819.2;
      const keptOnGcp =
        steps + 0.1 * Math.min(8192, seenGiB * 1024 - 8192) + 0.06 * Math.max(0, seenGiB * 1024 - 16_384);
      const kept = { aws: keptOnAws, gcp: keptOnGcp }[cloud];
      assert.ok(allocatable(cloud, machine).memoryMiB <= seenGiB * 1024 - kept - 100);
    });
  }

  it("is less CPU by the first cores more than by the others, as both clouds have it", () => {
    const cpus = ([2, 4, 8, 16] as const).map(
      (vcpus) => allocatable("aws", { vcpus, memoryGiB: vcpus === 2 ? 8 : 16 }).cpu,
    );
    assert.deepEqual(cpus, [1930, 3920, 7910, 15_890]);
  });

  it("is 110 pods, and the GPUs of its machine", () => {
    const { pods, gpus } = allocatable("gcp", {
      vcpus: 4,
      memoryGiB: 16,
      gpu: { type: "t4", count: 2 },
    });
    assert.deepEqual([pods, gpus], [110, 2]);
  });
});
