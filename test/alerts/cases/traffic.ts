import type { AlertCases } from "../cases";

const sync = 'external_dns_controller_last_sync_timestamp_seconds{namespace="external-dns"}';

export const externalDns: AlertCases = {
  "externaldns-late": {
    fires: [
      { series: { [sync]: "0x40" }, at: "26m" },
      // nobody is there to tell
      { series: { [sync]: "0+60x4 _x40" }, at: "30m" },
    ],
    silent: [
      { series: { [sync]: "0x40" }, at: "25m" },
      { series: { [sync]: "0+60x90" }, at: "1h30m" },
    ],
  },
};

const ofGateway = 'namespace="nginx-gateway"';
const available = (deployment: string): string =>
  `kube_deployment_status_replicas_available{${ofGateway},deployment="${deployment}"}`;
const scaled = (what: string): string =>
  `kube_horizontalpodautoscaler_${what}_replicas{${ofGateway},horizontalpodautoscaler="gateway-nginx"}`;

export const gateway: AlertCases = {
  "gateway-down": {
    fires: [
      {
        series: { [available("gateway-nginx")]: "3x4 0x20" },
        at: "7m",
        labels: { namespace: "nginx-gateway", deployment: "gateway-nginx" },
      },
      {
        series: { [available("gateway-nginx")]: "3x4 stale" },
        at: "7m",
        labels: { namespace: "nginx-gateway", deployment: "gateway-nginx" },
      },
    ],
    silent: { series: { [available("gateway-nginx")]: "3x4 0 1x9" }, at: "7m" },
  },
  "gateway-controller": {
    fires: ["2x4 0x20", "2x4 stale"].map((values) => ({
      series: { [available("nginx-gateway-fabric")]: values },
      at: "15m",
      labels: { namespace: "nginx-gateway", deployment: "nginx-gateway-fabric" },
    })),
    silent: { series: { [available("nginx-gateway-fabric")]: "2x4 0x8 1x9" }, at: "15m" },
  },
  "gateway-full": {
    fires: {
      series: { [scaled("status_current")]: "9x4 10x20", [scaled("spec_max")]: "10x30" },
      at: "20m",
      labels: { namespace: "nginx-gateway", horizontalpodautoscaler: "gateway-nginx" },
    },
    silent: { series: { [scaled("status_current")]: "9x40", [scaled("spec_max")]: "10x40" }, at: "30m" },
  },
};
