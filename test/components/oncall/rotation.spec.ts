import assert from "node:assert/strict";
import { rotationStart, secondLineOf } from "../../../components/oncall/rotation";

describe("the rotation of an on-call", () => {
  for (const [day, time, timeZone, start] of [
    ["monday", "09:00", "Europe/Berlin", "2026-01-05T08:00:00Z"],
    ["monday", "09:00", "America/New_York", "2026-01-05T14:00:00Z"],
    ["monday", "09:00", "UTC", "2026-01-05T09:00:00Z"],
    ["friday", "17:30", "Asia/Kolkata", "2026-01-09T12:00:00Z"],
    ["sunday", "23:59", "Pacific/Kiritimati", "2026-01-11T09:59:00Z"],
    ["monday", "00:00", "Australia/Sydney", "2026-01-04T13:00:00Z"],
    ["wednesday", "03:00", "America/St_Johns", "2026-01-07T06:30:00Z"],
  ] as const) {
    it(`hands over on ${day} at ${time} in ${timeZone}`, () => {
      assert.equal(rotationStart({ day, time, timeZone }), start);
    });
  }

  it("hands over at that time by the zone's clock", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney"]) {
      const start = new Date(rotationStart({ day: "tuesday", time: "10:15", timeZone }));
      const shown = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        weekday: "long",
        hour: "2-digit",
        minute: "2-digit",
      });
      assert.match(shown.format(start), /^Tuesday.* 10:15$/, timeZone);
    }
  });

  it("refuses a time that is none", () => {
    for (const time of ["24:00", "9:00", "09:60", "noon"]) {
      assert.throws(
        () => rotationStart({ day: "monday", time, timeZone: "UTC" }),
        /handoff\.time: expected HH:MM/,
      );
    }
  });

  it("has everybody in the second line the week before their own", () => {
    assert.deepEqual(secondLineOf(["a", "b", "c"]), ["b", "c", "a"]);
    assert.deepEqual(secondLineOf(["a", "b"]), ["b", "a"]);
    assert.deepEqual(secondLineOf(["a"]), []);
  });
});
