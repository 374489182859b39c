import type { AlertRule, Recording, RuleGroupArgs } from "../platform/alertRules";
import { evaluationSeconds } from "../platform/monitoringSize";
import { type IndicatorQueries, queriesOf, selectorOf, series, silentQuery } from "./indicators";
import { budgetOf, type Slo, sloLabels } from "./slo";

/** A speed at which a budget goes, that is worth an alert. */
export interface Burn {
  /** The alert's name. */
  readonly alert: string;
  /** Times as fast as the budget may go to last its window. */
  readonly factor: number;
  /** How long it has to have gone so fast, on the whole. */
  readonly long: Window;
  /** And how lately, so that the alert ends soon after its cause. */
  readonly short: Window;
  readonly severity: "critical" | "warning";
  /** What has gone by then of the budget of thirty days, percent. */
  readonly spentPercent: number;
}

/** Hours of the windows. */
const windowHours = {
  "5m": 5 / 60,
  "30m": 0.5,
  "1h": 1,
  "2h": 2,
  "6h": 6,
  "1d": 24,
  "3d": 72,
} as const;
export type Window = keyof typeof windowHours;

/**
 * Google's four (The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for 99.9 % in 30 days: 14.4
 * and 6 page, 3 and 1 are tickets), as the Kubernetes mixin has them of the API server. The factors are of thirty days: 2 %
 * of its 720 hours in one is 14.4 times as fast.
 */
export const burns: readonly Burn[] = (
  [
    { factor: 14.4, long: "1h", short: "5m", severity: "critical" },
    { factor: 6, long: "6h", short: "30m", severity: "critical" },
    { factor: 3, long: "1d", short: "2h", severity: "warning" },
    { factor: 1, long: "3d", short: "6h", severity: "warning" },
  ] as const
).map((burn) => ({
  ...burn,
  alert: `slo-burning-${burn.long}`,
  spentPercent: Math.round((burn.factor * windowHours[burn.long] * 100) / (30 * 24)),
}));

/** The two that page are looked at as often as anything is; the others' windows move slowly. */
const fast = burns.filter(({ severity }) => severity === "critical");
const slow = burns.filter(({ severity }) => severity === "warning");

/**
 * How often the slow windows are looked at, seconds: half of five minutes, so that each moment lies in two of the samples that
 * they are added up from, and none falls out of the five minutes after which Prometheus forgets a series.
 */
export const slowSeconds = 150;

/**
 * Failures that there have to be in the long window. Of few requests one is many percent, and wakes somebody for nothing: the
 * workbook ("Low-Traffic Services and Error Budget Alerting") asks for a guard of some kind. Five in a row are no accident.
 */
export const leastFailures = 5;

/** How long nothing has to be known of an objective before somebody is told, minutes: longer than a roll-out. */
const unmeasuredMinutes = 30;

/** How long no pod has to answer, minutes: longer than Prometheus takes to find new ones. */
const silentMinutes = 5;

/** What of an objective Prometheus records and watches: one group for what pages, one for what can wait. */
export function sloGroups(slo: Slo): readonly RuleGroupArgs[] {
  const queries = queriesOf(slo);
  const rules = `${slo.service}-${slo.kind}`;
  return [
    {
      rules,
      intervalSeconds: evaluationSeconds,
      recordings: fastRecordings(slo, queries),
      alerts: { ...burnAlerts(slo, fast), ...silentAlert(slo) },
    },
    {
      rules: `${rules}-budget`,
      intervalSeconds: slowSeconds,
      recordings: slowRecordings(slo),
      alerts: { ...burnAlerts(slo, slow), ...unmeasuredAlert(slo, queries) },
    },
  ];
}

/**
 * Ratios of the windows that page. The hour is asked of the counters themselves: put together from rates of five minutes it
 * would see an outage minutes later, and those are what a page is about. Half an hour and six can be put together, exactly but
 * for the five minutes at their ends; failures and events each by itself, so that a ratio weighs each request the same.
 */
function fastRecordings(slo: Slo, { recordings, failures, events }: IndicatorQueries): readonly Recording[] {
  const selector = selectorOf(slo);
  const over = (what: string, window: Window) => `avg_over_time(${what}${selector}[${window}])`;
  const record = recorder(slo);
  return [
    ...Object.entries(recordings).map(([name, expr]) => record(name, expr)),
    record(series.failures, failures("5m")),
    record(series.events, events("5m")),
    record(series.ratio("5m"), ratio(`${series.failures}${selector}`, `${series.events}${selector}`)),
    record(series.failuresHour, failures("1h")),
    record(series.ratio("1h"), `${series.failuresHour}${selector} / on() (${events("1h")} > 0)`),
    ...(["30m", "6h"] as const).map((window) =>
      record(series.ratio(window), ratio(over(series.failures, window), over(series.events, window))),
    ),
  ];
}

/**
 * Ratios of the long windows, and what is left of the budget: sums of what came to be in each step, of which thirty days have
 * 17,280, and fifteen times as many of what pages.
 */
function slowRecordings(slo: Slo): readonly Recording[] {
  const selector = selectorOf(slo);
  const budget = budgetOf(slo);
  const over = (what: string, window: string) => `sum_over_time(${what}${selector}[${window}])`;
  const ratioOver = (window: string) =>
    ratio(over(series.failuresIncrease, window), over(series.eventsIncrease, window));
  const record = recorder(slo);
  return [
    record(series.failuresIncrease, `${series.failures}${selector} * ${slowSeconds}`),
    record(series.eventsIncrease, `${series.events}${selector} * ${slowSeconds}`),
    ...(["2h", "1d", "3d"] as const).map((window) => record(series.ratio(window), ratioOver(window))),
    record(series.windowRatio, ratioOver(`${slo.windowDays}d`)),
    record(series.objective, `vector(${objectiveOf(slo)})`),
    record(series.budgetRemaining, `1 - ${series.windowRatio}${selector} / ${budget}`),
  ];
}

/** Of nothing there is no ratio. */
function ratio(failures: string, events: string): string {
  return `${failures} / (${events} > 0)`;
}

function recorder(slo: Slo): (record: string, expr: string) => Recording {
  const labels = sloLabels(slo);
  return (record, expr) => ({ record, expr, labels });
}

/** The objective as a part of 1, without what floating point makes of it. */
export function objectiveOf(slo: Slo): number {
  return Number((1 - budgetOf(slo)).toFixed(5));
}

function burnAlerts(slo: Slo, some: readonly Burn[]): Readonly<Record<string, AlertRule>> {
  return Object.fromEntries(
    some.map((burn) => {
      const { alert, severity } = burn;
      const description = `${whatOf(slo)}: ${burn.factor} times as fast as its error budget allows, over ${burn.long} and still over ${burn.short}. By then ${burn.spentPercent} % of a month's budget are gone.`;
      return [
        alert,
        { severity, description, expr: burnQuery(slo, burn), minutes: 0, labels: sloLabels(slo) },
      ];
    }),
  );
}

/** True of an objective whose budget goes so fast in both windows. */
export function burnQuery(slo: Slo, { factor, long, short }: Burn): string {
  const selector = selectorOf(slo);
  const burning = (window: Window) => `${series.ratio(window)}${selector} > ${factor} * ${budgetOf(slo)}`;
  return [burning(short), burning(long), enoughFailures(slo, long)].join(" and ");
}

/**
 * What fails in moments and not in requests has enough of them. Those of an hour are the counters' own: sums of rates of five
 * minutes know the fifth failure minutes later.
 */
function enoughFailures(slo: Slo, window: Window): string {
  const selector = selectorOf(slo);
  if (window === "1h") return `${series.failuresHour}${selector} * 3600 >= ${leastFailures}`;
  const isFast = fast.some(({ long }) => long === window);
  const failures = isFast
    ? `sum_over_time(${series.failures}${selector}[${window}]) * ${evaluationSeconds}`
    : `sum_over_time(${series.failuresIncrease}${selector}[${window}])`;
  return `${failures} >= ${leastFailures}`;
}

function silentAlert(slo: Slo): Readonly<Record<string, AlertRule>> {
  const expr = silentQuery(slo);
  if (expr === undefined) return {};
  const description = `${nameOf(slo)}: pods are there, and none of them answers Prometheus. Either nothing is served, or nobody would know.`;
  return {
    "slo-silent": { severity: "critical", description, expr, minutes: silentMinutes, labels: sloLabels(slo) },
  };
}

function unmeasuredAlert(
  slo: Slo,
  { unmeasured: expr }: IndicatorQueries,
): Readonly<Record<string, AlertRule>> {
  const description = `${nameOf(slo)}: it is there and used, and what its ${slo.kind} is measured by is missing. Its budget may be gone and nobody would be told.`;
  return {
    "slo-unmeasured": {
      severity: "warning",
      description,
      expr,
      minutes: unmeasuredMinutes,
      labels: sloLabels(slo),
    },
  };
}

const nameOf = ({ namespace, service }: Slo) => `${namespace}'s ${service}`;

/** What happens while the budget goes. */
function whatOf(slo: Slo): string {
  const { indicator } = slo;
  const name = nameOf(slo);
  switch (indicator.of) {
    case "requests":
      return `${name} fails requests`;
    case "durations":
      return `${name} answers later than ${indicator.thresholdMilliseconds} ms`;
    case "pods":
      return `${name} has fewer than ${indicator.least} pods that are ready`;
    case "backlog":
      return `For ${name} ${indicator.most} messages wait or more`;
  }
}
