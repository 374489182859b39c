import type { AlertCases } from "../cases";

const ofOperator = 'namespace="external-secrets", exported_namespace="shop"';
const secret = (status: string): string =>
  `externalsecret_status_condition{${ofOperator}, name="database", condition="Ready", status="${status}"}`;
const store = (status: string): string =>
  `secretstore_status_condition{${ofOperator}, name="cloud", condition="Ready", status="${status}"}`;
const operator = 'up{namespace="external-secrets", service="external-secrets-metrics"}';

export const externalSecrets: AlertCases = {
  "secrets-sync": {
    fires: {
      series: { [secret("False")]: "0x4 1x20", [secret("True")]: "1x4 0x20" },
      at: "20m",
      labels: { exported_namespace: "shop", name: "database" },
    },
    silent: { series: { [secret("False")]: "0x4 1x13 0x9", [secret("True")]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "secrets-store": {
    fires: {
      series: { [store("False")]: "0x4 1x20", [store("True")]: "1x4 0x20" },
      at: "20m",
      labels: { exported_namespace: "shop", name: "cloud" },
    },
    silent: { series: { [store("False")]: "0x4 1x13 0x9", [store("True")]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "secrets-operator": {
    fires: [
      { series: { [operator]: "1x4 0x20" }, at: "20m" },
      { series: { [operator]: "1x4 _x30" }, at: "30m" },
    ],
    silent: { series: { [operator]: "1x4 0x13 1x9" }, at: "20m" },
  },
};

const vault = 'namespace="vault"';
const up = (pod: number): string => `up{${vault}, job="vault/vault", pod="vault-${pod}"}`;
const active = (pod: number): string => `vault_core_active{${vault}, pod="vault-${pod}"}`;
const failed = (what: string): string => `vault_audit_log_${what}_failure{${vault}, pod="vault-0"}`;
const commit = `vault_raft_commitTime{${vault}, pod="vault-0", quantile="0.99"}`;
const healthy = `vault_autopilot_healthy{${vault}, pod="vault-0"}`;
const ready = (pod: number): string =>
  `kube_pod_container_status_ready{${vault}, pod="vault-${pod}", container="vault"}`;
const volume = (what: string): string =>
  `kubelet_volume_stats_${what}_bytes{${vault}, persistentvolumeclaim="audit-vault-1"}`;
const job = (what: string, name: string): string => `kube_cronjob_${what}{${vault}, cronjob="${name}"}`;
const lastSuccess = "status_last_successful_time";

export const hashicorpVault: AlertCases = {
  "hashicorp-vault-sealed": {
    fires: {
      series: { [ready(0)]: "1x30", [ready(1)]: "1x4 0x20" },
      at: "10m",
      labels: { pod: "vault-1" },
    },
    silent: { series: { [ready(0)]: "1x30", [ready(1)]: "1x4 0x3 1x9" }, at: "10m" },
  },
  "hashicorp-vault-unavailable": {
    fires: [
      { series: { [up(0)]: "1x30", [up(1)]: "1x30", [up(2)]: "1x4 0x20" }, at: "15m", where: "< 3" },
      { series: { [up(0)]: "1x4 0x20" }, at: "15m", where: "< 1" },
      // the pod is gone, and what Prometheus asked of it with it
      { series: { [up(0)]: "1x4 stale" }, at: "15m" },
    ],
    silent: [
      { series: { [up(0)]: "1x30", [up(1)]: "1x30", [up(2)]: "1x4 0x8 1x9" }, at: "15m", where: "< 3" },
      { series: { [up(0)]: "1x4 0x8 1x9" }, at: "15m", where: "< 1" },
    ],
  },
  "hashicorp-vault-leader": {
    fires: [
      { series: { [active(0)]: "1x4 0x20", [active(1)]: "0x30" }, at: "7m" },
      { series: { [active(0)]: "1x4 stale" }, at: "7m" },
    ],
    silent: { series: { [active(0)]: "1x4 0x20", [active(1)]: "0x5 1x30" }, at: "7m" },
  },
  "hashicorp-vault-leaderships": {
    // four elections within the hour, of two changes each
    fires: {
      series: { [active(0)]: "1x20 0x5 1x5 0x5 1x60", [active(1)]: "0x20 1x5 0x5 1x5 0x60" },
      at: "55m",
    },
    silent: { series: { [active(0)]: "1x20 0x5 1x5 0x60", [active(1)]: "0x20 1x5 0x5 1x60" }, at: "55m" },
  },
  "hashicorp-vault-audit": {
    fires: [
      { series: { [failed("request")]: "0x4 1x20", [failed("response")]: "0x30" }, at: "7m" },
      { series: { [failed("request")]: "0x30", [failed("response")]: "0x4 1x20" }, at: "7m" },
    ],
    silent: { series: { [failed("request")]: "1x30", [failed("response")]: "1x30" }, at: "10m" },
  },
  "hashicorp-vault-raft": {
    fires: { series: { [healthy]: "1x4 0x20" }, at: "20m" },
    silent: { series: { [healthy]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "hashicorp-vault-raft-slow": {
    fires: { series: { [commit]: "20x4 201x20" }, at: "20m" },
    silent: { series: { [commit]: "20x4 200x40" }, at: "30m" },
  },
  "hashicorp-vault-disk": {
    fires: {
      series: { [volume("used")]: "81x20", [volume("capacity")]: "100x20" },
      at: "15m",
      labels: { persistentvolumeclaim: "audit-vault-1" },
    },
    silent: { series: { [volume("used")]: "80x20", [volume("capacity")]: "100x20" }, at: "20m" },
  },
  "hashicorp-vault-configuration": {
    fires: [
      { series: { [job(lastSuccess, "vault-configure")]: "0x300" }, at: "2h16m" },
      // it never ended well
      { series: { [job("created", "vault-configure")]: "0x300" }, at: "2h16m" },
    ],
    silent: [
      { series: { [job(lastSuccess, "vault-configure")]: "0x300" }, at: "2h15m" },
      {
        series: {
          [job("created", "vault-configure")]: "0x300",
          [job(lastSuccess, "vault-configure")]: "0+60x300",
        },
        at: "4h",
      },
    ],
  },
  "hashicorp-vault-snapshot": {
    fires: { series: { [job(lastSuccess, "vault-snapshot")]: "0x400" }, at: "26h20m", interval: "5m" },
    silent: { series: { [job(lastSuccess, "vault-snapshot")]: "0x400" }, at: "26h15m", interval: "5m" },
  },
};
