import assert from "node:assert/strict";
import { nodeMachineType, redisNodeType, sqlMachine } from "../../../providers/gcp/machines";

describe("machines of GCP", () => {
  for (const [machine, want] of [
    [{ vcpus: 4, memoryGiB: 16, burstable: true }, "e2-standard-4"],
    [{ vcpus: 2, memoryGiB: 8 }, "n2d-standard-2"],
    [{ vcpus: 16, memoryGiB: 64 }, "n2d-standard-16"],
    [{ vcpus: 8, memoryGiB: 64 }, "n2d-highmem-8"],
    [{ vcpus: 8, memoryGiB: 64, families: { gcp: "n2", aws: "r5" } }, "n2-highmem-8"],
    [{ vcpus: 2, memoryGiB: 16, burstable: true }, "e2-highmem-2"],
    [{ vcpus: 4, memoryGiB: 16, gpu: { type: "l4", count: 1 } }, "g2-standard-4"],
    [{ vcpus: 16, memoryGiB: 64, gpu: { type: "l4", count: 1 } }, "g2-standard-16"],
    [{ vcpus: 8, memoryGiB: 32, gpu: { type: "t4", count: 2 } }, "custom-8-32768"],
    [{ vcpus: 4, memoryGiB: 16, families: { gcp: "n1" }, gpu: { type: "t4", count: 1 } }, "custom-4-16384"],
  ] as const) {
    it(`gives ${want} for ${JSON.stringify(machine)}`, () => {
      assert.equal(nodeMachineType(machine), want);
    });
  }

  it("refuses a series that has no such shape", () => {
    assert.throws(
      () => nodeMachineType({ vcpus: 2, memoryGiB: 8, families: { gcp: "c4" } }),
      /machine\.families\.gcp: expected n2d or n2, got "c4"/,
    );
  });

  it("refuses a series that has no such GPU", () => {
    assert.throws(
      () =>
        nodeMachineType({ vcpus: 4, memoryGiB: 16, families: { gcp: "n2d" }, gpu: { type: "l4", count: 1 } }),
      /machine\.families\.gcp: expected g2 beside a GPU l4, got "n2d"/,
    );
  });

  it("refuses a shape that no machine type has", () => {
    assert.throws(
      () => nodeMachineType({ vcpus: 2, memoryGiB: 128 }),
      /machine: expected 4 or 8 GiB of memory a vCPU, got 128 GiB for 2 vCPUs/,
    );
  });

  const general = {
    machine: { vcpus: 4, memoryGiB: 16 },
    backupRetentionDays: 7,
    readReplicas: 0,
    pooling: false,
  } as const;
  for (const [needs, want] of [
    [general, { edition: "ENTERPRISE", tier: "db-custom-4-16384" }],
    [
      { ...general, backupRetentionDays: 8 },
      { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-4" },
    ],
    [
      { ...general, readReplicas: 1 },
      { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-4" },
    ],
    [
      { ...general, pooling: true },
      { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-4" },
    ],
    [
      { ...general, machine: { vcpus: 16, memoryGiB: 128 } },
      { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-16" },
    ],
  ] as const) {
    it(`takes ${want.tier} of ${want.edition} for ${JSON.stringify(needs)}`, () => {
      assert.deepEqual(sqlMachine(needs), want);
    });
  }

  for (const [memoryGiB, want] of [
    [1, "REDIS_SHARED_CORE_NANO"],
    [1.4, "REDIS_STANDARD_SMALL"],
    [6, "REDIS_STANDARD_SMALL"],
    [6.5, "REDIS_HIGHMEM_MEDIUM"],
    [13, "REDIS_HIGHMEM_XLARGE"],
    [54, "REDIS_HIGHMEM_XLARGE"],
  ] as const) {
    it(`takes ${want} for ${memoryGiB} GiB`, () => {
      assert.equal(redisNodeType(memoryGiB), want);
    });
  }

  for (const memoryGiB of [0, -1, 55]) {
    it(`refuses a Redis node of ${memoryGiB} GiB`, () => {
      assert.throws(
        () => redisNodeType(memoryGiB),
        new RegExp(`nodeMemoryGiB: expected more than 0 and at most 54 on gcp, got ${memoryGiB}`),
      );
    });
  }
});
