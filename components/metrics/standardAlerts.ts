import * as pulumi from "@pulumi/pulumi";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces } from "../platform/names";
import { afterAll } from "../platform/release";
import { sloDefaults } from "../slo/plan";
import type { Measured } from "../workload/requestSeries";
import type { WorkloadSpec } from "../workload/spec";

/** A system, as its alerts have to know it. */
export interface WatchedSystem {
  /** Of its services' pods. */
  readonly namespace: string;
  /** Who tells how its services' requests went. */
  readonly measured: Measured;
  /** By their names. */
  readonly services: Readonly<Record<string, Pick<WorkloadSpec, "port" | "priority" | "slos">>>;
}

/** Arguments of {@link StandardAlerts}. */
export interface StandardAlertsArgs {
  readonly system: WatchedSystem;
  /** Who is to act on what is the system's own. */
  readonly team: string;
  /** Whether nodes are the cloud's, which nothing of ours looks at. */
  readonly managedNodes: boolean;
  /**
   * What its services are watched for besides.
   *
   * @default {}
   */
  readonly more?: Readonly<Record<string, AlertRule>>;
}

/**
 * What every service and every node is watched for, whatever it does. What a service promises is watched beside it, by its
 * objectives; autoscalers at their highest and replicas that are missing are alerts of the monitoring stack's chart. Needs the monitoring stack's kinds.
 */
export class StandardAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: StandardAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:metrics:StandardAlerts", name, {}, opts);
    const { system, team, managedNodes, more = {} } = args;
    const child = afterAll({ parent: this }, opts, []);
    const namespace = namespaces.monitoring;

    alertRules(
      `${name}-workloads`,
      { namespace, rules: "workloads", team, alerts: { ...workloadAlerts(system), ...more } },
      child,
    );
    alertRules(
      `${name}-cluster`,
      { namespace, rules: "cluster", alerts: clusterAlerts({ system: system.namespace, managedNodes }) },
      child,
    );
    this.registerOutputs({});
  }
}

/** Part of the requests that may fail. */
const mostFailing = 0.05;

/** How long 95 of 100 answers may take at most, seconds, where no more is said of the service. */
const slowSeconds = 1;

/** Fewer requests than one in ten seconds say little: one that fails would be a large part of them. */
const leastPerSecond = 0.1;

/** Part of a pool's connections that may be taken: with the rest of them a burst is over before anybody waits. */
const mostTaken = 0.95;

/** Part of a disk that may be full. */
export const mostFull = 0.8;

/** How a system's requests are asked for. */
interface Series {
  readonly requests: string;
  readonly durations: string;
  readonly perSecond: number;
  /** What all of them have. */
  readonly labels: readonly string[];
  /** What those have that failed. */
  readonly failed: string;
  /** What those have that were answered: a WebSocket lasts as long as it is used. */
  readonly answered: string;
  /** Where the service's name is, and what stands before it there. */
  readonly service: { readonly label: string; readonly prefix: string };
}

/**
 * By the mesh's standard metrics, of the sidecar of the pod that was called (istio.io, Istio Standard Metrics), or by
 * OpenTelemetry's conventions for HTTP servers in Prometheus' form, which services tell (opentelemetry.io, Semantic conventions
 * for HTTP metrics), as new versions are judged by (`analysis.ts`).
 */
function seriesOf({ measured, namespace }: WatchedSystem): Series {
  if (measured === "mesh") {
    return {
      requests: "istio_requests_total",
      durations: "istio_request_duration_milliseconds_bucket",
      perSecond: 1000,
      labels: [`namespace="${namespace}"`, 'reporter="destination"'],
      failed: 'response_code=~"5.."',
      answered: 'response_code!="101"',
      service: { label: "destination_canonical_service", prefix: "" },
    };
  }
  return {
    requests: "http_server_request_duration_seconds_count",
    durations: "http_server_request_duration_seconds_bucket",
    perSecond: 1,
    labels: [`namespace="${namespace}"`, 'http_route!~"/livez|/readyz|/metrics"'],
    failed: 'http_response_status_code=~"5.."',
    answered: 'http_response_status_code!="101"',
    service: { label: "job", prefix: `${namespace}/` },
  };
}

/** What is asked of every service of a system; its connections by OpenTelemetry's conventions for pools of database clients. */
export function workloadAlerts(system: WatchedSystem): Readonly<Record<string, AlertRule>> {
  const { requests, durations, perSecond, labels, failed, answered, service } = seriesOf(system);
  const here = `namespace="${system.namespace}"`;
  const rate = (metric: string, ...more: readonly string[]): string =>
    `label_replace(rate(${metric}{${[...labels, ...more].join(",")}}[5m]), "service", "$1", "${service.label}", "${service.prefix}(.+)")`;
  const perService = (metric: string, ...more: readonly string[]): string =>
    `sum by (namespace, service) (${rate(metric, ...more)})`;
  const slowest = (seconds: number, ...matchers: readonly string[]): string =>
    `histogram_quantile(0.95, sum by (namespace, service, le) (${rate(durations, answered, ...matchers)})) > ${seconds * perSecond}`;
  const patient = patientOf(system);
  const names = (services: readonly string[]): string => `"${service.prefix}(${services.join("|")})"`;
  const others = patient.flatMap(({ services }) => services);
  const isCalled = `${perService(requests)} > ${leastPerSecond}`;
  const ofPool = "sum by (namespace, pod, db_client_connection_pool_name)";
  return {
    "workload-errors": {
      severity: "critical",
      description: "Of the requests to a service more than 5 % fail.",
      expr: `${perService(requests, failed)} / ${perService(requests)} > ${mostFailing} and ${isCalled}`,
      minutes: 5,
    },
    "workload-slow": {
      severity: "warning",
      description:
        "Of the answers of a service more than 5 % take longer than a second, or than its objective says where that is longer.",
      expr: `(${[
        slowest(slowSeconds, ...(others.length === 0 ? [] : [`${service.label}!~${names(others)}`])),
        ...patient.map(({ seconds, services }) => slowest(seconds, `${service.label}=~${names(services)}`)),
      ].join(" or ")}) and ${isCalled}`,
      minutes: 10,
    },
    "workload-crash-loop": {
      severity: "warning",
      description: "A container of a service ends again and again, and is started ever later.",
      expr: crashLoops(here),
      minutes: 5,
    },
    "workload-job-failed": {
      severity: "warning",
      description:
        "A task of a service failed, with all its tries: one that is done once, or the last run of one that comes again.",
      expr: failedJobs(here),
    },
    "workload-connections": {
      severity: "critical",
      description:
        "A service has all connections to a store taken that its pool may have, or has waited for one in vain. Requests wait.",
      expr:
        `${ofPool} (db_client_connection_count{${here},db_client_connection_state="used"}) ` +
        `/ ${ofPool} (db_client_connection_max{${here}}) > ${mostTaken} ` +
        `or ${ofPool} (increase(db_client_connection_timeouts_total{${here}}[5m])) > 0`,
      minutes: 5,
    },
  };
}

/** The services whose objective gives them longer, by how long, seconds. */
function patientOf({
  services,
}: WatchedSystem): readonly { readonly seconds: number; readonly services: readonly string[] }[] {
  const bySeconds = new Map<number, string[]>();
  for (const [service, { port, priority = "standard", slos = {} }] of Object.entries(services)) {
    const { latencyMilliseconds = sloDefaults[priority].latencyMilliseconds } = slos;
    const seconds = latencyMilliseconds / 1000;
    if (port !== undefined && seconds > slowSeconds)
      bySeconds.set(seconds, [...(bySeconds.get(seconds) ?? []), service]);
  }
  return [...bySeconds].map(([seconds, those]) => ({ seconds, services: those }));
}

/**
 * Containers that the kubelet waits to start again, and those that run before them, without which a pod never starts
 * (kube-state-metrics, docs/metrics/workload/pod-metrics.md).
 */
function crashLoops(where: string): string {
  const waiting = (kind: string) =>
    `max_over_time(kube_pod_${kind}_status_waiting_reason{${where},reason="CrashLoopBackOff"}[5m])`;
  return `max by (namespace, pod, container) (${waiting("container")} or ${waiting("init_container")}) >= 1`;
}

/**
 * Jobs that failed. Of one that a CronJob makes it is asked whether a run succeeded since: Kubernetes keeps what failed for as
 * long as its limits say, up to a day, and the chart's KubeJobFailed alerts for as long on what is well again. A run by hand
 * (`kubectl create job --from`) is the CronJob's as well (kube-state-metrics, docs/metrics/workload/job-metrics.md and
 * cronjob-metrics.md).
 */
function failedJobs(where: string): string {
  const ofJob = "on (namespace, job_name)";
  const ofCronJob = `kube_job_owner{${where},owner_kind="CronJob"}`;
  const failed = `max by (namespace, job_name) (kube_job_failed{${where},condition="true"} == 1)`;
  const begun = `${failed} * ${ofJob} max by (namespace, job_name) (kube_job_created{${where}})`;
  const lastFailed =
    `max by (namespace, cronjob) (label_replace(${begun} * ${ofJob} group_left (owner_name) ` +
    `max by (namespace, job_name, owner_name) (${ofCronJob}), "cronjob", "$1", "owner_name", "(.+)"))`;
  // of one that never succeeded, since long ago
  const lastDone = `max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{${where}} or kube_cronjob_created{${where}} * 0)`;
  return `(${failed} unless ${ofJob} ${ofCronJob}) or ${lastFailed} > on (namespace, cronjob) ${lastDone}`;
}

/** What is asked of the nodes, of volumes, and of what runs beside the system. */
export function clusterAlerts({
  system,
  managedNodes,
}: {
  /** Namespace of the system. */
  readonly system: string;
  readonly managedNodes: boolean;
}): Readonly<Record<string, AlertRule>> {
  const filesystem = (what: string): string => `node_filesystem_${what}{job="node-exporter",fstype!=""}`;
  return {
    "cluster-crash-loop": {
      severity: "warning",
      description: "A container of the platform ends again and again, and is started ever later.",
      expr: crashLoops(`namespace!="${system}"`),
      minutes: 5,
    },
    "cluster-job-failed": {
      severity: "warning",
      description:
        "A job of the platform failed, with all its tries: one that is done once, or the last run of one that comes again.",
      expr: failedJobs(`namespace!="${system}"`),
    },
    "volume-disk": {
      severity: "warning",
      description: "A volume is more than 80 % full.",
      expr:
        "max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes " +
        `/ kubelet_volume_stats_capacity_bytes) > ${mostFull}`,
    },
    ...(!managedNodes && {
      "node-disk": {
        severity: "warning",
        description:
          "A disk of a node is more than 80 % full. From 85 % on the kubelet removes images, then pods.",
        // an image's own file system is full by nature, and nothing writes to it
        expr:
          `max by (instance, device) ((1 - ${filesystem("avail_bytes")} / ${filesystem("size_bytes")}) ` +
          `and ${filesystem("readonly")} == 0) > ${mostFull}`,
      } as const,
    }),
  };
}
