import type { Unit } from "../dashboards/board";

/** A figure of the system's own that one of its services tells Prometheus, beside its requests. */
export interface BusinessMetric {
  /** As the dashboard calls it. */
  readonly title: string;
  /** What it counts, in a sentence. */
  readonly description: string;
  /** Name of the series, of letters, digits and underscores; a counter's ends in `_total`. */
  readonly metric: string;
  /** A counter that only grows, or a number that goes up and down. */
  readonly kind: "counter" | "gauge";
  readonly unit: Unit;
  /** Who tells it: a service with `metrics`. */
  readonly service: string;
  /**
   * Label by which it is told apart.
   *
   * @default - it is one number
   */
  readonly by?: string;
}
