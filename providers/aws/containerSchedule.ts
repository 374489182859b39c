import { expected } from "../../components/workload/expected";

/** Days of the week as EventBridge Scheduler calls them; cron counts from Sunday's 0, Scheduler from its 1. */
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

/**
 * A schedule of cron as EventBridge Scheduler has it: six fields, of which either the days of the month or those of the week
 * are said, and the other is `?` (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based).
 *
 * @param key where the schedule stands, for messages
 * @throws RangeError of one that says both, which to cron means either
 */
export function schedulerCron(key: string, schedule: string): string {
  const [minutes = "", hours = "", dates = "", months = "", days = ""] = schedule.trim().split(/\s+/);
  if (dates !== "*" && days !== "*") {
    throw expected(key, "days of the month or days of the week, not both, on ECS", schedule);
  }
  const month = listed(months, 1, 12);
  const on = days === "*" ? [listed(dates, 1, 31), month, "?"] : ["?", month, namesOf(days)];
  return `cron(${[listed(minutes, 0, 59), listed(hours, 0, 23), ...on, "*"].join(" ")})`;
}

/** Steps number by number: Scheduler's count from a number, cron's from the start of a range or of all there are. */
function listed(field: string, least: number, most: number): string {
  return field
    .split(",")
    .map((part) => (part.includes("/") ? valuesOf(part, least, most).join(",") : part))
    .join(",");
}

/** Days of the week by name, each. */
function namesOf(field: string): string {
  const days = field.split(",").flatMap((part) => valuesOf(part, 0, 6));
  return weekdays.filter((_, day) => days.includes(day)).join(",");
}

/** Numbers that a part of a field stands for: all, a range or one, with a step or without. */
function valuesOf(part: string, least: number, most: number): readonly number[] {
  const [range = "", step = "1"] = part.split("/");
  const [start = least, end = start] = range === "*" ? [least, most] : range.split("-").map(Number);
  return Array.from({ length: most - least + 1 }, (_, index) => least + index).filter(
    (value) => value >= start && value <= end && (value - start) % Number(step) === 0,
  );
}
