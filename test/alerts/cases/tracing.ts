import type { AlertCases, CasesOfAlert } from "../cases";

const available = (deployment: string, namespace = "tracing"): string =>
  `kube_deployment_status_replicas_available{namespace="${namespace}", deployment="${deployment}"}`;

/** Cases of a Deployment that is away, or that nobody knows of, after so many minutes. */
function away(deployment: string, minutes: number, namespace = "tracing"): CasesOfAlert {
  const labels = { namespace, deployment };
  const series = available(deployment, namespace);
  return {
    fires: [
      { series: { [series]: "2x5 0x60" }, at: `${minutes + 7}m`, labels },
      { at: `${minutes + 1}m`, labels },
    ],
    silent: [
      { series: { [series]: "1x90" }, at: "80m" },
      // back before long
      { series: { [series]: `2x5 0x${minutes - 5} 2x60` }, at: `${minutes + 20}m` },
    ],
  };
}

const gateway = 'namespace="tracing", pod="gateway-collector-0"';
const queue = `${gateway}, exporter="otlp_grpc/jaeger"`;
const cleaner = 'namespace="tracing", cronjob="jaeger-index-cleaner"';

export const tracing: AlertCases = {
  "tracing-gateway-down": away("gateway-collector", 10),
  "tracing-agent-down": away("agent-collector", 10),
  "tracing-operator": away("opentelemetry-operator", 30, "opentelemetry-operator"),
  "tracing-jaeger-collector": away("jaeger-collector", 10),
  "tracing-jaeger-query": away("jaeger-query", 15),
  "tracing-agent-missing": {
    fires: [
      {
        series: {
          'kube_daemonset_status_number_unavailable{namespace="tracing", daemonset="agent-collector"}':
            "0x5 1x60",
        },
        at: "40m",
        labels: { namespace: "tracing", daemonset: "agent-collector" },
      },
      { at: "31m", labels: { namespace: "tracing", daemonset: "agent-collector" } },
    ],
    silent: {
      // a node that starts, and another's daemon
      series: {
        'kube_daemonset_status_number_unavailable{namespace="tracing", daemonset="agent-collector"}':
          "0x5 1x20 0x60",
        'kube_daemonset_status_number_unavailable{namespace="falco", daemonset="falco"}': "2x90",
      },
      at: "60m",
    },
  },
  "tracing-refused": {
    fires: {
      series: { [`otelcol_receiver_refused_spans_total{${gateway}}`]: "0+60x60" },
      at: "30m",
      labels: { pod: "gateway-collector-0" },
    },
    silent: [
      { series: { [`otelcol_receiver_refused_spans_total{${gateway}}`]: "7x60" }, at: "40m" },
      // one burst
      { series: { [`otelcol_receiver_refused_spans_total{${gateway}}`]: "0x5 100x60" }, at: "30m" },
    ],
  },
  "tracing-queue": {
    fires: {
      series: {
        [`otelcol_exporter_queue_size{${queue}}`]: "850x60",
        [`otelcol_exporter_queue_capacity{${queue}}`]: "1000x60",
      },
      at: "20m",
      labels: { pod: "gateway-collector-0", exporter: "otlp_grpc/jaeger" },
    },
    silent: {
      series: {
        [`otelcol_exporter_queue_size{${queue}}`]: "790x60",
        [`otelcol_exporter_queue_capacity{${queue}}`]: "1000x60",
      },
      at: "40m",
    },
  },
  "tracing-lost": {
    fires: [
      {
        series: { [`otelcol_exporter_send_failed_spans_total{${queue}}`]: "0+10x60" },
        at: "30m",
        labels: { pod: "gateway-collector-0", exporter: "otlp_grpc/jaeger" },
      },
      {
        series: { [`otelcol_exporter_enqueue_failed_spans_total{${queue}}`]: "0+10x60" },
        at: "30m",
        labels: { pod: "gateway-collector-0", exporter: "otlp_grpc/jaeger" },
      },
    ],
    silent: {
      series: {
        [`otelcol_exporter_send_failed_spans_total{${queue}}`]: "40x60",
        [`otelcol_exporter_enqueue_failed_spans_total{${queue}}`]: "0x5 3x60",
      },
      at: "30m",
    },
  },
  "tracing-early": {
    fires: {
      series: {
        [`otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total{${gateway}}`]: "0+5x60",
      },
      at: "40m",
      labels: { pod: "gateway-collector-0" },
    },
    silent: {
      series: {
        [`otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total{${gateway}}`]: "12x60",
      },
      at: "50m",
    },
  },
  "tracing-jaeger-cleaner": {
    fires: [
      {
        series: { [`kube_cronjob_status_last_successful_time{${cleaner}}`]: "0x800" },
        interval: "5m",
        at: "50h",
        labels: { namespace: "tracing", cronjob: "jaeger-index-cleaner" },
      },
      // it never has
      {
        series: { [`kube_cronjob_created{${cleaner}}`]: "0x800" },
        interval: "5m",
        at: "50h",
        labels: { namespace: "tracing", cronjob: "jaeger-index-cleaner" },
      },
    ],
    silent: [
      {
        series: {
          [`kube_cronjob_status_last_successful_time{${cleaner}}`]: "0x288 86400x600",
          [`kube_cronjob_created{${cleaner}}`]: "0x800",
        },
        interval: "5m",
        at: "60h",
      },
      // new
      { series: { [`kube_cronjob_created{${cleaner}}`]: "0x800" }, interval: "5m", at: "40h" },
    ],
  },
  "tracing-tempo-down": {
    fires: [
      {
        series: {
          'kube_statefulset_status_replicas_ready{namespace="tracing", statefulset="tempo"}': "1x5 0x60",
        },
        at: "20m",
        labels: { namespace: "tracing", statefulset: "tempo" },
      },
      { at: "11m", labels: { namespace: "tracing", statefulset: "tempo" } },
    ],
    silent: {
      series: {
        'kube_statefulset_status_replicas_ready{namespace="tracing", statefulset="tempo"}': "1x5 0x5 1x60",
      },
      at: "40m",
    },
  },
  "tracing-tempo-flushes": {
    fires: {
      series: { 'tempo_ingester_failed_flushes_total{namespace="tracing", pod="tempo-0"}': "0+1x90" },
      at: "40m",
    },
    silent: {
      series: { 'tempo_ingester_failed_flushes_total{namespace="tracing", pod="tempo-0"}': "0x30 1x60" },
      at: "80m",
    },
  },
};
