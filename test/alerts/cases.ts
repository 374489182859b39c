/** Labels of a series or of an alert. */
export type Labels = Readonly<Record<string, string>>;

/** What Prometheus is shown, and when it is asked whether the alert fires. */
export interface AlertCase {
  /**
   * By series, the values that it has one after the other, in promtool's notation: `up{job="a"}` and `"1x9 0x20 _x3"`, where
   * `1x9` is 1 ten times, `0+10x5` adds 10 five times, and `_` is no sample.
   *
   * @default - nobody tells anything, of which only that something is absent can be known
   */
  readonly series?: Readonly<Record<string, string>>;
  /** Since the first sample, as Prometheus writes durations. */
  readonly at: string;
  /**
   * Between two values of a series, and between two evaluations: a longer one keeps a case of days short. What is asked for
   * over a window needs two values in it.
   *
   * @default "1m"
   */
  readonly interval?: string;
  /**
   * Text of the expression of the alert that the case is of, where not every stack has the same.
   *
   * @default - it is of the alert of every stack
   */
  readonly where?: string;
}

/** A case in which the alert fires. */
export interface FiringCase extends AlertCase {
  /**
   * Labels of the alert beside its severity and those that its rule adds; of several, of each alert that fires.
   *
   * @default - it has none
   */
  readonly labels?: Labels | readonly Labels[];
}

type OneOrMore<T> = T | readonly T[];

/** An alert's cases. */
export interface CasesOfAlert {
  readonly fires: OneOrMore<FiringCase>;
  /** Near misses: a value just below the threshold, or one above it for too short. */
  readonly silent: OneOrMore<AlertCase>;
}

/** Cases by the alert's name. */
export type AlertCases = Readonly<Record<string, CasesOfAlert>>;

/** One or more as a list. */
export function listOf<T extends object>(some: OneOrMore<T>): readonly T[] {
  return isList(some) ? some : [some];
}

// Array.isArray does not tell a readonly list from what is none
function isList<T extends object>(some: OneOrMore<T>): some is readonly T[] {
  return Array.isArray(some);
}
