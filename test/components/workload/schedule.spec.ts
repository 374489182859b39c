import assert from "node:assert/strict";
import { longestGapMinutes, shortestGapMinutes } from "../../../components/workload/schedule";

describe("A schedule", () => {
  const day = 24 * 60;
  const gaps: readonly (readonly [string, number])[] = [
    ["* * * * *", 1],
    ["*/5 * * * *", 5],
    ["*/7 * * * *", 7],
    ["0 * * * *", 60],
    ["30 1 * * *", day],
    ["0 8,20 * * *", 12 * 60],
    ["0 9-17 * * *", 16 * 60],
    ["0 12 * * 1", 7 * day],
    ["0 12 * * 1-5", 3 * day],
    ["0 0 1 * *", 31 * day],
    ["0 0 1 1 *", 366 * day],
    ["0 0 29 2 *", 1461 * day],
    // either will do
    ["0 0 1 * 1", 7 * day],
  ];
  for (const [schedule, minutes] of gaps) {
    it(`has at most ${minutes} minutes between two runs of ${schedule}`, () => {
      assert.equal(longestGapMinutes("key", schedule), minutes);
    });
  }

  const shortest: readonly (readonly [string, number])[] = [
    ["* * * * *", 1],
    ["*/7 * * * *", 4],
    ["0 8,20 * * *", 12 * 60],
    ["0 9-17 * * *", 60],
    ["0 12 * * 1-5", day],
    ["30 23,1 * * *", 2 * 60],
    ["0 0 1 * *", 28 * day],
  ];
  for (const [schedule, minutes] of shortest) {
    it(`has at least ${minutes} minutes between two runs of ${schedule}`, () => {
      assert.equal(shortestGapMinutes("key", schedule), minutes);
    });
  }

  const wrong: readonly (readonly [string, RegExp])[] = [
    ["60 * * * *", /minutes from 0 to 59/],
    ["0 24 * * *", /hours from 0 to 23/],
    ["0 0 0 * *", /days of the month from 1 to 31/],
    ["0 0 * 13 *", /months from 1 to 12/],
    ["0 0 * * 7", /days of the week from 0 to 6/],
    ["5/10 * * * *", /minutes from 0 to 59/],
    ["*/0 * * * *", /minutes from 0 to 59/],
    ["9-3 * * * *", /minutes from 0 to 59/],
    ["x * * * *", /minutes from 0 to 59/],
    ["0 0 31 2 *", /expected a schedule that comes/],
    ["0 0 * *", /five fields/],
  ];
  for (const [schedule, message] of wrong) {
    it(`is refused: ${schedule}`, () => {
      assert.throws(() => longestGapMinutes("key", schedule), message);
    });
  }
});
