import type { AlertCases } from "../cases";

const controller = 'up{namespace="argocd", job="argocd-application-controller-metrics"}';
const repository = "https://github.com/acme/deployments";
const fetches = `argocd_git_fetch_fail_total{namespace="argocd", repo="${repository}"}`;
const connection =
  'argocd_cluster_connection_status{namespace="argocd", server="https://kubernetes.default.svc"}';

/** Series of an application, as Argo CD tells it. */
const application = (sync: string, health: string): string =>
  `argocd_app_info{namespace="argocd", name="shop", sync_status="${sync}", health_status="${health}"}`;

export const argoCd: AlertCases = {
  "delivery-controller": {
    fires: [
      { series: { [controller]: "1x4 0x20" }, at: "20m" },
      { series: { [controller]: "1x4 _x30" }, at: "30m" },
    ],
    silent: { series: { [controller]: "1x4 0x13 1x9" }, at: "19m" },
  },
  "delivery-out-of-sync": {
    fires: { series: { [application("OutOfSync", "Healthy")]: "1x60" }, at: "30m", labels: { name: "shop" } },
    silent: [
      {
        series: {
          [application("OutOfSync", "Healthy")]: "1x29 stale",
          [application("Synced", "Healthy")]: "_x30 1x30",
        },
        at: "31m",
      },
      { series: { [application("Synced", "Degraded")]: "1x60" }, at: "1h" },
    ],
  },
  "delivery-unhealthy": {
    fires: [
      { series: { [application("Synced", "Degraded")]: "1x60" }, at: "15m", labels: { name: "shop" } },
      { series: { [application("Synced", "Missing")]: "1x60" }, at: "15m", labels: { name: "shop" } },
    ],
    silent: [
      { series: { [application("Synced", "Progressing")]: "1x60" }, at: "1h" },
      { series: { [application("Synced", "Degraded")]: "1x14 stale" }, at: "15m" },
    ],
  },
  "delivery-repository": {
    // it tries again every three minutes
    fires: { series: { [fetches]: "0 0 0+1x20" }, at: "35m", interval: "3m", labels: { repo: repository } },
    silent: { series: { [fetches]: "0x10 1 2 3x30" }, at: "30m" },
  },
  "delivery-cluster": {
    fires: { series: { [connection]: "1x4 0x20" }, at: "20m" },
    silent: { series: { [connection]: "1x4 0x13 1x9" }, at: "20m" },
  },
};

const rollouts = 'namespace="argo-rollouts", exported_namespace="shop", name="api"';
const kept = 'up{namespace="argo-rollouts", pod="argo-rollouts-5d7f6c9b4-x2x7p"}';
const reconciled = `rollout_reconcile_error{${rollouts}}`;

export const argoRollouts: AlertCases = {
  "delivery-rollouts-controller": {
    fires: [
      { series: { [kept]: "1x4 0x20" }, at: "15m" },
      { series: { [kept]: "1x4 _x30" }, at: "20m" },
    ],
    silent: { series: { [kept]: "1x4 0x8 1x9" }, at: "15m" },
  },
  "delivery-rollout-refused": {
    fires: {
      series: { [`rollout_info{${rollouts}, phase="Abort"}`]: "1x20" },
      at: "5m",
      labels: { name: "api" },
    },
    silent: {
      series: {
        [`rollout_info{${rollouts}, phase="Abort"}`]: "1x4 stale",
        [`rollout_info{${rollouts}, phase="Progressing"}`]: "_x4 1x20",
      },
      at: "5m",
    },
  },
  "delivery-rollout-waiting": {
    fires: {
      series: { [`rollout_info{${rollouts}, phase="Paused"}`]: "1x90" },
      at: "1h",
      labels: { name: "api" },
    },
    silent: { series: { [`rollout_info{${rollouts}, phase="Paused"}`]: "1x90" }, at: "59m" },
  },
  "delivery-rollout-pods": {
    fires: {
      series: {
        [`rollout_info_replicas_available{${rollouts}}`]: "3x4 2x20",
        [`rollout_info_replicas_desired{${rollouts}}`]: "3x30",
      },
      at: "20m",
      labels: { namespace: "argo-rollouts", exported_namespace: "shop", name: "api" },
    },
    silent: {
      series: {
        [`rollout_info_replicas_available{${rollouts}}`]: "3x4 2x13 3x9",
        [`rollout_info_replicas_desired{${rollouts}}`]: "3x30",
      },
      at: "20m",
    },
  },
  "delivery-rollout-errors": {
    fires: { series: { [reconciled]: "0+1x60" }, at: "30m", labels: { name: "api" } },
    silent: { series: { [reconciled]: "0+1x5 5x60" }, at: "20m" },
  },
};

const flagd = 'kube_deployment_status_replicas_available{namespace="flagd",deployment="flagd"}';
const reasons =
  'feature_flag_flagd_result_reason_total{namespace="flagd", feature_flag_reason="ERROR", ExceptionTypeKeyName="FLAG_NOT_FOUND"}';
const answers =
  'http_server_request_duration_seconds_count{namespace="flagd", server_port="8016", http_response_status_code="404"}';

export const flags: AlertCases = {
  "delivery-flags-down": {
    fires: [
      { series: { [flagd]: "2x4 0x20" }, at: "10m", labels: { namespace: "flagd", deployment: "flagd" } },
      // the Deployment is gone
      { series: { [flagd]: "2x4 stale" }, at: "10m", labels: { namespace: "flagd", deployment: "flagd" } },
    ],
    silent: { series: { [flagd]: "2x4 0x3 1x9" }, at: "10m" },
  },
  "delivery-flags-errors": {
    fires: [
      { series: { [reasons]: "0+1x60" }, at: "30m", labels: { ExceptionTypeKeyName: "FLAG_NOT_FOUND" } },
      { series: { [answers]: "0+1x60" }, at: "30m", labels: { http_response_status_code: "404" } },
    ],
    silent: { series: { [reasons]: "0+1x9 9x60", [answers]: "0+1x9 9x60" }, at: "30m" },
  },
};
