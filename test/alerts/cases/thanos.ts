import type { AlertCases } from "../cases";

const sidecar = 'job="kube-prometheus-stack-thanos-discovery", pod="prometheus-0"';
const ofSidecar = { job: "kube-prometheus-stack-thanos-discovery", pod: "prometheus-0" };
const store = 'job="thanos-storegateway"';
const compactor = 'job="thanos-compactor"';
const query = 'job="thanos-query", handler="query"';

/** Of Thanos. */
export const thanos: AlertCases = {
  "thanos-upload": {
    fires: [
      // the last block was an hour after the start
      {
        series: {
          [`process_start_time_seconds{${sidecar}}`]: "0x600",
          [`thanos_objstore_bucket_last_successful_upload_time{${sidecar}}`]: "3600x600",
        },
        at: "8h",
        labels: ofSidecar,
      },
      // and none ever
      { series: { [`process_start_time_seconds{${sidecar}}`]: "0x600" }, at: "7h", labels: ofSidecar },
    ],
    silent: [
      {
        series: {
          [`process_start_time_seconds{${sidecar}}`]: "0x600",
          [`thanos_objstore_bucket_last_successful_upload_time{${sidecar}}`]: "10000x600",
        },
        at: "8h",
      },
      // it has been there for no longer than five hours
      { series: { [`process_start_time_seconds{${sidecar}}`]: "0x600" }, at: "5h" },
    ],
  },
  "thanos-sidecar": {
    fires: {
      series: { [`thanos_sidecar_prometheus_up{${sidecar}}`]: "0x30" },
      at: "20m",
      labels: ofSidecar,
    },
    silent: { series: { [`thanos_sidecar_prometheus_up{${sidecar}}`]: "0x10 1x20" }, at: "20m" },
  },
  "thanos-compactor-halted": {
    fires: {
      series: { [`thanos_compact_halted{${compactor}}`]: "1x30" },
      at: "10m",
      labels: { job: "thanos-compactor" },
    },
    silent: { series: { [`thanos_compact_halted{${compactor}}`]: "0x30" }, at: "10m" },
  },
  "thanos-compactor-late": {
    fires: {
      series: { [`thanos_compact_iterations_total{${compactor}}`]: "3x400" },
      interval: "5m",
      at: "30h",
      labels: { job: "thanos-compactor" },
    },
    silent: {
      // one within the last day
      series: { [`thanos_compact_iterations_total{${compactor}}`]: "3x200 4x200" },
      interval: "5m",
      at: "30h",
    },
  },
  "thanos-bucket": {
    fires: {
      series: {
        [`thanos_objstore_bucket_operations_total{${store}}`]: "0+100x60",
        [`thanos_objstore_bucket_operation_failures_total{${store}}`]: "0+6x60",
      },
      at: "50m",
      labels: { job: "thanos-storegateway" },
    },
    silent: [
      {
        series: {
          [`thanos_objstore_bucket_operations_total{${store}}`]: "0+100x60",
          [`thanos_objstore_bucket_operation_failures_total{${store}}`]: "0+4x60",
        },
        at: "50m",
      },
      // nothing is asked for
      {
        series: {
          [`thanos_objstore_bucket_operations_total{${store}}`]: "5x60",
          [`thanos_objstore_bucket_operation_failures_total{${store}}`]: "5x60",
        },
        at: "50m",
      },
    ],
  },
  "thanos-query": {
    fires: {
      series: {
        [`http_requests_total{${query}, code="200"}`]: "0+90x60",
        [`http_requests_total{${query}, code="503"}`]: "0+10x60",
      },
      at: "50m",
      labels: { job: "thanos-query" },
    },
    silent: {
      series: {
        [`http_requests_total{${query}, code="200"}`]: "0+97x60",
        [`http_requests_total{${query}, code="503"}`]: "0+3x60",
      },
      at: "50m",
    },
  },
  "thanos-away": {
    fires: {
      // the compactor is there, and can't be scraped
      series: {
        'up{job="thanos-query"}': "1x40",
        'up{job="thanos-storegateway"}': "1x40",
        'up{job="thanos-compactor"}': "0x40",
      },
      at: "30m",
    },
    silent: {
      // one of two
      series: {
        'up{job="thanos-query", pod="a"}': "1x40",
        'up{job="thanos-query", pod="b"}': "0x40",
        'up{job="thanos-storegateway"}': "1x40",
        'up{job="thanos-compactor"}': "1x40",
      },
      at: "30m",
    },
  },
};
