import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

const here = `namespace="${namespaces.tracing}"`;

/** What a part of traces' handling is away by, as kube-state-metrics tells it: none of it is there, or it is not known at all. */
const away = (kind: "deployment" | "statefulset", status: string, name: string, where = here): string => {
  const ready = `kube_${kind}_status_${status}{${where}, ${kind}="${name}"}`;
  return `${ready} == 0 or absent(${ready})`;
};

const deploymentAway = (name: string, where = here): string =>
  away("deployment", "replicas_available", name, where);

/**
 * By the series' names in their sources: opentelemetry-collector v0.158.0 (receiver/receiverhelper, exporter/exporterhelper:
 * documentation.md) and opentelemetry-collector-contrib (processor/tailsamplingprocessor, documentation.md), of which counters
 * have `_total` as the collectors are told to (`ownTelemetry`). Nobody is woken for traces: services run on without.
 */
const collectorAlerts: Readonly<Record<string, AlertRule>> = {
  "tracing-gateway-down": {
    severity: "warning",
    description: "Traces: no gateway is there. Agents hold spans for two minutes, and then lose them.",
    expr: deploymentAway("gateway-collector"),
    minutes: 10,
  },
  "tracing-refused": {
    severity: "warning",
    description:
      "Traces: a collector refuses spans, as its memory is full. Senders try again, and then drop them.",
    expr: `sum by (pod) (rate(otelcol_receiver_refused_spans_total{${here}}[5m])) > 0`,
    minutes: 15,
  },
  "tracing-queue": {
    severity: "warning",
    description:
      "Traces: the queue of a collector is four fifths full: what it sends to is away, or slower than spans come.",
    expr: `max by (pod, exporter) (otelcol_exporter_queue_size{${here}} / otelcol_exporter_queue_capacity{${here}}) > 0.8`,
    minutes: 10,
  },
  "tracing-lost": {
    severity: "warning",
    description: "Traces: a collector loses spans, which it could not send in time or had no room for.",
    expr: `sum by (pod, exporter) (rate(otelcol_exporter_send_failed_spans_total{${here}}[5m])) > 0 or sum by (pod, exporter) (rate(otelcol_exporter_enqueue_failed_spans_total{${here}}[5m])) > 0`,
    minutes: 10,
  },
  "tracing-early": {
    severity: "warning",
    description:
      "Traces: a gateway has more traces than it can hold, and drops the oldest before it has decided about them.",
    expr: `sum by (pod) (increase(otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total{${here}}[15m])) > 0`,
    minutes: 15,
  },
  "tracing-operator": {
    severity: "warning",
    description:
      "Traces: the OpenTelemetry operator is not there. Pods start without what instruments them, and collectors are not changed.",
    expr: deploymentAway("opentelemetry-operator", `namespace="${namespaces.openTelemetryOperator}"`),
    minutes: 30,
  },
};

/** Of agents that are on each node. */
const nodeAlerts: Readonly<Record<string, AlertRule>> = {
  "tracing-agent-missing": {
    severity: "warning",
    description: "Traces: a node has no agent that runs. Spans of its pods are lost.",
    expr: `kube_daemonset_status_number_unavailable{${here}, daemonset="agent-collector"} > 0 or absent(kube_daemonset_status_number_unavailable{${here}, daemonset="agent-collector"})`,
    minutes: 30,
  },
};

/** Of agents that hear all pods, where there are no nodes of ours. */
const poolAlerts: Readonly<Record<string, AlertRule>> = {
  "tracing-agent-down": {
    severity: "warning",
    description: "Traces: no agent is there. Spans are lost.",
    expr: deploymentAway("agent-collector"),
    minutes: 10,
  },
};

const jaegerAlerts: Readonly<Record<string, AlertRule>> = {
  "tracing-jaeger-collector": {
    severity: "warning",
    description:
      "Traces: the part of Jaeger that writes is not there. Gateways hold spans for five minutes, and then lose them.",
    expr: deploymentAway("jaeger-collector"),
    minutes: 10,
  },
  "tracing-jaeger-query": {
    severity: "warning",
    description: "Traces: the part of Jaeger that answers is not there. Traces are kept, and can't be seen.",
    expr: deploymentAway("jaeger-query"),
    minutes: 15,
  },
  "tracing-jaeger-cleaner": {
    severity: "warning",
    description:
      "Traces: indices that are too old have not been deleted for two days. Elasticsearch's disks fill up.",
    expr: `time() - kube_cronjob_status_last_successful_time{${here}, cronjob="jaeger-index-cleaner"} > ${2 * 86_400} or (time() - kube_cronjob_created{${here}, cronjob="jaeger-index-cleaner"} > ${2 * 86_400} unless on (cronjob) kube_cronjob_status_last_successful_time{${here}})`,
    minutes: 60,
  },
};

/** grafana/tempo v2.10.8, modules/ingester/flush.go. */
const tempoAlerts: Readonly<Record<string, AlertRule>> = {
  "tracing-tempo-down": {
    severity: "warning",
    description: "Traces: Tempo is not there. Gateways hold spans for five minutes, and then lose them.",
    expr: away("statefulset", "replicas_ready", "tempo"),
    minutes: 10,
  },
  "tracing-tempo-flushes": {
    severity: "warning",
    description: "Traces: Tempo can't write to its bucket. Its disk fills up.",
    expr: `sum(increase(tempo_ingester_failed_flushes_total{${here}}[1h])) > 2`,
    minutes: 10,
  },
};

/** What there is to watch. */
export interface TracingAlertsArgs {
  readonly onNodes: boolean;
  readonly backends: readonly string[];
}

/** Alerts of a stack's traces. */
export function tracingAlerts({ onNodes, backends }: TracingAlertsArgs): Readonly<Record<string, AlertRule>> {
  return {
    ...collectorAlerts,
    ...(onNodes ? nodeAlerts : poolAlerts),
    ...(backends.includes("jaeger") && jaegerAlerts),
    ...(backends.includes("tempo") && tempoAlerts),
  };
}
