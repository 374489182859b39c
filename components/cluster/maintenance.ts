/** What upgrades a maintenance exclusion holds back: all, those of minors, or those of minors and of nodes. */
export const exclusionScopes = ["noUpgrades", "noMinorUpgrades", "noMinorOrNodeUpgrades"] as const;
export type ExclusionScope = (typeof exclusionScopes)[number];

/**
 * A time in which the cloud upgrades nothing of a cluster by itself. What somebody asks for goes on all the same, and so
 * does a repair, the end of a version's support and the mending of a critical weakness.
 */
export interface MaintenanceExclusion {
  /** Unique within the cluster. */
  readonly name: string;
  /** First moment, RFC 3339 in UTC to the second, such as `2026-11-20T00:00:00Z`; another form would differ for ever. */
  readonly start: string;
  /**
   * Last moment, likewise. Of a scope other than `noUpgrades` at most the end of the minor's support, which the cloud alone
   * knows.
   */
  readonly end: string;
  readonly scope: ExclusionScope;
}

/** When the cloud upgrades by itself, each week: at night, and not before a weekend. */
export const upgradeWindow = {
  /** Days as iCalendar has them (RFC 5545, section 3.3.10). */
  days: ["TU", "WE", "TH"],
  startHourUtc: 1,
  hours: 5,
} as const;

/**
 * What GKE takes: https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions, and for
 * the figures of 2026 github.com/google/skills, gke-upgrades ("Exclusion types & Limits").
 */
export const exclusionLimits = {
  /** Most exclusions of a cluster. */
  count: 20,
  /** Most of them with the scope `noUpgrades`. */
  noUpgradesCount: 3,
  /** Longest that one of those is, days. */
  noUpgradesDays: 90,
  /** Those leave so many hours of upgrade windows in any so many days; pieces of less than so many hours don't count. */
  availability: { hours: 48, days: 92, leastPieceHours: 4 },
} as const;

/** What is wrong with an exclusion, in the words of the program's errors. */
export interface ExclusionProblem {
  /** Path below the cluster's arguments. */
  readonly key: string;
  readonly expected: string;
  readonly got: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"] as const;

interface Span {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

interface PlacedExclusion extends Span {
  readonly key: string;
  readonly exclusion: MaintenanceExclusion;
}

/**
 * What GKE would refuse of exclusions, as soon as it can be told. Two of one scope may not overlap, since that is one of
 * them said twice; of different scopes they may. Pure; gives every problem.
 */
export function exclusionProblems(exclusions: readonly MaintenanceExclusion[]): ExclusionProblem[] {
  const key = "maintenanceExclusions";
  const placed: PlacedExclusion[] = exclusions.map((exclusion, index) => ({
    key: `${key}.${index}`,
    exclusion,
    from: momentOf(exclusion.start),
    to: momentOf(exclusion.end),
  }));
  const freezes = placed.filter(({ exclusion }) => exclusion.scope === "noUpgrades");
  const problems = [
    ...tooMany(key, placed.length, exclusionLimits.count, ""),
    ...tooMany(key, freezes.length, exclusionLimits.noUpgradesCount, " with the scope noUpgrades"),
    ...placed.flatMap((one, index) => [...spanProblems(one), ...clashes(one, placed.slice(0, index))]),
  ];
  return problems.length > 0 ? problems : starvation(key, freezes);
}

/** @throws RangeError naming the first thing wrong, under `cluster` */
export function checkMaintenanceExclusions(exclusions: readonly MaintenanceExclusion[]): void {
  const [problem] = exclusionProblems(exclusions);
  if (problem !== undefined) {
    throw new RangeError(`cluster.${problem.key}: expected ${problem.expected}, got ${problem.got}`);
  }
}

/** A moment of the calendar in the one form that GKE gives back as it was given; NaN for anything else. */
function momentOf(text: string): number {
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  // 30 February is taken for 2 March
  return !Number.isNaN(moment) && timeText(moment) === text ? moment : Number.NaN;
}

function timeText(moment: number): string {
  return new Date(moment).toISOString().replace(".000Z", "Z");
}

function tooMany(key: string, count: number, most: number, which: string): ExclusionProblem[] {
  return count <= most ? [] : [{ key, expected: `at most ${most}${which}`, got: String(count) }];
}

function spanProblems({ key, exclusion, from, to }: PlacedExclusion): ExclusionProblem[] {
  const malformed = (["start", "end"] as const)
    .filter((bound) => Number.isNaN(bound === "start" ? from : to))
    .map((bound) => ({
      key: `${key}.${bound}`,
      expected: "a time in UTC such as 2026-11-20T00:00:00Z",
      got: exclusion[bound],
    }));
  if (malformed.length > 0) return malformed;
  if (to <= from) {
    return [{ key: `${key}.end`, expected: `a time after ${exclusion.start}`, got: exclusion.end }];
  }
  const { noUpgradesDays } = exclusionLimits;
  if (exclusion.scope !== "noUpgrades" || to - from <= noUpgradesDays * dayMs) return [];
  const latest = timeText(from + noUpgradesDays * dayMs);
  return [
    {
      key: `${key}.end`,
      expected: `at most ${latest}: with the scope noUpgrades an exclusion is ${noUpgradesDays} days at most`,
      got: exclusion.end,
    },
  ];
}

function clashes(one: PlacedExclusion, earlier: readonly PlacedExclusion[]): ExclusionProblem[] {
  const { key, exclusion } = one;
  return earlier.flatMap((other) => {
    if (other.exclusion.name === exclusion.name) {
      return [{ key: `${key}.name`, expected: "each name once", got: exclusion.name }];
    }
    if (other.exclusion.scope !== exclusion.scope || one.from >= other.to || other.from >= one.to) return [];
    const expected = `no overlap with ${other.exclusion.name}, which has the same scope`;
    return [{ key, expected, got: `${exclusion.start} to ${exclusion.end}` }];
  });
}

/** Where exclusions leave too little of the upgrade windows: the worst stretch of days that touches one. */
function starvation(key: string, freezes: readonly Span[]): ExclusionProblem[] {
  const { hours, days, leastPieceHours } = exclusionLimits.availability;
  const stretches = freezes.flatMap(({ from, to }) => {
    const open = openPieces({ from: from - days * dayMs, to: to + days * dayMs }, freezes);
    // the least is where a piece has just become too short to count, on one side or the other
    const starts = open.flatMap((piece) => [
      piece.to - leastPieceHours * hourMs + 1,
      piece.from + leastPieceHours * hourMs - days * dayMs - 1,
    ]);
    return starts
      .filter((start) => start >= from - days * dayMs && start <= to)
      .map((start) => ({ start, left: openHours(open, { from: start, to: start + days * dayMs }) }));
  });
  const [worst] = stretches.sort((a, b) => a.left - b.left || a.start - b.start);
  if (worst === undefined || worst.left >= hours) return [];
  return [
    {
      key,
      expected: `exclusions that leave ${hours} hours of upgrade windows (${upgradeWindow.days.join(", ")}, ${upgradeWindow.hours} hours each) in any ${days} days`,
      got: `${Math.floor(worst.left)} hours in those from ${timeText(Math.floor(worst.start / 1000) * 1000)}`,
    },
  ];
}

/** The weekly windows of a span, without what exclusions take of them. */
function openPieces({ from, to }: Span, freezes: readonly Span[]): readonly Span[] {
  const firstDay = Math.floor(from / dayMs) * dayMs;
  const count = Math.ceil((to - firstDay) / dayMs);
  const windows = Array.from({ length: count }, (_, index) => firstDay + index * dayMs)
    .filter((day) => (upgradeWindow.days as readonly string[]).includes(weekdayOf(day)))
    .map((day) => day + upgradeWindow.startHourUtc * hourMs)
    .map((start) => ({ from: start, to: start + upgradeWindow.hours * hourMs }));
  return freezes.reduce<readonly Span[]>(
    (open, freeze) =>
      open.flatMap((piece) =>
        [
          { from: piece.from, to: Math.min(piece.to, freeze.from) },
          { from: Math.max(piece.from, freeze.to), to: piece.to },
        ].filter((rest) => rest.to > rest.from),
      ),
    windows,
  );
}

function weekdayOf(day: number): string {
  return weekdays[new Date(day).getUTCDay()] ?? "";
}

function openHours(pieces: readonly Span[], { from, to }: Span): number {
  return pieces
    .map((piece) => (Math.min(piece.to, to) - Math.max(piece.from, from)) / hourMs)
    .filter((hours) => hours >= exclusionLimits.availability.leastPieceHours)
    .reduce((sum, hours) => sum + hours, 0);
}
