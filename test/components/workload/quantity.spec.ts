import assert from "node:assert/strict";
import fc from "fast-check";
import { bytes, cpuQuantity, memoryQuantity, millicores } from "../../../components/workload/quantity";

describe("quantities", () => {
  for (const [text, want] of [
    ["500m", 500],
    ["2", 2000],
    ["1500m", 1500],
  ] as const) {
    it(`reads ${text} of CPU as ${want} thousandths`, () => {
      assert.equal(millicores(text, "cpu"), want);
    });
  }

  for (const [text, want] of [
    ["64Mi", 64 * 2 ** 20],
    ["3Gi", 3 * 2 ** 30],
  ] as const) {
    it(`reads ${text} of memory as ${want} bytes`, () => {
      assert.equal(bytes(text, "memory"), want);
    });
  }

  for (const text of ["", "0", "0.5", "-1", "500Mi", "half"]) {
    it(`refuses "${text}" as CPU, naming the key`, () => {
      assert.throws(() => millicores(text, "api.resources.cpu"), {
        message: `api.resources.cpu: expected CPU such as 500m or 2, got "${text}"`,
      });
    });
  }

  for (const text of ["", "0Mi", "512", "512M", "1.5Gi"]) {
    it(`refuses "${text}" as memory, naming the key`, () => {
      assert.throws(() => bytes(text, "api.resources.memory"), {
        message: `api.resources.memory: expected memory such as 512Mi or 3Gi, got "${text}"`,
      });
    });
  }

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (size) => {
        assert.equal(millicores(cpuQuantity(size), "cpu"), size);
        assert.equal(bytes(memoryQuantity(size * 2 ** 20), "memory"), size * 2 ** 20);
      }),
    );
  });
});
