import type { PromQuery } from "./board";

/** Over as many samples as the zoom asks for; Grafana knows how often they come. */
const window = "$__rate_interval";

/** Sum of a counter's rates a second, by labels. */
export function sumRate(series: string, ...by: readonly string[]): string {
  return `${sum(by)}(rate(${series}[${window}]))`;
}

/** A quantile of a histogram's rates, by labels. */
export function quantile(part: number, buckets: string, ...by: readonly string[]): string {
  return `histogram_quantile(${part}, ${sum(["le", ...by])}(rate(${buckets}[${window}])))`;
}

/** How much a counter has grown, by labels. */
export function sumIncrease(series: string, over: string, ...by: readonly string[]): string {
  return `${sum(by)}(increase(${series}[${over}]))`;
}

/** One by another, and nothing where that other is nothing: no line is better than a line of not-a-number. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

function sum(by: readonly string[]): string {
  return by.length === 0 ? "sum" : `sum by (${by.join(", ")}) `;
}

/** Colours of a part of something that can be full: what alerts call nearly full is red. */
export const fullness = [
  { from: 0.7, color: "yellow" },
  { from: 0.85, color: "red" },
] as const;

/** Colours of what ought not to be. */
export const anyIsBad = [{ from: 1, color: "red" }] as const;

/** Questions by the names of their lines. */
export function lines(named: Readonly<Record<string, string>>): readonly PromQuery[] {
  return Object.entries(named).map(([legend, expr]) => ({ expr, legend }));
}
