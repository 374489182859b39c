import type { AlertCases } from "../cases";

const here = 'namespace="vectors"';
const deployment = (what: string): string => `kube_deployment_${what}{${here}, deployment="milvus-proxy"}`;
const requests = (status: string): string =>
  `milvus_proxy_req_count{${here}, pod="milvus-proxy-1", status="${status}"}`;
const stored = (status: string): string =>
  `milvus_storage_op_count{${here}, pod="milvus-datanode-1", status="${status}"}`;
const ofPod = `${here}, pod="milvus-querynode-1", container="querynode"`;
const cache = `milvus_querynode_disk_used_size{${here}, pod="milvus-querynode-1"}`;
const leader = (member: number): string => `etcd_server_has_leader{${here}, pod="etcd-${member}"}`;
const volume = (what: string): string =>
  `kubelet_volume_stats_${what}_bytes{${here}, persistentvolumeclaim="data-etcd-1"}`;
const synced = (le: string): string =>
  `etcd_disk_wal_fsync_duration_seconds_bucket{${here}, pod="etcd-1", le="${le}"}`;
const backup = `kube_cronjob_status_last_successful_time{${here}, cronjob="milvus-backup"}`;
const begun = `kube_cronjob_created{${here}, cronjob="milvus-backup"}`;
const renewed =
  'certmanager_certificate_not_before_timestamp_seconds{name="milvus-server", exported_namespace="vectors"}';
const started = (pod: string): string => `kube_pod_start_time{${here}, pod="${pod}"}`;

export const milvus: AlertCases = {
  "milvus-unavailable": {
    fires: {
      series: { [deployment("status_replicas_available")]: "2x4 0x20" },
      at: "10m",
      labels: { deployment: "milvus-proxy" },
    },
    silent: { series: { [deployment("status_replicas_available")]: "2x4 0x3 1x9" }, at: "10m" },
  },
  "milvus-replicas": {
    fires: {
      series: {
        [deployment("status_replicas_available")]: "2x4 1x20",
        [deployment("spec_replicas")]: "2x30",
      },
      at: "20m",
      labels: { deployment: "milvus-proxy" },
    },
    silent: {
      series: {
        [deployment("status_replicas_available")]: "2x4 1x13 2x9",
        [deployment("spec_replicas")]: "2x30",
      },
      at: "20m",
    },
  },
  "milvus-failures": {
    fires: { series: { [requests("fail")]: "0+51x40", [requests("total")]: "0+1000x40" }, at: "20m" },
    silent: { series: { [requests("fail")]: "0+50x40", [requests("total")]: "0+1000x40" }, at: "30m" },
  },
  "milvus-objects": {
    fires: { series: { [stored("fail")]: "0+51x40", [stored("total")]: "0+1000x40" }, at: "20m" },
    silent: { series: { [stored("fail")]: "0+50x40", [stored("total")]: "0+1000x40" }, at: "30m" },
  },
  "milvus-memory": {
    fires: {
      series: {
        [`container_memory_working_set_bytes{${ofPod}}`]: "91x20",
        [`kube_pod_container_resource_limits{${ofPod},resource="memory"}`]: "100x20",
      },
      at: "15m",
      labels: { pod: "milvus-querynode-1" },
    },
    silent: {
      series: {
        [`container_memory_working_set_bytes{${ofPod}}`]: "90x20",
        [`kube_pod_container_resource_limits{${ofPod},resource="memory"}`]: "100x20",
      },
      at: "20m",
    },
  },
  "milvus-cache": {
    // of 20 GiB, told in MiB
    fires: { series: { [cache]: "16385x20" }, at: "15m", labels: { pod: "milvus-querynode-1" } },
    silent: { series: { [cache]: "16384x20" }, at: "20m" },
  },
  "milvus-cpu": {
    // of four processors 3.61, in seconds of them a minute
    fires: {
      series: {
        [`container_cpu_usage_seconds_total{${ofPod}}`]: "0+216.6x40",
        [`kube_pod_container_resource_limits{${ofPod},resource="cpu"}`]: "4x40",
      },
      at: "20m",
      labels: { pod: "milvus-querynode-1" },
    },
    silent: {
      series: {
        [`container_cpu_usage_seconds_total{${ofPod}}`]: "0+215.9x40",
        [`kube_pod_container_resource_limits{${ofPod},resource="cpu"}`]: "4x40",
      },
      at: "30m",
    },
  },
  "milvus-etcd-leader": {
    fires: [
      { series: { [leader(0)]: "1x4 0x20", [leader(1)]: "1x4 0x20" }, at: "10m" },
      { series: { [leader(0)]: "1x4 stale" }, at: "10m" },
    ],
    silent: { series: { [leader(0)]: "1x4 0x20", [leader(1)]: "1x4 0x3 1x9" }, at: "10m" },
  },
  "milvus-etcd-member": {
    fires: { series: { [leader(0)]: "1x30", [leader(1)]: "1x30", [leader(2)]: "1x4 stale" }, at: "20m" },
    silent: { series: { [leader(0)]: "1x30", [leader(1)]: "1x30", [leader(2)]: "1x4 0x13 1x9" }, at: "20m" },
  },
  "milvus-etcd-space": {
    fires: {
      series: {
        [`etcd_mvcc_db_total_size_in_bytes{${here}, pod="etcd-0"}`]: "81x20",
        [`etcd_server_quota_backend_bytes{${here}, pod="etcd-0"}`]: "100x20",
      },
      at: "15m",
    },
    silent: {
      series: {
        [`etcd_mvcc_db_total_size_in_bytes{${here}, pod="etcd-0"}`]: "80x20",
        [`etcd_server_quota_backend_bytes{${here}, pod="etcd-0"}`]: "100x20",
      },
      at: "20m",
    },
  },
  "milvus-etcd-disk": {
    fires: {
      series: { [volume("used")]: "81x20", [volume("capacity")]: "100x20" },
      at: "15m",
      labels: { persistentvolumeclaim: "data-etcd-1" },
    },
    silent: { series: { [volume("used")]: "80x20", [volume("capacity")]: "100x20" }, at: "20m" },
  },
  "milvus-etcd-slow": {
    // two of a hundred writes take more than a tenth of a second
    fires: {
      series: { [synced("0.064")]: "0+98x40", [synced("0.128")]: "0+98.5x40", [synced("+Inf")]: "0+100x40" },
      at: "20m",
      labels: { pod: "etcd-1" },
    },
    silent: {
      series: { [synced("0.064")]: "0+99x40", [synced("0.128")]: "0+100x40", [synced("+Inf")]: "0+100x40" },
      at: "30m",
    },
  },
  "milvus-backup": {
    fires: [
      { series: { [backup]: "0x500" }, at: "36h20m", interval: "5m" },
      { series: { [begun]: "0x500" }, at: "36h20m", interval: "5m" },
    ],
    silent: [
      { series: { [backup]: "0x500" }, at: "36h15m", interval: "5m" },
      { series: { [begun]: "0x500", [backup]: "_x100 30000x400" }, at: "36h20m", interval: "5m" },
    ],
  },
  "milvus-certificate": {
    // renewed in the fifth minute, of which one of its pods knows nothing
    fires: {
      series: {
        [renewed]: "0x4 300x30",
        [started("milvus-proxy-1")]: "200x40",
        [started("milvus-querynode-1")]: "301x40",
      },
      at: "20m",
    },
    silent: {
      series: {
        [renewed]: "0x4 300x30",
        [started("milvus-proxy-1")]: "300x40",
        [started("milvus-etcd-setup")]: "100x40",
      },
      at: "30m",
    },
  },
};
