import { podPattern, requestSeries } from "../workload/requestSeries";
import { type Slo, sloLabels } from "./slo";

/** How an objective's indicator is asked for: what failed and what there was, each a second or a moment. */
export interface IndicatorQueries {
  /**
   * What has to be recorded first, by the series' names.
   *
   * @default {}
   */
  readonly recordings: Readonly<Record<string, string>>;
  /** What failed in a window, by the second (or the part of its moments); none where nothing is known. */
  readonly failures: (window: string) => string;
  /** What there was in it; none where nothing is known. */
  readonly events: (window: string) => string;
  /** True while it ought to be known and is not. */
  readonly unmeasured: string;
}

/** What is recorded of an objective, named as Prometheus advises: what it is of, what it is, and what was done with it. */
export const series = {
  failing: "namespace_service_slo:failing:bool",
  measured: "namespace_service_slo:measured:bool",
  failures: "namespace_service_slo:failures:rate5m",
  events: "namespace_service_slo:events:rate5m",
  failuresHour: "namespace_service_slo:failures:rate1h",
  failuresIncrease: "namespace_service_slo:failures:increase150s",
  eventsIncrease: "namespace_service_slo:events:increase150s",
  ratio: (window: string) => `namespace_service_slo:failures_per_event:ratio_rate${window}`,
  windowRatio: "namespace_service_slo:failures_per_event:ratio",
  objective: "namespace_service_slo:objective:ratio",
  budgetRemaining: "namespace_service_slo:error_budget_remaining:ratio",
} as const;

/** Braces with an objective's labels, by which its series are told from others'. */
export function selectorOf(slo: Slo): string {
  const labels = Object.entries(sloLabels(slo)).map(([label, value]) => `${label}="${value}"`);
  return `{${labels.join(",")}}`;
}

/** The queries of an objective's indicator. */
export function queriesOf(slo: Slo): IndicatorQueries {
  const { indicator } = slo;
  switch (indicator.of) {
    case "requests":
      return ofRequests(slo, requestSeries(indicator.measured, slo));
    case "durations":
      return ofDurations(slo, requestSeries(indicator.measured, slo), indicator.thresholdMilliseconds);
    case "pods":
      return ofMoments(slo, podsOf(slo, indicator.least));
    case "backlog":
      return ofMoments(slo, backlogOf(slo, indicator.trigger, indicator.most));
  }
}

type Series = ReturnType<typeof requestSeries>;

/** Braces with what is asked of a series. */
const braces = (...matchers: readonly string[]) => `{${matchers.join(",")}}`;

/**
 * Answers of 5xx among all. Requests that came to no pod are nobody's answers: where those tell who sent them, they are
 * among both.
 */
function ofRequests(slo: Slo, of: Series): IndicatorQueries {
  const { requests, failed, labels, ofService, unreached } = of;
  const all = `${requests}${braces(...labels, ...ofService)}`;
  const bad = `${requests}${braces(...labels, ...ofService, failed)}`;
  const rate = (window: string) => (what: string) => `rate(${what}[${window}])`;
  const sum = (window: string, what: string) =>
    `sum(${[what, ...(unreached === undefined ? [] : [unreached])].map(rate(window)).join(" or ")})`;
  return {
    recordings: {},
    // where none failed there is no series of those that did
    failures: (window) => `${sum(window, bad)} or 0 * ${sum(window, all)}`,
    events: (window) => sum(window, all),
    unmeasured: `${isCalled(slo, of)} unless on() count(${all})`,
  };
}

/** Answers that took longer than the bound. Where the histogram has no such bound, nothing is known. */
function ofDurations(slo: Slo, of: Series, thresholdMilliseconds: number): IndicatorQueries {
  const { durations, durationCount, labels, ofService, answered, perMillisecond } = of;
  const matchers = [...labels, ...ofService, answered];
  const all = `${durationCount}${braces(...matchers)}`;
  const inTime = `${durations}${braces(...matchers, boundMatcher(thresholdMilliseconds * perMillisecond))}`;
  const missing = `${isCalled(slo, of)} unless on() count(${durationCount}${braces(...labels, ...ofService)})`;
  return {
    recordings: {},
    failures: (window) => `clamp_min(sum(rate(${all}[${window}])) - sum(rate(${inTime}[${window}])), 0)`,
    events: (window) => `sum(rate(${all}[${window}]))`,
    unmeasured: `(${missing}) or (count(${all}) unless on() count(${inTime}))`,
  };
}

/** A bound of a histogram, as Prometheus writes it since its third version (`1.0`) and as it was before (`1`). */
function boundMatcher(bound: number): string {
  return Number.isInteger(bound) ? `le=~"${bound}([.]0)?"` : `le="${bound}"`;
}

/** Hours of the last three days in whose last minutes a service has to have been called to be one that is called. */
const calledHours = 24;

/**
 * Pods of the service answer Prometheus, and it is called: somebody says so who calls it, or it was in a third of the
 * hours of three days. A service that nobody calls has no series of requests, as it has none of a version that nobody has called yet.
 */
function isCalled(slo: Slo, { up, sent }: Series): string {
  const remembered = `sum(sum_over_time((${series.events}${selectorOf(slo)} > bool 0)[3d:1h])) > ${calledHours}`;
  return `(sum(increase(${sent}[1h])) > 0 or ${remembered}) and on() sum(${up}) > 0`;
}

/** Pods of a service are there, and none of them answers Prometheus: it is down, or nobody measures it. */
export function silentQuery(slo: Slo): string | undefined {
  const { indicator, namespace, service } = slo;
  if (indicator.of !== "requests") return undefined;
  const { up } = requestSeries(indicator.measured, slo);
  return `count(${podInfo(namespace, service)}) > 0 unless on() sum(${up}) > 0`;
}

function podInfo(namespace: string, service: string): string {
  return `kube_pod_info{namespace="${namespace}",pod=~"${podPattern(service)}"}`;
}

/** What is known of each moment. */
interface Moments {
  /** 1 in a moment that is bad, 0 in one that is good. */
  readonly failing: string;
  /** 1 in a moment of which that is known. */
  readonly measured: string;
  readonly unmeasured: string;
}

/** Moments that are bad among those of which it is known, evaluation by evaluation. */
function ofMoments(slo: Slo, { failing, measured, unmeasured }: Moments): IndicatorQueries {
  const selector = selectorOf(slo);
  return {
    recordings: { [series.failing]: failing, [series.measured]: measured },
    failures: (window) => `sum(avg_over_time(${series.failing}${selector}[${window}]))`,
    events: (window) => `sum(avg_over_time(${series.measured}${selector}[${window}]))`,
    unmeasured,
  };
}

/**
 * Ready pods, by kube-state-metrics. Whether that is there at all, its word of the namespace tells: of no pods it says nothing.
 */
function podsOf(slo: Slo, least: number): Moments {
  const { namespace, service } = slo;
  const ready = `kube_pod_status_ready{namespace="${namespace}",pod=~"${podPattern(service)}",condition="true"}`;
  const measured = `max(kube_namespace_status_phase{namespace="${namespace}",phase="Active"})`;
  return {
    measured,
    failing: `${measured} * ((sum(${ready}) or vector(0)) < bool ${least})`,
    unmeasured: `absent(${series.measured}${selectorOf(slo)})`,
  };
}

/**
 * What waits, as KEDA's operator counts it for the service's autoscaler; of another namespace than its own
 * (`exported_namespace`), and the most of the operators, of which the leader alone counts.
 */
function backlogOf(slo: Slo, trigger: string, most: number): Moments {
  const { namespace, service } = slo;
  const waiting = `keda_scaler_metrics_value{exported_namespace="${namespace}",scaledObject="${service}",scaler="${trigger}"}`;
  return {
    measured: `group(${waiting})`,
    failing: `max(${waiting}) >= bool ${most}`,
    unmeasured: `absent(${series.measured}${selectorOf(slo)}) and on() count(${podInfo(namespace, service)}) > 0`,
  };
}
