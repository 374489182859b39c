/** What a system asks of Thanos: how long it keeps samples, by how far apart they are. */
export interface ThanosSpec {
  /**
   * As they were scraped, days, 14 or more.
   *
   * @default 30
   */
  readonly rawDays?: number;
  /**
   * One of five minutes each, days; not fewer than raw ones.
   *
   * @default 180
   */
  readonly fiveMinuteDays?: number;
  /**
   * One of an hour each, days; not fewer than those of five minutes.
   *
   * @default 730
   */
  readonly hourDays?: number;
}

/** How long samples are kept, all of it stated. */
export type ThanosRetention = Required<ThanosSpec>;

/**
 * Blocks of fourteen days are the largest, and those of ten or more are what samples of an hour are made from
 * (https://thanos.io/tip/components/compact.md/#downsampling): what is deleted before has none.
 */
export const largestBlockDays = 14;

/**
 * @throws RangeError where finer samples were kept for longer than coarser ones, or are gone before those are made
 */
export function planThanos({
  rawDays = 30,
  fiveMinuteDays = 180,
  hourDays = 730,
}: ThanosSpec): ThanosRetention {
  const ask = (isRight: boolean, key: string, wanted: string, got: number): void => {
    if (!isRight) throw new RangeError(`thanos.${key}: expected ${wanted}, got ${got}`);
  };
  ask(rawDays >= largestBlockDays, "rawDays", `${largestBlockDays} days or more`, rawDays);
  ask(fiveMinuteDays >= rawDays, "fiveMinuteDays", `${rawDays} days or more, as rawDays`, fiveMinuteDays);
  ask(hourDays >= fiveMinuteDays, "hourDays", `${fiveMinuteDays} days or more, as fiveMinuteDays`, hourDays);
  return { rawDays, fiveMinuteDays, hourDays };
}
