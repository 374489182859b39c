import * as assert from "node:assert/strict";
import { lost, type Recovery } from "../../../components/data/recovery";
import { shortfalls } from "../../../components/data/recoveries";

const replica: Recovery = { by: "replica", rpoMinutes: 5, rtoMinutes: 30, source: "the manual" };

describe("shortfalls of a recovery", () => {
  for (const [what, goal, planned, expected] of [
    ["nothing where nothing is asked", {}, lost, []],
    ["nothing where a store is back in just the time", { rpoMinutes: 5, rtoMinutes: 30 }, replica, []],
    ["what is lost beyond what may be", { rpoMinutes: 4 }, replica, [["db", "rpoMinutes", 4, 5]]],
    ["what takes longer than it may", { rtoMinutes: 29 }, replica, [["db", "rtoMinutes", 29, 30]]],
    [
      "both of a store of which nothing is left",
      { rpoMinutes: 60, rtoMinutes: 240 },
      lost,
      [
        ["db", "rpoMinutes", 60, Infinity],
        ["db", "rtoMinutes", 240, Infinity],
      ],
    ],
  ] as const) {
    it(`are ${what}`, () => {
      assert.deepEqual(
        shortfalls(goal, { db: planned }).map(({ store, objective, asked, planned: minutes }) => [
          store,
          objective,
          asked,
          minutes,
        ]),
        expected,
      );
    });
  }
});
