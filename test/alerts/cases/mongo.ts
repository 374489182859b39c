import type { AlertCases } from "../cases";

const here = 'namespace="mongo"';
const backup = (status: string): string =>
  `mongodb_pbm_backup_last_transition_ts{${here}, pod="mongo-rs0-0", status="${status}"}`;
const agent = (host: string): string => `mongodb_pbm_agent_status{${here}, host="${host}"}`;
const log = `mongodb_pbm_cluster_pitr_backup_enabled{${here}, pod="mongo-rs0-0"}`;
const optime = (state: string, member: number): string =>
  `mongodb_rs_members_optimeDate{${here}, member_state="${state}", member_idx="mongo-rs0-${member}"}`;
const up = (member: number): string => `mongodb_up{${here}, pod="mongo-rs0-${member}"}`;
const connections = (type: string): string =>
  `mongodb_ss_connections{${here}, pod="mongo-rs0-1", conn_type="${type}"}`;
const volume = (what: string): string =>
  `kubelet_volume_stats_${what}_bytes{${here}, persistentvolumeclaim="mongod-data-mongo-rs0-1"}`;
const ofNode = `${here}, pod="mongo-rs0-1", container="mongod"`;

export const mongo: AlertCases = {
  "mongo-backup": {
    fires: { series: { [backup("done")]: "0x500" }, at: "36h20m", interval: "5m" },
    silent: { series: { [backup("done")]: "0x500" }, at: "36h15m", interval: "5m" },
  },
  "mongo-backup-none": {
    fires: {
      series: { [backup("error")]: "0x500" },
      at: "36h",
      interval: "5m",
      labels: { namespace: "mongo", status: "done" },
    },
    silent: { series: { [backup("done")]: "_x430 128000x70" }, at: "36h", interval: "5m" },
  },
  "mongo-backup-failed": {
    fires: [
      { series: { [backup("done")]: "100x40", [backup("error")]: "200x40" }, at: "15m" },
      { series: { [backup("error")]: "200x40" }, at: "15m" },
    ],
    silent: { series: { [backup("done")]: "201x40", [backup("error")]: "200x40" }, at: "30m" },
  },
  "mongo-backup-agent": {
    fires: {
      series: { [agent("mongo-rs0-0")]: "0x30", [agent("mongo-rs0-1")]: "0x4 1x20" },
      at: "10m",
      labels: { host: "mongo-rs0-1" },
    },
    silent: { series: { [agent("mongo-rs0-0")]: "0x30", [agent("mongo-rs0-1")]: "0x4 1x3 0x9" }, at: "10m" },
  },
  "mongo-backup-log": {
    fires: { series: { [log]: "0x500" }, at: "36h", interval: "5m" },
    silent: { series: { [log]: "0x430 1x70" }, at: "36h", interval: "5m" },
  },
  "mongo-primary": {
    fires: {
      series: { [optime("PRIMARY", 0)]: "100x4 stale", [optime("SECONDARY", 1)]: "100x20" },
      at: "10m",
    },
    silent: {
      series: { [optime("PRIMARY", 0)]: "100x4 stale", [optime("PRIMARY", 1)]: "_x8 100x20" },
      at: "15m",
    },
  },
  "mongo-node": {
    fires: [
      { series: { [up(0)]: "1x30", [up(1)]: "1x30", [up(2)]: "1x4 0x20" }, at: "20m" },
      { series: { [up(0)]: "1x30", [up(1)]: "1x30", [up(2)]: "1x4 stale" }, at: "20m" },
    ],
    silent: { series: { [up(0)]: "1x30", [up(1)]: "1x30", [up(2)]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "mongo-replica-lag": {
    // in milliseconds
    fires: {
      series: {
        [optime("PRIMARY", 0)]: "100000+60000x40",
        [optime("SECONDARY", 1)]: "39999+60000x40",
        [optime("SECONDARY", 2)]: "100000+60000x40",
      },
      at: "15m",
      labels: { member_idx: "mongo-rs0-1" },
    },
    silent: {
      series: { [optime("PRIMARY", 0)]: "100000+60000x40", [optime("SECONDARY", 1)]: "40000+60000x40" },
      at: "30m",
    },
  },
  "mongo-connections": {
    fires: {
      series: { [connections("current")]: "81x20", [connections("available")]: "19x20" },
      at: "5m",
      labels: { pod: "mongo-rs0-1" },
    },
    silent: {
      series: {
        [connections("current")]: "80x20",
        [connections("available")]: "20x20",
        [connections("active")]: "80x20",
      },
      at: "15m",
    },
  },
  "mongo-disk": {
    fires: {
      series: { [volume("used")]: "91x20", [volume("capacity")]: "100x20" },
      at: "15m",
      labels: { persistentvolumeclaim: "mongod-data-mongo-rs0-1" },
    },
    silent: { series: { [volume("used")]: "90x20", [volume("capacity")]: "100x20" }, at: "20m" },
  },
  "mongo-cpu": {
    // of two processors 1.81, in seconds of them a minute
    fires: {
      series: { [`container_cpu_usage_seconds_total{${ofNode}}`]: "0+108.6x40" },
      at: "20m",
      labels: { pod: "mongo-rs0-1" },
    },
    silent: { series: { [`container_cpu_usage_seconds_total{${ofNode}}`]: "0+107.9x40" }, at: "30m" },
  },
  "mongo-memory": {
    fires: {
      series: {
        [`container_memory_rss{${ofNode}}`]: "91x20",
        [`kube_pod_container_resource_limits{${ofNode},resource="memory"}`]: "100x20",
      },
      at: "15m",
      labels: { pod: "mongo-rs0-1" },
    },
    silent: {
      series: {
        [`container_memory_rss{${ofNode}}`]: "90x20",
        [`kube_pod_container_resource_limits{${ofNode},resource="memory"}`]: "100x20",
      },
      at: "20m",
    },
  },
};
