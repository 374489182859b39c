import { thresholds } from "../governance/alarms";
import type { AlertRule } from "../platform/alertRules";
import { readOnceCertificates } from "./milvusCertificates";
import { etcdName } from "./milvusEtcd";
import { etcdMembers, milvusName } from "./milvusParts";

/** What the alerts have to know of it. */
export interface WatchedMilvus {
  readonly namespace: string;
  readonly cacheGiB: number;
  /** Name of the job that backs up. */
  readonly backupJob: string;
}

/** Part of a disk, of etcd's quota or of a cache that may be full. */
const mostFull = 0.8;

/** Part of the memory that a pod may have, from which it may be stopped for more. */
const mostMemory = 0.9;

/** Part of the requests that may fail. */
const mostFailures = 0.05;

/** How long a member of etcd may take to write its log down, seconds; from a half on, members lose each other. */
const slowLogSeconds = 0.1;

/** Age of the last backup that says that one was missed, seconds: a day and a half. */
const backupAgeSeconds = 36 * 3600;

/**
 * Milvus by its own metrics (milvus-io/milvus, pkg/metrics), etcd by its (server/etcdserver, server/storage), pods by those of
 * the kubelet and of kube-state-metrics, certificates by cert-manager's.
 */
export function milvusAlerts({
  namespace,
  cacheGiB,
  backupJob,
}: WatchedMilvus): Readonly<Record<string, AlertRule>> {
  const here = `namespace="${namespace}"`;
  const parts = `${here},container=~"proxy|mixcoord|streamingnode|datanode|querynode"`;
  const available = `kube_deployment_status_replicas_available{${here}}`;
  const requests = (status: string) => `sum(rate(milvus_proxy_req_count{${here},status="${status}"}[5m]))`;
  const stored = (status: string) => `sum(rate(milvus_storage_op_count{${here},status="${status}"}[5m]))`;
  const job = `${here},cronjob="${backupJob}"`;
  return {
    "milvus-unavailable": {
      severity: "critical",
      description: "Milvus: of one of its parts no pod is ready. Searches or writes fail.",
      expr: `min by (deployment) (${available}) == 0`,
      minutes: 5,
    },
    "milvus-replicas": {
      severity: "warning",
      description: "Milvus: of one of its parts a pod is missing. With one more there may be none.",
      expr: `sum by (deployment) (kube_deployment_spec_replicas{${here}}) - sum by (deployment) (${available}) > 0`,
    },
    "milvus-failures": {
      severity: "critical",
      description: "Milvus: one of twenty requests fails, or more.",
      expr: `${requests("fail")} / ${requests("total")} > ${mostFailures}`,
    },
    "milvus-objects": {
      severity: "critical",
      description: "Milvus: its bucket refuses requests. What is written may not be kept.",
      expr: `${stored("fail")} / ${stored("total")} > ${mostFailures}`,
    },
    "milvus-memory": {
      severity: "critical",
      description:
        "Milvus: a pod has nearly all the memory that it may have. A query node then loads nothing more.",
      expr:
        `max by (pod) (container_memory_working_set_bytes{${parts}}) ` +
        `/ max by (pod) (kube_pod_container_resource_limits{${parts},resource="memory"}) > ${mostMemory}`,
    },
    "milvus-cache": {
      severity: "warning",
      description: "Milvus: the disk of a query node is nearly full. It then loads nothing more.",
      // it tells megabytes
      expr: `max by (pod) (milvus_querynode_disk_used_size{${here}}) / ${cacheGiB * 1024} > ${mostFull}`,
    },
    "milvus-cpu": {
      severity: "warning",
      description: "Milvus: a pod is busy all the time.",
      expr:
        `sum by (pod) (rate(container_cpu_usage_seconds_total{${parts}}[5m])) ` +
        `/ sum by (pod) (kube_pod_container_resource_limits{${parts},resource="cpu"}) ` +
        `> ${thresholds.storeCpu}`,
    },
    "milvus-etcd-leader": {
      severity: "critical",
      description: "Milvus: its etcd has no leader. Nothing can be written, loaded or changed.",
      expr: `(max(etcd_server_has_leader{${here}}) or vector(0)) == 0`,
      minutes: 5,
    },
    "milvus-etcd-member": {
      severity: "warning",
      description: "Milvus: a member of its etcd does not answer. With one more there is no leader.",
      expr: `(count(etcd_server_has_leader{${here}} == 1) or vector(0)) < ${etcdMembers}`,
    },
    "milvus-etcd-space": {
      severity: "critical",
      description: "Milvus: its etcd is nearly full. Full, it takes no more writes.",
      expr: `max(etcd_mvcc_db_total_size_in_bytes{${here}}) / min(etcd_server_quota_backend_bytes{${here}}) > ${mostFull}`,
    },
    "milvus-etcd-disk": {
      severity: "critical",
      description: "Milvus: the disk of a member of etcd is nearly full.",
      expr:
        `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here},persistentvolumeclaim=~"data-${etcdName}-.+"} ` +
        `/ kubelet_volume_stats_capacity_bytes{${here},persistentvolumeclaim=~"data-${etcdName}-.+"}) > ${mostFull}`,
    },
    "milvus-etcd-slow": {
      severity: "warning",
      description: "Milvus: the disk of a member of etcd is slow. Slower, its members lose each other.",
      expr:
        `histogram_quantile(0.99, sum by (pod, le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket{${here}}[5m]))) ` +
        `> ${slowLogSeconds}`,
    },
    "milvus-backup": {
      severity: "critical",
      description: "Milvus: no backup for a day and a half.",
      expr:
        `time() - max(kube_cronjob_status_last_successful_time{${job}} or kube_cronjob_created{${job}}) ` +
        `> ${backupAgeSeconds}`,
    },
    "milvus-certificate": {
      severity: "warning",
      description:
        "Milvus: it shows a certificate that has been renewed since it started. Start it again within the year.",
      expr:
        `max(certmanager_certificate_not_before_timestamp_seconds{name=~"${readOnceCertificates.join("|")}",exported_namespace="${namespace}"}) ` +
        `> scalar(min(kube_pod_start_time{${here},pod=~"${milvusName}-(proxy|mixcoord|streamingnode|datanode|querynode)-.+"}))`,
    },
  };
}
