import type { CloudMonitoringQuery, Panel, Section } from "../../components/dashboards/board";
import { anyIsBad, fullness } from "../../components/dashboards/promql";
import type { CloudStoreViews, StoreView } from "../../components/dashboards/storeBoards";

type Aligned = Pick<CloudMonitoringQuery, "aligner"> & Partial<Pick<CloudMonitoringQuery, "reducer">>;
type Line = readonly [metric: string, aligned: Aligned];

/** Metrics of one kind of resource, of which those count whose label a pattern knows. */
interface Source {
  /** What all of their types begin with. */
  readonly prefix: string;
  readonly project: string;
  readonly filter: readonly [label: string, pattern: string];
  readonly groupBy: readonly string[];
}

const mean: Aligned = { aligner: "ALIGN_MEAN" };
const most: Aligned = { aligner: "ALIGN_MAX" };
const rate: Aligned = { aligner: "ALIGN_RATE", reducer: "REDUCE_SUM" };

function panelOf(
  { prefix, project, filter: [label, pattern], groupBy }: Source,
  { lines, ...panel }: Omit<Panel, "queries"> & { readonly lines: readonly Line[] },
): Panel {
  return {
    min: 0,
    ...panel,
    queries: lines.map(([metric, { aligner, reducer = "REDUCE_MAX" }]) => ({
      metricType: `${prefix}/${metric}`,
      project,
      filters: [[label, "=~", pattern]] as const,
      aligner,
      reducer,
      groupBy,
    })),
  };
}

/** https://cloud.google.com/monitoring/api/metrics_gcp_c#gcp-cloudsql */
function sqlView(engine: "postgres" | "mysql", project: string): (name: string) => StoreView {
  return (name) => {
    const label = "resource.label.database_id";
    const source: Source = {
      prefix: "cloudsql.googleapis.com/database",
      project,
      filter: [label, `.+:${name}(-read)?-[0-9a-f]+`],
      groupBy: [label],
    };
    const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, of);
    const load: Section = {
      title: "Load",
      panels: [
        panel({
          title: "CPU",
          description:
            "The part of each server's CPU that is in use. Busy all the time: look at Query Insights.",
          unit: "percentunit",
          max: 1,
          thresholds: [{ from: 0.9, color: "red" }],
          lines: [["cpu/utilization", mean]],
        }),
        panel({
          title: "Connections",
          description:
            "Connections that are open: near the most that the server takes, new ones are refused.",
          unit: "none",
          lines: [
            engine === "mysql"
              ? ["network/connections", most]
              : ["postgresql/num_backends", { ...most, reducer: "REDUCE_SUM" }],
          ],
        }),
        panel({
          title: "Reads and writes",
          description: "Operations on the disk in a second.",
          unit: "ops",
          lines: [
            ["disk/read_ops_count", rate],
            ["disk/write_ops_count", rate],
          ],
        }),
      ],
    };
    const room: Section = {
      title: "Room",
      panels: [
        panel({
          title: "Memory",
          description: "The part of each server's memory that is in use.",
          unit: "percentunit",
          max: 1,
          thresholds: [{ from: 0.95, color: "red" }],
          lines: [["memory/utilization", mean]],
        }),
        panel({
          title: "Disk",
          description:
            "The part of each server's disk that is in use; Cloud SQL enlarges it before it is full.",
          unit: "percentunit",
          max: 1,
          thresholds: [{ from: 0.95, color: "red" }],
          lines: [["disk/utilization", mean]],
        }),
        panel({
          title: "Replicas behind",
          description: "Seconds that each replica is behind the primary.",
          unit: "s",
          thresholds: [{ from: 60, color: "red" }],
          lines: [["replication/replica_lag", mean]],
        }),
      ],
    };
    return { sections: [load, room] };
  };
}

/** https://cloud.google.com/memorystore/docs/cluster/supported-monitoring-metrics */
function redisView(project: string): (name: string) => StoreView {
  return (name) => {
    const label = "resource.label.cluster_id";
    const source: Source = {
      prefix: "redis.googleapis.com/cluster",
      project,
      filter: [label, `${name}-[0-9a-f]+`],
      groupBy: [label],
    };
    const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, of);
    const section: Section = {
      title: "Cluster",
      panels: [
        panel({
          title: "Memory",
          description:
            "The part of the fullest node's memory: full, it evicts what may expire and refuses the rest.",
          unit: "percentunit",
          max: 1,
          thresholds: fullness,
          lines: [["memory/maximum_utilization", most]],
        }),
        panel({
          title: "CPU",
          description: "The part of the busiest node's CPU.",
          unit: "percentunit",
          max: 1,
          thresholds: [{ from: 0.9, color: "red" }],
          lines: [["cpu/maximum_utilization", mean]],
        }),
        panel({
          title: "Commands",
          description: "Commands a second.",
          unit: "ops",
          lines: [["commandstats/total_calls_count", rate]],
        }),
        panel({
          title: "Evicted",
          description: "Keys a second that are thrown away to make room.",
          unit: "ops",
          lines: [["stats/total_evicted_keys_count", rate]],
        }),
        panel({
          title: "Connections",
          description: "Connections of clients.",
          unit: "none",
          lines: [["clients/total_connected_clients", most]],
        }),
      ],
    };
    return { sections: [section] };
  };
}

/** https://cloud.google.com/managed-service-for-apache-kafka/docs/monitor-kafka */
function kafkaView(project: string): (name: string) => StoreView {
  return (name) => {
    const label = "resource.label.cluster_id";
    const cluster: Source = {
      prefix: "managedkafka.googleapis.com",
      project,
      filter: [label, `${name}-[0-9a-f]+`],
      groupBy: [label],
    };
    const groups: Source = {
      ...cluster,
      groupBy: ["resource.label.consumer_group_id", "resource.label.topic_id"],
    };
    const section: Section = {
      title: "Cluster",
      panels: [
        panelOf(cluster, {
          title: "Partitions without a leader",
          description: "Nobody can read or write them.",
          unit: "none",
          thresholds: anyIsBad,
          lines: [["offline_partitions", most]],
        }),
        panelOf(cluster, {
          title: "Messages",
          description: "Messages a second that are written.",
          unit: "ops",
          lines: [["cluster_message_in_count", rate]],
        }),
        panelOf(groups, {
          title: "Not read yet",
          description:
            "Messages that each group of consumers has yet to read. What it does not read in time is deleted.",
          unit: "short",
          lines: [["offset_lag", { ...most, reducer: "REDUCE_SUM" }]],
        }),
        panelOf(cluster, {
          title: "CPU",
          description: "CPU that the brokers use, and that they may.",
          unit: "cores",
          lines: [
            ["cpu/core_usage_time", rate],
            ["cpu/limit", { ...mean, reducer: "REDUCE_SUM" }],
          ],
        }),
      ],
    };
    return { sections: [section] };
  };
}

/** https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub */
function queueView(project: string): (name: string) => StoreView {
  return (name) => {
    const label = "resource.label.subscription_id";
    const source: Source = {
      prefix: "pubsub.googleapis.com/subscription",
      project,
      filter: [label, `${name}-.+`],
      groupBy: [label],
    };
    const section: Section = {
      title: "Queues",
      panels: [
        panelOf(source, {
          title: "Waiting",
          description:
            "Messages that nobody is done with. In a queue with `aside` in its name are those that nobody could deal with.",
          unit: "short",
          lines: [["num_undelivered_messages", most]],
        }),
        panelOf(source, {
          title: "Oldest",
          description: "How long the oldest message has waited.",
          unit: "s",
          thresholds: [{ from: 1800, color: "red" }],
          lines: [["oldest_unacked_message_age", most]],
        }),
      ],
    };
    return { sections: [section] };
  };
}

/** https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-storage */
function bucketView(project: string): (name: string) => StoreView {
  return (name) => {
    const label = "resource.label.bucket_name";
    const source: Source = {
      prefix: "storage.googleapis.com",
      project,
      filter: [label, `${name}.*`],
      groupBy: [label],
    };
    const answers: Source = { ...source, groupBy: ["metric.label.response_code"] };
    const section: Section = {
      title: "Buckets",
      panels: [
        panelOf(answers, {
          title: "Requests",
          description: "Requests a second by their answer.",
          unit: "reqps",
          lines: [["api/request_count", rate]],
        }),
        panelOf(source, {
          title: "Sent",
          description: "Bytes a second that are read from each bucket.",
          unit: "Bps",
          lines: [["network/sent_bytes_count", rate]],
        }),
        panelOf(source, {
          title: "Size",
          description: "Bytes of each bucket, with their former versions, told once a day.",
          unit: "bytes",
          lines: [["storage/v2/total_bytes", { ...most, reducer: "REDUCE_SUM" }]],
        }),
      ],
    };
    return { sections: [section] };
  };
}

/** The stores that Google Cloud runs, by what Cloud Monitoring has of them; of searches it has none. */
export function gcpStoreViews(project: string): CloudStoreViews {
  return {
    postgres: sqlView("postgres", project),
    mysql: sqlView("mysql", project),
    redis: redisView(project),
    kafka: kafkaView(project),
    queues: queueView(project),
    bucket: bucketView(project),
  };
}
