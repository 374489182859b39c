import type { AlertCases, AlertCase, FiringCase } from "../cases";

const available = (namespace: string, deployment: string): string =>
  `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${deployment}"}`;
const istiod = available("istio-system", "istiod");
const ingress = available("istio-ingress", "istio-ingress");

/** Requests by the ingress gateway that are answered with a code. */
const byIngress = (service: string, code: string): string =>
  `istio_requests_total{reporter="source", source_workload="istio-ingress", destination_service_name="${service}", response_code="${code}"}`;

const signing = 'citadel_server_csr_sign_err_count{pod="istiod-1"}';
const knowing = 'citadel_server_authentication_failure_count{pod="istiod-1"}';
const rootExpiry = (pod: string): string => `citadel_server_root_cert_expiry_seconds{pod="${pod}"}`;
const ninetyDays = 90 * 86_400;
const rejects = 'pilot_total_xds_rejects{pod="istiod-1", type="rds"}';
const uninjected = 'sidecar_injection_failure_total{pod="istiod-1"}';
const nodePods =
  'kube_daemonset_status_number_unavailable{namespace="istio-nodes", daemonset="istio-cni-node"}';
const installed = (pod: string): string => `istio_cni_install_ready{pod="${pod}"}`;

/** Calls within a system that are answered with 403. */
const denied = (system: string, flags: string): string =>
  `istio_requests_total{namespace="${system}", reporter="destination", response_code="403", response_flags="${flags}", source_workload="web", destination_workload="api"}`;

/** The systems that are in a mesh. */
const systems = ["suuupra", "explico"] as const;

export const istio: AlertCases = {
  "istio-control-down": {
    fires: [
      {
        series: { [istiod]: "2x4 0x20" },
        at: "10m",
        labels: { namespace: "istio-system", deployment: "istiod" },
      },
      {
        series: { [istiod]: "2x4 stale" },
        at: "10m",
        labels: { namespace: "istio-system", deployment: "istiod" },
      },
    ],
    silent: { series: { [istiod]: "2x4 0x3 1x9" }, at: "10m" },
  },
  "istio-config-rejected": {
    fires: { series: { [rejects]: "0x4 1+1x40" }, at: "16m" },
    silent: { series: { [rejects]: "0x4 1x40" }, at: "16m" },
  },
  "istio-injection-failing": {
    fires: { series: { [uninjected]: "0x4 1x20" }, at: "11m" },
    silent: { series: { [uninjected]: "1x40" }, at: "20m" },
  },
  "istio-certificates-refused": {
    fires: [
      // of the two counters there is none before it has counted something
      { series: { [signing]: "1+1x40" }, at: "12m" },
      { series: { [knowing]: "1+1x40" }, at: "12m" },
    ],
    silent: [
      { series: { [signing]: "3x40", [knowing]: "8x40" }, at: "30m" },
      { series: { [knowing]: "0x4 1x40" }, at: "20m" },
    ],
  },
  "istio-root-expiring": {
    fires: { series: { [rootExpiry("istiod-1")]: `${ninetyDays - 1}-60x20` }, at: "15m" },
    silent: {
      series: { [rootExpiry("istiod-1")]: `${ninetyDays}x20`, [rootExpiry("istiod-2")]: `${ninetyDays}x20` },
      at: "20m",
    },
  },
  "istio-plugin-missing": {
    fires: [
      {
        series: { [nodePods]: "0x4 1x20", [installed("istio-cni-node-a")]: "1x30" },
        at: "20m",
        labels: { namespace: "istio-nodes", daemonset: "istio-cni-node" },
      },
      {
        series: {
          [nodePods]: "0x30",
          [installed("istio-cni-node-a")]: "1x30",
          [installed("istio-cni-node-b")]: "0x30",
        },
        at: "15m",
      },
    ],
    silent: { series: { [nodePods]: "0x4 1x13 0x9", [installed("istio-cni-node-a")]: "1x30" }, at: "20m" },
  },
  "istio-ingress-down": {
    fires: [
      {
        series: { [ingress]: "3x4 0x20" },
        at: "7m",
        labels: { namespace: "istio-ingress", deployment: "istio-ingress" },
      },
      {
        series: { [ingress]: "3x4 stale" },
        at: "7m",
        labels: { namespace: "istio-ingress", deployment: "istio-ingress" },
      },
    ],
    silent: { series: { [ingress]: "3x4 0 1x9" }, at: "7m" },
  },
  "istio-ingress-errors": {
    // 6 of 100 requests a minute
    fires: {
      series: {
        [byIngress("api", "200")]: "0+94x40",
        [byIngress("api", "503")]: "0+6x40",
        [byIngress("web", "200")]: "0+100x40",
        [byIngress("web", "500")]: "0+5x40",
      },
      at: "10m",
      labels: { destination_service_name: "api" },
    },
    silent: [
      { series: { [byIngress("api", "200")]: "0+95x40", [byIngress("api", "503")]: "0+5x40" }, at: "30m" },
      // all of them, but no more than six a minute
      { series: { [byIngress("api", "503")]: "0+6x40" }, at: "30m" },
    ],
  },
  "istio-calls-denied": {
    fires: systems.map((system): FiringCase => ({
      where: `namespace="${system}"`,
      series: { [denied(system, "UAEX")]: "0+4x40", [denied(system, "-")]: "0+3x40" },
      at: "15m",
      labels: { source_workload: "web", destination_workload: "api" },
    })),
    silent: systems.map((system): AlertCase => ({
      where: `namespace="${system}"`,
      series: { [denied(system, "UAEX")]: "0+6x40", [denied("elsewhere", "UAEX")]: "0+9x40" },
      at: "30m",
    })),
  },
};
