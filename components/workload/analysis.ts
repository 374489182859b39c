import { AnalysisTemplate } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate";
import { platformPrometheus } from "../platform/names";
import type { ProgressivePlan } from "./strategy";

/** Who tells how a workload's requests went. */
export type Measured = "mesh" | "workload";

/** What the queries are about. */
export interface AnalysisFacts {
  readonly service: string;
  readonly namespace: string;
  readonly strategy: ProgressivePlan;
  readonly measured: Measured;
}

/** Argument with the hash of the version that is judged. */
export const hashArgument = "version";

/** Job by which Prometheus knows what a workload's own monitor scrapes. */
export function monitorOf(namespace: string, service: string): string {
  return `${namespace}/${service}`;
}

/** Seconds between two measurements, which is how often Prometheus asks the pods. */
const intervalSeconds = 30;

/** Before the first: what a rate over the window needs. */
const initialDelaySeconds = 60;

/** Measurements that may fail: the next one sends the version back. */
const failureLimit = 1;

/** Measurements in a row that Prometheus did not answer, after which nothing is known and the version is sent back. */
const consecutiveErrorLimit = 4;

const window = "2m";

/** What of each kind of measurement the queries need. */
interface Series {
  /** Counter of requests. */
  readonly requests: string;
  /** What those have that failed. */
  readonly failed: string;
  /** Histogram of how long answers took. */
  readonly durations: string;
  /** Of those, in a millisecond. */
  readonly perMillisecond: number;
  readonly labels: readonly string[];
  /** Job of the monitor, by which Prometheus knows whether it asks the pods at all. */
  readonly monitor: string;
}

/**
 * The mesh's standard metrics, of the sidecar of the pod that was called (istio.io, Istio Standard Metrics), or those of
 * OpenTelemetry's conventions for HTTP servers in Prometheus' form, which the workload itself has to tell
 * (opentelemetry.io, Semantic conventions for HTTP metrics: `http.server.request.duration`).
 */
function seriesOf(measured: Measured, service: string): Series {
  if (measured === "mesh") {
    return {
      requests: "istio_requests_total",
      failed: 'response_code=~"5.."',
      durations: "istio_request_duration_milliseconds_bucket",
      perMillisecond: 1,
      labels: ['reporter="destination"'],
      monitor: "sidecars",
    };
  }
  return {
    requests: "http_server_request_duration_seconds_count",
    failed: 'http_response_status_code=~"5.."',
    durations: "http_server_request_duration_seconds_bucket",
    perMillisecond: 1 / 1000,
    labels: [],
    monitor: service,
  };
}

/**
 * How a new version is judged: of the requests to its own pods, those that fail and how long answers take; and that Prometheus
 * asks its pods at all, without which the others would say nothing. A version that nobody calls passes.
 */
export function analysisTemplate({
  service,
  namespace,
  strategy,
  measured,
}: AnalysisFacts): AnalysisTemplate {
  const { requests, failed, durations, perMillisecond, labels, monitor } = seriesOf(measured, service);
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
    provider: { prometheus: { address: platformPrometheus, query } },
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
