import type { AlertCases } from "../cases";

const target = { job: "routes", instance: "https://example.com/" };
const series = (metric: string): string => `${metric}{job="routes", instance="https://example.com/"}`;
const day = 86_400;

/** Of checks every 30 seconds. */
export const routes: AlertCases = {
  "route-down": {
    fires: [
      { series: { [series("probe_success")]: "1x10 0x20" }, at: "8m", interval: "30s", labels: target },
      // every other one fails
      {
        series: { [series("probe_success")]: "1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0" },
        at: "7m",
        interval: "30s",
        labels: target,
      },
    ],
    silent: [
      // one of four, for long
      {
        series: { [series("probe_success")]: "1 1 1 0 1 1 1 0 1 1 1 0 1 1 1 0" },
        at: "7m",
        interval: "30s",
      },
      // served again before anybody was to be woken
      { series: { [series("probe_success")]: "1x10 0 1x20" }, at: "6m", interval: "30s" },
    ],
  },
  "route-certificate-soon": {
    fires: {
      series: { [series("probe_ssl_earliest_cert_expiry")]: `${20 * day}x40` },
      at: "20m",
      labels: target,
    },
    silent: { series: { [series("probe_ssl_earliest_cert_expiry")]: `${22 * day}x40` }, at: "20m" },
  },
  "route-certificate": {
    fires: {
      series: { [series("probe_ssl_earliest_cert_expiry")]: `${6 * day}x40` },
      at: "20m",
      labels: target,
    },
    silent: { series: { [series("probe_ssl_earliest_cert_expiry")]: `${8 * day}x40` }, at: "20m" },
  },
  "route-unchecked": {
    fires: { at: "20m", labels: { job: "routes" } },
    silent: { series: { [series("probe_success")]: "1x40" }, at: "20m" },
  },
};
