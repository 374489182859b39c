import assert from "node:assert/strict";
import { planThanos, type ThanosSpec } from "../../../components/metrics/thanosSpec";

describe("How long Thanos keeps samples", () => {
  it("is a month as they were, half a year of five minutes, two years of an hour", () => {
    assert.deepEqual(planThanos({}), { rawDays: 30, fiveMinuteDays: 180, hourDays: 730 });
  });

  it("is what a stack says", () => {
    const asked = { rawDays: 14, fiveMinuteDays: 14, hourDays: 3650 };
    assert.deepEqual(planThanos(asked), asked);
  });

  const refused: readonly (readonly [ThanosSpec, RegExp])[] = [
    [{ rawDays: 13 }, /^thanos\.rawDays: expected 14 days or more, got 13$/],
    [{ rawDays: 200 }, /^thanos\.fiveMinuteDays: expected 200 days or more, as rawDays, got 180$/],
    [{ fiveMinuteDays: 800 }, /^thanos\.hourDays: expected 800 days or more, as fiveMinuteDays, got 730$/],
  ];
  for (const [spec, message] of refused) {
    it(`is not ${JSON.stringify(spec)}, where coarser samples would be gone before finer ones, or never made`, () => {
      assert.throws(() => planThanos(spec), { name: "RangeError", message });
    });
  }
});
