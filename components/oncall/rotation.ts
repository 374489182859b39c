/** Days of a week, as ISO 8601 counts them. */
export const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** When the week's on-call hands over to the next one's. */
export interface Handoff {
  readonly day: (typeof weekdays)[number];
  /** `HH:MM` in the zone, of 24 hours. */
  readonly time: string;
  /** Of the tz database, such as Europe/Berlin. */
  readonly timeZone: string;
}

/** How long somebody is on call, seconds. */
export const turnSeconds = 7 * 24 * 3600;

/** The Monday from which weeks are counted: another one would have whoever is on call change places. */
const firstMonday = { year: 2026, month: 1, day: 5 } as const;

const minuteMs = 60_000;

/**
 * When the rotation began, in UTC: the first handover of the week of 5 January 2026. Later ones are at the same time by the
 * zone's clock, in summer as well, as the schedule has the zone.
 *
 * @throws RangeError where the zone is none, or the time is no `HH:MM`
 */
export function rotationStart({ day, time, timeZone }: Handoff): string {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) {
    throw new RangeError(`handoff.time: expected HH:MM, got ${time}`);
  }
  const { year, month, day: monday } = firstMonday;
  const local = Date.UTC(year, month - 1, monday + weekdays.indexOf(day), Number(hours), Number(minutes));
  const started = new Date(local - offsetMinutes(timeZone, new Date(local)) * minuteMs);
  return started.toISOString().replace(".000Z", "Z");
}

/** How far a zone's clock is ahead of UTC, minutes. */
function offsetMinutes(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  // "GMT" where there is none
  const [, sign = "+", hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * The second line where nobody names one: the same people, each the week before their own, so that whoever is to take over
 * knows what went on. One person alone has no second line.
 */
export function secondLineOf(primary: readonly string[]): readonly string[] {
  const [first, ...rest] = primary;
  return first === undefined || rest.length === 0 ? [] : [...rest, first];
}
