import { AnalysisTemplate } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate";
import { onePrometheus } from "../metrics/metricsSource";
import { type Measured, monitorOf, requestSeries } from "./requestSeries";
import type { ProgressivePlan } from "./strategy";

/** What the queries are about. */
export interface AnalysisFacts {
  readonly service: string;
  readonly namespace: string;
  readonly strategy: ProgressivePlan;
  readonly measured: Measured;
  /**
   * Who answers the queries: the URL of an API such as Prometheus'.
   *
   * @default - the platform's Prometheus
   */
  readonly metricsUrl?: string;
}

/** Argument with the hash of the version that is judged. */
export const hashArgument = "version";

/** Seconds between two measurements, which is how often Prometheus asks the pods. */
const intervalSeconds = 30;

/** Before the first: what a rate over the window needs. */
const initialDelaySeconds = 60;

/** Measurements that may fail: the next one sends the version back. */
const failureLimit = 1;

/** Measurements in a row that Prometheus did not answer, after which nothing is known and the version is sent back. */
const consecutiveErrorLimit = 4;

const window = "2m";

/**
 * How a new version is judged: of the requests to its own pods, those that fail and how long answers take; and that Prometheus
 * asks its pods at all, without which the others would say nothing. A version that nobody calls passes.
 */
export function analysisTemplate({
  service,
  namespace,
  strategy,
  measured,
  metricsUrl = onePrometheus.url,
}: AnalysisFacts): AnalysisTemplate {
  const { requests, failed, durations, perMillisecond, labels, monitor } = requestSeries(measured, {
    service,
    namespace,
  });
  const { successPercent, p95Milliseconds } = strategy.analysis;
  const pods = `namespace="${namespace}",pod=~"${service}-{{args.${hashArgument}}}-.*"`;
  const of = (...more: readonly string[]) => `{${[pods, ...labels, ...more].join(",")}}`;
  const rate = (series: string, ...more: readonly string[]) => `rate(${series}${of(...more)}[${window}])`;
  const metric = (name: string, query: string, successCondition: string) => ({
    name,
    initialDelay: `${initialDelaySeconds}s`,
    interval: `${intervalSeconds}s`,
    // beside a canary it goes on until the last step
    ...(strategy.kind === "blueGreen" && { count: (strategy.judgedMinutes * 60) / intervalSeconds }),
    failureLimit,
    consecutiveErrorLimit,
    successCondition,
    provider: { prometheus: { address: metricsUrl, query } },
  });
  const unknownOr = (condition: string) => `len(result) == 0 || isNaN(result[0]) || ${condition}`;
  return new AnalysisTemplate({
    metadata: { name: service },
    spec: {
      args: [{ name: hashArgument }],
      metrics: [
        metric(
          "measured",
          `sum(up{${pods},job="${monitorOf(namespace, monitor)}"})`,
          "len(result) > 0 && result[0] >= 1",
        ),
        metric(
          "failed-percent",
          // where all of them fail there is no series of those that don't
          `100 * (sum(${rate(requests, failed)}) or vector(0)) / sum(${rate(requests)})`,
          unknownOr(`result[0] <= ${100 - successPercent}`),
        ),
        metric(
          "p95",
          `histogram_quantile(0.95, sum by (le) (${rate(durations)}))`,
          unknownOr(`result[0] <= ${p95Milliseconds * perMillisecond}`),
        ),
      ],
    },
  });
}
