import { expected } from "./expected";

/** What a field of a schedule may hold. */
const fields = [
  { name: "minutes", least: 0, most: 59 },
  { name: "hours", least: 0, most: 23 },
  { name: "days of the month", least: 1, most: 31 },
  { name: "months", least: 1, most: 12 },
  { name: "days of the week", least: 0, most: 6 },
] as const;

const minutesOfDay = 24 * 60;

/** Days that are looked at: eight years, in which every date comes, the 29th of February too. */
const days = 8 * 365 + 2;
const firstDay = Date.UTC(2024, 0, 1);

/** A schedule as Kubernetes reads it: five fields of numbers, `*`, ranges, steps and lists (robfig/cron, parser.go). */
interface Schedule {
  /** Times of a day at which it runs, minutes, the earliest first. */
  readonly times: readonly number[];
  readonly runsOn: (day: Date) => boolean;
}

/**
 * The longest time between two runs, minutes, by the clock of a zone without summer time: what has not run for longer was
 * missed.
 *
 * @param key where the schedule stands, for messages
 * @throws RangeError of what is no schedule, or one that never comes
 */
export function longestGapMinutes(key: string, expression: string): number {
  return Math.max(...gaps(key, expression));
}

/**
 * The shortest time between two runs, minutes, by the same clock: what takes no longer is never run twice at once.
 *
 * @param key where the schedule stands, for messages
 * @throws RangeError of what is no schedule, or one that never comes
 */
export function shortestGapMinutes(key: string, expression: string): number {
  return Math.min(...gaps(key, expression));
}

/** Times from each run to the next, minutes; those within a day once. */
function gaps(key: string, expression: string): readonly number[] {
  const { times, runsOn } = scheduleOf(key, expression);
  const [earliest] = times;
  const latest = times.at(-1);
  const runs = Array.from({ length: days }, (_, day) => day).filter((day) =>
    runsOn(new Date(firstDay + day * minutesOfDay * 60_000)),
  );
  const [first] = runs;
  if (earliest === undefined || latest === undefined || first === undefined) {
    throw expected(key, "a schedule that comes", expression);
  }
  const within = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const between = runs.map(
    (day, index) => (day - (runs[index - 1] ?? first - (days - (runs.at(-1) ?? 0)))) * minutesOfDay,
  );
  return [...within, ...between.map((gap) => gap - latest + earliest)];
}

function scheduleOf(key: string, expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== fields.length) {
    throw expected(
      key,
      "five fields: minutes, hours, days of the month, months, days of the week",
      expression,
    );
  }
  const [minutes, hours, dates, months, weekdays] = fields.map(({ name, least, most }, index) =>
    valuesOf(parts[index] ?? "", { key, name, least, most }),
  );
  const has = (values: readonly number[] | undefined, value: number) => values?.includes(value) === true;
  // where both say which days, either will do
  const both = parts[2] !== "*" && parts[4] !== "*";
  return {
    times: (hours ?? []).flatMap((hour) => (minutes ?? []).map((minute) => hour * 60 + minute)),
    runsOn: (day) => {
      const date = has(dates, day.getUTCDate());
      const weekday = has(weekdays, day.getUTCDay());
      return has(months, day.getUTCMonth() + 1) && (both ? date || weekday : date && weekday);
    },
  };
}

interface Field {
  readonly key: string;
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** Numbers of a field, in their order. */
function valuesOf(text: string, field: Field): readonly number[] {
  const values = text.split(",").flatMap((part) => {
    const { key, name, least, most } = field;
    const [start, end, step] = rangeOf(part, field);
    if (!(start >= least && end <= most && start <= end && step >= 1)) {
      throw expected(key, `${name} from ${least} to ${most}, such as *, */5, 2 or 1-3,5`, text);
    }
    return Array.from({ length: end - start + 1 }, (_, index) => start + index).filter(
      (value) => (value - start) % step === 0,
    );
  });
  return [...new Set(values)].sort((one, other) => one - other);
}

/** First and last number of a part of a field, and the step between them; not numbers where it is no such part. */
function rangeOf(part: string, { least, most }: Field): readonly [start: number, end: number, step: number] {
  const all = /^\*(?:\/(\d+))?$/.exec(part);
  if (all !== null) return [least, most, Number(all[1] ?? 1)];
  const some = /^(\d+)-(\d+)(?:\/(\d+))?$/.exec(part);
  if (some !== null) return [Number(some[1]), Number(some[2]), Number(some[3] ?? 1)];
  const one = /^\d+$/.test(part) ? Number(part) : NaN;
  return [one, one, 1];
}
