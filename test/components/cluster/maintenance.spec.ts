import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  checkMaintenanceExclusions,
  type ExclusionScope,
  exclusionProblems,
  type MaintenanceExclusion,
} from "../../../components/cluster/maintenance";

const dayMs = 86_400_000;
const hourMs = 3_600_000;

function exclusion(
  start: string,
  end: string,
  scope: ExclusionScope = "noUpgrades",
  name = `${scope}-${start}`,
): MaintenanceExclusion {
  return { name, start, end, scope };
}

/** `days` days from a midnight on. */
function freeze(start: string, days: number): MaintenanceExclusion {
  const from = `${start}T00:00:00Z`;
  return exclusion(from, new Date(Date.parse(from) + days * dayMs).toISOString().replace(".000Z", "Z"));
}

const linesOf = (...exclusions: readonly MaintenanceExclusion[]): readonly string[] =>
  exclusionProblems(exclusions).map(({ key, expected, got }) => `${key}: ${expected}, got ${got}`);

const year = ["2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"] as const;

describe("maintenance exclusions", () => {
  it("are none where nothing is said", () => {
    assert.deepEqual(linesOf(), []);
  });

  it("may be a sale's weeks, and within a year without new minors", () => {
    assert.deepEqual(
      linesOf(freeze("2026-11-15", 30), exclusion(...year, "noMinorUpgrades"), freeze("2026-03-01", 14)),
      [],
    );
  });

  const bad: readonly [what: string, exclusions: readonly MaintenanceExclusion[], line: RegExp][] = [
    [
      "a local time",
      [exclusion("2026-11-20T00:00:00+01:00", "2026-11-27T00:00:00Z")],
      /^maintenanceExclusions\.0\.start: a time in UTC such as 2026-11-20T00:00:00Z, got 2026-11-20T00:00:00\+01:00$/,
    ],
    [
      "a day that no month has",
      [exclusion("2026-02-20T00:00:00Z", "2026-02-30T00:00:00Z")],
      /^maintenanceExclusions\.0\.end: a time in UTC/,
    ],
    [
      "an end at its start",
      [exclusion("2026-11-20T00:00:00Z", "2026-11-20T00:00:00Z")],
      /^maintenanceExclusions\.0\.end: a time after 2026-11-20T00:00:00Z, got 2026-11-20T00:00:00Z$/,
    ],
    [
      "all upgrades held back for more than 90 days",
      [exclusion("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z")],
      /^maintenanceExclusions\.0\.end: at most 2026-04-01T00:00:00Z: with the scope noUpgrades/,
    ],
    [
      "a name twice",
      [
        exclusion(...year, "noMinorUpgrades", "sale"),
        exclusion("2026-11-20T00:00:00Z", "2026-11-27T00:00:00Z", "noUpgrades", "sale"),
      ],
      /^maintenanceExclusions\.1\.name: each name once, got sale$/,
    ],
    [
      "an overlap of one scope",
      [freeze("2026-11-01", 10), freeze("2026-11-10", 10)],
      /^maintenanceExclusions\.1: no overlap with noUpgrades-2026-11-01T00:00:00Z, which has the same scope, got 2026-11-10/,
    ],
    [
      "a fourth freeze",
      [freeze("2025-01-01", 7), freeze("2026-01-01", 7), freeze("2027-01-01", 7), freeze("2028-01-01", 7)],
      /^maintenanceExclusions: at most 3 with the scope noUpgrades, got 4$/,
    ],
    [
      "more than 20",
      Array.from({ length: 21 }, (_, index) =>
        exclusion(`20${30 + index}-01-01T00:00:00Z`, `20${30 + index}-02-01T00:00:00Z`, "noMinorUpgrades"),
      ),
      /^maintenanceExclusions: at most 20, got 21$/,
    ],
    [
      "freezes that leave too few windows between them",
      [freeze("2026-01-01", 40), freeze("2026-02-15", 40)],
      /^maintenanceExclusions: exclusions that leave 48 hours of upgrade windows \(TU, WE, TH, 5 hours each\) in any 92 days, got \d+ hours in those from 202\d-/,
    ],
  ];
  for (const [what, exclusions, line] of bad) {
    it(`refuse ${what}`, () => {
      const lines = linesOf(...exclusions);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", line);
      assert.throws(
        () => {
          checkMaintenanceExclusions(exclusions);
        },
        { name: "RangeError", message: /^cluster\.maintenanceExclusions.*: expected .*, got / },
      );
    });
  }

  it("may follow one another at once, and overlap where their scopes differ", () => {
    assert.deepEqual(linesOf(freeze("2026-11-01", 9), freeze("2026-11-10", 9)), []);
    const all = (["noUpgrades", "noMinorUpgrades", "noMinorOrNodeUpgrades"] as const).map((scope) =>
      exclusion("2026-11-01T00:00:00Z", "2026-11-20T00:00:00Z", scope),
    );
    assert.deepEqual(linesOf(...all), []);
  });

  it("hold back patches for nine weeks at most, as the weekly windows are short", () => {
    assert.deepEqual(linesOf(freeze("2026-01-02", 66)), []);
    assert.match(linesOf(freeze("2026-01-02", 75)).join(), /got \d+ hours in those from/);
  });

  it("may leave 48 hours and no less, in pieces of 4 hours and no less", () => {
    // of the first and the last window 4 hours each, and eight whole ones
    assert.deepEqual(linesOf(exclusion("2026-01-01T05:00:00Z", "2026-03-12T02:00:00Z")), []);
    // a moment less of either, and it counts for nothing
    for (const [start, end] of [
      ["2026-01-01T04:59:59Z", "2026-03-12T02:00:00Z"],
      ["2026-01-01T05:00:00Z", "2026-03-12T02:00:01Z"],
    ] as const) {
      assert.match(linesOf(exclusion(start, end)).join(), /got 4\d hours in those from/);
    }
    assert.match(
      linesOf(exclusion("2026-01-01T00:00:00Z", "2026-03-11T03:00:00Z")).join(),
      /got 45 hours in those from/,
    );
  });

  it("leave windows enough exactly where counting every hour says so", () => {
    const starts = fc.integer({ min: 0, max: 24 * 120 });
    // most of them about as long as the windows allow
    const lengths = fc.oneof(fc.integer({ min: 1, max: 24 * 90 }), {
      weight: 4,
      arbitrary: fc.integer({ min: 24 * 64, max: 24 * 72 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(starts, lengths), { minLength: 1, maxLength: 3 }), (spans) => {
        const origin = Date.parse("2026-01-01T00:00:00Z");
        const text = (hours: number) => new Date(origin + hours * hourMs).toISOString().replace(".000Z", "Z");
        // one after the other, with whole hours between them
        let at = 0;
        const exclusions = spans.map(([gap, length], index) => {
          const from = at + gap + index;
          at = from + length;
          return exclusion(text(from), text(at));
        });
        assert.equal(linesOf(...exclusions).length === 0, leastHours(exclusions) >= 48);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

/** The fewest hours of windows in any 92 days, by looking at each hour and a moment before and after it. */
function leastHours(exclusions: readonly MaintenanceExclusion[]): number {
  const spans = exclusions.map(({ start, end }) => [Date.parse(start), Date.parse(end)] as const);
  const first = Math.min(...spans.map(([from]) => from)) - 92 * dayMs;
  const last = Math.max(...spans.map(([, to]) => to)) + 92 * dayMs;
  const isOpen = (at: number): boolean =>
    [2, 3, 4].includes(new Date(at).getUTCDay()) &&
    new Date(at).getUTCHours() >= 1 &&
    new Date(at).getUTCHours() < 6 &&
    spans.every(([from, to]) => at < from || at >= to);
  const pieces: [from: number, to: number][] = [];
  for (let at = first; at < last; at += hourMs) {
    const piece = pieces.at(-1);
    if (!isOpen(at)) continue;
    if (piece?.[1] === at) piece[1] = at + hourMs;
    else pieces.push([at, at + hourMs]);
  }
  let least = Infinity;
  for (let hour = first; hour <= last - 92 * dayMs; hour += hourMs) {
    for (const start of [hour - 1, hour, hour + 1]) {
      let sum = 0;
      for (const [from, to] of pieces) {
        const overlap = Math.min(to, start + 92 * dayMs) - Math.max(from, start);
        if (overlap >= 4 * hourMs) sum += overlap / hourMs;
      }
      least = Math.min(least, sum);
    }
  }
  return least;
}
