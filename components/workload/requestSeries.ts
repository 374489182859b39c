import { scrapeSeconds } from "../platform/monitoringSize";

/** Who tells how a workload's requests went. */
export type Measured = "mesh" | "workload";

/** Job by which Prometheus knows what a workload's own monitor scrapes. */
export function monitorOf(namespace: string, service: string): string {
  return `${namespace}/${service}`;
}

/** Which workload. */
export interface MeasuredService {
  readonly service: string;
  /** Namespace of its pods. */
  readonly namespace: string;
}

/** How Prometheus is asked for a workload's requests. */
export interface RequestSeries {
  /** Counter of requests. */
  readonly requests: string;
  /** What those have that failed. */
  readonly failed: string;
  /** What those have that were answered, and whose connection did not become another (a WebSocket lasts as it is used). */
  readonly answered: string;
  /** Histogram of how long answers took. */
  readonly durations: string;
  /** How many answers that has. */
  readonly durationCount: string;
  /** Of its values, in a millisecond. */
  readonly perMillisecond: number;
  /** What requests have that are counted where they came to, once each. */
  readonly labels: readonly string[];
  /** What the service's own have of those: requests of others, not those by which the kubelet asks how it is. */
  readonly ofService: readonly string[];
  /** Whether Prometheus is answered by the service's pods, 1 of each that answers. */
  readonly up: string;
  /** Job of the monitor, by which Prometheus knows whether it asks the pods at all. */
  readonly monitor: string;
  /** Requests to the service as those count them who send them: its peers, and in a mesh the way in as well. */
  readonly sent: string;
  /**
   * Of those, the ones that came to none of its pods.
   *
   * @default - it is not told apart
   */
  readonly unreached?: string;
}

/**
 * The mesh's standard metrics, of the sidecar of the pod that was called (istio.io, Istio Standard Metrics), or those of
 * OpenTelemetry's conventions for HTTP servers in Prometheus' form, which the workload itself has to tell
 * (opentelemetry.io, Semantic conventions for HTTP metrics: `http.server.request.duration`, `http.client.request.duration`).
 */
export function requestSeries(measured: Measured, { service, namespace }: MeasuredService): RequestSeries {
  return measured === "mesh" ? ofMesh(service, namespace) : ofWorkload(service, namespace);
}

/** Flags of requests that got to no pod: none healthy, none that took the connection, too many at once, none known (Envoy). */
const unreachedFlags = "(.+,)?(UH|UF|UO|NC)(,.+)?";

function ofMesh(service: string, namespace: string): RequestSeries {
  const monitor = "sidecars";
  const sent = [
    'reporter="source"',
    `destination_service_name="${service}"`,
    `destination_service_namespace="${namespace}"`,
  ].join(",");
  return {
    requests: "istio_requests_total",
    failed: 'response_code=~"5.."',
    answered: 'response_code!~"5..|101"',
    durations: "istio_request_duration_milliseconds_bucket",
    durationCount: "istio_request_duration_milliseconds_count",
    perMillisecond: 1,
    labels: ['reporter="destination"'],
    // the label app.kubernetes.io/name of its pods, whoever keeps them
    ofService: [`namespace="${namespace}"`, `destination_canonical_service="${service}"`],
    up: `up{namespace="${namespace}",job="${monitorOf(namespace, monitor)}",pod=~"${podPattern(service)}"}`,
    monitor,
    sent: `istio_requests_total{${sent}}`,
    unreached: `istio_requests_total{${sent},response_flags=~"${unreachedFlags}"}`,
  };
}

/** Routes of a workload's own that are asked by the kubelet and by Prometheus, and by nobody else. */
const ownRoutes = ["/livez", "/readyz", "/metrics"];

function ofWorkload(service: string, namespace: string): RequestSeries {
  const job = `namespace="${namespace}",job="${monitorOf(namespace, service)}"`;
  return {
    requests: "http_server_request_duration_seconds_count",
    failed: 'http_response_status_code=~"5.."',
    answered: 'http_response_status_code!~"5..|101"',
    durations: "http_server_request_duration_seconds_bucket",
    durationCount: "http_server_request_duration_seconds_count",
    perMillisecond: 1 / 1000,
    labels: [],
    ofService: [job, `http_route!~"${ownRoutes.join("|")}"`],
    up: `up{${job}}`,
    monitor: service,
    sent: `http_client_request_duration_seconds_count{namespace="${namespace}",server_address="${service}"}`,
  };
}

/**
 * Names of a workload's pods, of a Deployment or a Rollout: its own, the version's hash and five characters; those of another
 * service whose name begins with this one's have a part more.
 */
export function podPattern(service: string): string {
  return `${service}-[a-z0-9]+-[a-z0-9]{5}`;
}

/** How far back requests are looked at for how many there are in a second: six scrapes, of which some may fail. */
const rateWindow = `${6 * scrapeSeconds}s`;

/**
 * Requests to a service in a second, all its pods together, in PromQL: none where its pods are asked and tell of none, and no
 * answer where nobody asks them.
 */
export function requestsPerSecond(measured: Measured, of: MeasuredService): string {
  const { requests, labels, ofService, up } = requestSeries(measured, of);
  return `sum(rate(${requests}{${[...labels, ...ofService].join(",")}}[${rateWindow}])) or 0 * sum(${up})`;
}
