import { monitorOf, type Measured } from "../workload/requestSeries";
import type { Board, BoardLink, Panel, Section } from "./board";
import { anyIsBad, fullness, lines, quantile, ratio, sumIncrease, sumRate } from "./promql";

/** What the dashboard has to know of a system. */
export interface WorkloadFacts {
  readonly namespace: string;
  readonly services: readonly string[];
  /** Who tells how requests went. */
  readonly measured: Measured;
  /** Links to logs and traces of the chosen services. */
  readonly links: readonly BoardLink[];
}

/** The series of requests, by the service that was asked. */
interface Requests {
  readonly count: string;
  readonly failed: string;
  readonly buckets: string;
  readonly service: string;
  readonly unit: "s" | "ms";
}

/** Of the mesh's standard metrics, or of OpenTelemetry's conventions, which each service tells by its own monitor. */
function requestsOf({ measured, namespace }: Pick<WorkloadFacts, "measured" | "namespace">): Requests {
  if (measured === "mesh") {
    const here = `reporter="destination",destination_workload_namespace="${namespace}",destination_canonical_service=~"$service"`;
    return {
      count: `istio_requests_total{${here}}`,
      failed: `istio_requests_total{${here},response_code=~"5.."}`,
      buckets: `istio_request_duration_milliseconds_bucket{${here}}`,
      service: "destination_canonical_service",
      unit: "ms",
    };
  }
  const here = `job=~"${monitorOf(namespace, "$service")}"`;
  return {
    count: `http_server_request_duration_seconds_count{${here}}`,
    failed: `http_server_request_duration_seconds_count{${here},http_response_status_code=~"5.."}`,
    buckets: `http_server_request_duration_seconds_bucket{${here}}`,
    service: "job",
    unit: "s",
  };
}

/** Each service of the system: how many requests, how many fail, how long they take, and what its pods have left. */
export function workloadsBoard(facts: WorkloadFacts): Board {
  const { namespace, services, links } = facts;
  return {
    uid: "groundwork-workloads",
    title: "Services",
    description:
      "Requests, failures and answer times of each service, and what its pods use: where to begin when users complain.",
    folder: "System",
    tags: ["workloads"],
    variables: [{ kind: "values", name: "service", label: "Service", values: services }],
    links,
    sections: [requests(facts), resources(namespace), pods(namespace)],
  };
}

function requests(facts: WorkloadFacts): Section {
  const { count, failed, buckets, service, unit } = requestsOf(facts);
  const legend = `{{${service}}}`;
  const second = unit === "s" ? 1 : 1000;
  const durations = (part: number): string => quantile(part, buckets, service);
  return {
    title: "Requests",
    panels: [
      {
        title: "Requests",
        description: "Requests a second that each service answers.",
        unit: "reqps",
        min: 0,
        width: 8,
        queries: lines({ [legend]: sumRate(count, service) }),
      },
      {
        title: "Failed",
        description: "The part of requests answered with 5xx. An alert comes from 5 % on.",
        unit: "percentunit",
        min: 0,
        width: 8,
        thresholds: [
          { from: 0.01, color: "yellow" },
          { from: 0.05, color: "red" },
        ],
        queries: lines({ [legend]: ratio(sumRate(failed, service), sumRate(count, service)) }),
      },
      {
        title: "Slowest twentieth",
        description: "How long all but one in twenty answers take. An alert comes from a second on.",
        unit,
        min: 0,
        width: 8,
        exemplars: true,
        thresholds: [{ from: second, color: "red" }],
        queries: lines({ [legend]: durations(0.95) }),
      },
      {
        title: "Half and slowest hundredth",
        description:
          "How long half of the answers take, and all but one in a hundred: far apart, some requests are of another kind.",
        unit,
        min: 0,
        queries: lines({ [`half ${legend}`]: durations(0.5), [`hundredth ${legend}`]: durations(0.99) }),
      },
      {
        title: "Failures within an hour",
        description: "How many requests failed in the last hour, service by service.",
        unit: "none",
        min: 0,
        queries: lines({ [legend]: sumIncrease(failed, "1h", service) }),
      },
    ],
  };
}

/** A service's pods are named after it, their template's hash and five more characters. */
const podsOfService = 'pod=~"$service-[0-9a-z]+-[0-9a-z]{5}"';

/** The service as a label of a series of pods. */
function byService(series: string): string {
  return `label_replace(${series}, "service", "$1", "pod", "(.+)-[0-9a-z]+-[0-9a-z]{5}")`;
}

function resources(namespace: string): Section {
  const here = `namespace="${namespace}",${podsOfService}`;
  const summed = (series: string): string => `sum by (service) (${byService(series)})`;
  const used = `rate(container_cpu_usage_seconds_total{${here},container!=""}[$__rate_interval])`;
  const asked = (resource: string): string =>
    summed(`kube_pod_container_resource_requests{${here},resource="${resource}"}`);
  const panel = (title: string, description: string, expr: string): Panel => ({
    title,
    description,
    unit: "percentunit",
    min: 0,
    queries: lines({ "{{service}}": expr }),
  });
  return {
    title: "What they use",
    panels: [
      panel(
        "CPU used of what is asked for",
        "The autoscaler adds pods to hold each service's share; above 1 they live on what others leave.",
        `${summed(used)} / ${asked("cpu")}`,
      ),
      panel(
        "Memory used of what is asked for",
        "Near 1 a container will be stopped, as memory is limited to what is asked for.",
        `${summed(`container_memory_working_set_bytes{${here},container!=""}`)} / ${asked("memory")}`,
      ),
      {
        ...panel(
          "Slowed down",
          "The part of time slices in which containers met their CPU limit: more than a quarter makes answers slow.",
          `${summed(`rate(container_cpu_cfs_throttled_periods_total{${here}}[$__rate_interval])`)} / ${summed(`rate(container_cpu_cfs_periods_total{${here}}[$__rate_interval])`)}`,
        ),
        thresholds: [{ from: 0.25, color: "red" }],
      },
      {
        title: "Network",
        description: "Bytes a second that each service's pods receive.",
        unit: "Bps",
        min: 0,
        queries: lines({
          "{{service}}": summed(`rate(container_network_receive_bytes_total{${here}}[$__rate_interval])`),
        }),
      },
    ],
  };
}

function pods(namespace: string): Section {
  const here = `namespace="${namespace}",${podsOfService}`;
  return {
    title: "Pods",
    panels: [
      {
        title: "Ready",
        description: "Pods of each service that take requests.",
        unit: "none",
        min: 0,
        queries: lines({
          "{{service}}": `sum by (service) (${byService(`kube_pod_status_ready{${here},condition="true"}`)})`,
        }),
      },
      {
        title: "Of the most that it may have",
        description:
          "Pods of each service as a part of its autoscaler's highest count: at 1 more load makes it slow.",
        unit: "percentunit",
        min: 0,
        max: 1,
        thresholds: fullness,
        queries: lines({
          "{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_current_replicas{namespace="${namespace}",horizontalpodautoscaler=~"(keda-hpa-)?$service"} / kube_horizontalpodautoscaler_spec_max_replicas{namespace="${namespace}",horizontalpodautoscaler=~"(keda-hpa-)?$service"}`,
        }),
      },
      {
        title: "Restarts within an hour",
        description: "Containers that ended and were started again.",
        unit: "none",
        min: 0,
        thresholds: anyIsBad,
        queries: lines({
          "{{pod}}": `${sumIncrease(`kube_pod_container_status_restarts_total{${here}}`, "1h", "pod")} >= 1`,
        }),
      },
      {
        title: "Stopped for memory",
        description:
          "Pods with a container whose last end was for want of memory: give it more, or look for what it keeps.",
        unit: "none",
        min: 0,
        thresholds: anyIsBad,
        queries: lines({
          "{{pod}}": `sum by (pod) (kube_pod_container_status_last_terminated_reason{${here},reason="OOMKilled"}) > 0`,
        }),
      },
    ],
  };
}
