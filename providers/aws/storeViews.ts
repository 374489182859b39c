import type { CloudWatchQuery, Panel, Section, Variable } from "../../components/dashboards/board";
import { anyIsBad } from "../../components/dashboards/promql";
import type { CloudStoreViews, StoreView } from "../../components/dashboards/storeBoards";

/** Metrics of one kind of resource, each of which a dimension names. */
interface Source {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Line = readonly [metric: string, statistic: CloudWatchQuery["statistic"]];

/** A panel of one metric or several, a line for each resource. */
function panelOf(
  { namespace, dimensions }: Source,
  { lines, ...panel }: Omit<Panel, "queries"> & { readonly lines: readonly Line[] },
): Panel {
  return {
    ...panel,
    queries: lines.map(([metric, statistic]) => ({ namespace, dimensions, metric, statistic })),
  };
}

function chosen(
  name: string,
  label: string,
  of: { readonly namespace: string; readonly metric: string; readonly dimension: string },
  pattern: string,
): Variable {
  return { kind: "dimension", name, label, ...of, pattern };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html */
function sqlView(name: string): StoreView {
  const source = { namespace: "AWS/RDS", dimensions: { DBInstanceIdentifier: "$server" } };
  const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, { min: 0, ...of });
  const load: Section = {
    title: "Load",
    panels: [
      panel({
        title: "CPU",
        description:
          "Percent of each server's CPU. Busy all the time: look at Performance Insights for its slowest queries.",
        unit: "percent",
        max: 100,
        thresholds: [{ from: 90, color: "red" }],
        lines: [["CPUUtilization", "Average"]],
      }),
      panel({
        title: "Connections",
        description: "Connections that are open: near the most that the server takes, new ones are refused.",
        unit: "none",
        lines: [["DatabaseConnections", "Maximum"]],
      }),
      panel({
        title: "Reads and writes",
        description: "Operations on the disk in a second.",
        unit: "ops",
        lines: [
          ["ReadIOPS", "Average"],
          ["WriteIOPS", "Average"],
        ],
      }),
      panel({
        title: "How long the disk takes",
        description: "Seconds of an operation on the disk, on average.",
        unit: "s",
        lines: [
          ["ReadLatency", "Average"],
          ["WriteLatency", "Average"],
        ],
      }),
    ],
  };
  const room: Section = {
    title: "Room",
    panels: [
      panel({
        title: "Free memory",
        description: "Bytes that are free: under a twentieth the server may start to swap.",
        unit: "bytes",
        lines: [["FreeableMemory", "Minimum"]],
      }),
      panel({
        title: "Free disk",
        description: "Bytes of the disk that are free; RDS enlarges it before it is full.",
        unit: "bytes",
        lines: [["FreeStorageSpace", "Minimum"]],
      }),
      panel({
        title: "Replicas behind",
        description: "Seconds that each replica is behind the primary.",
        unit: "s",
        thresholds: [{ from: 60, color: "red" }],
        lines: [["ReplicaLag", "Average"]],
      }),
    ],
  };
  const of = { namespace: "AWS/RDS", metric: "CPUUtilization", dimension: "DBInstanceIdentifier" };
  return { variables: [chosen("server", "Server", of, `^${name}($|-read-)`)], sections: [load, room] };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
function redisView(name: string): StoreView {
  const source = { namespace: "AWS/ElastiCache", dimensions: { CacheClusterId: "$node" } };
  const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, { min: 0, ...of });
  const section: Section = {
    title: "Nodes",
    panels: [
      panel({
        title: "Memory",
        description: "Percent of each node's memory: full, it evicts what may expire and refuses the rest.",
        unit: "percent",
        max: 100,
        thresholds: [{ from: 80, color: "red" }],
        lines: [["DatabaseMemoryUsagePercentage", "Maximum"]],
      }),
      panel({
        title: "CPU",
        description: "Percent of the one thread that runs commands.",
        unit: "percent",
        max: 100,
        thresholds: [{ from: 90, color: "red" }],
        lines: [["EngineCPUUtilization", "Average"]],
      }),
      panel({
        title: "Hits and misses",
        description: "Keys that were asked for in each period, and were there or not.",
        unit: "short",
        lines: [
          ["CacheHits", "Sum"],
          ["CacheMisses", "Sum"],
        ],
      }),
      panel({
        title: "Evicted",
        description: "Keys that were thrown away to make room.",
        unit: "none",
        thresholds: anyIsBad,
        lines: [["Evictions", "Sum"]],
      }),
      panel({
        title: "Connections",
        description: "Connections of clients.",
        unit: "none",
        lines: [["CurrConnections", "Maximum"]],
      }),
      panel({
        title: "Replicas behind",
        description: "Seconds that each replica is behind its primary.",
        unit: "s",
        lines: [["ReplicationLag", "Maximum"]],
      }),
    ],
  };
  const of = { namespace: "AWS/ElastiCache", metric: "EngineCPUUtilization", dimension: "CacheClusterId" };
  return { variables: [chosen("node", "Node", of, `^${name}-(?!recovery)`)], sections: [section] };
}

/** https://docs.aws.amazon.com/msk/latest/developerguide/metrics-details.html: those of the level PER_BROKER. */
function kafkaView(name: string): StoreView {
  const cluster = { namespace: "AWS/Kafka", dimensions: { "Cluster Name": "$kafka" } };
  const broker = { namespace: "AWS/Kafka", dimensions: { "Cluster Name": "$kafka", "Broker ID": "*" } };
  const groups = {
    namespace: "AWS/Kafka",
    dimensions: { "Cluster Name": "$kafka", "Consumer Group": "*", Topic: "*" },
  };
  const health: Section = {
    title: "Health",
    panels: [
      panelOf(cluster, {
        title: "Partitions without a leader",
        description: "Nobody can read or write them.",
        unit: "none",
        min: 0,
        thresholds: anyIsBad,
        lines: [["OfflinePartitionsCount", "Maximum"]],
      }),
      panelOf(broker, {
        title: "Partitions that lack a copy",
        description: "Of those that each broker leads: one more loss may stop writes to them.",
        unit: "none",
        min: 0,
        thresholds: anyIsBad,
        lines: [["UnderReplicatedPartitions", "Maximum"]],
      }),
      panelOf(groups, {
        title: "Not read yet",
        description:
          "Messages that each group of consumers has yet to read. What it does not read in time is deleted.",
        unit: "short",
        min: 0,
        lines: [["SumOffsetLag", "Maximum"]],
      }),
    ],
  };
  const brokers: Section = {
    title: "Brokers",
    panels: [
      panelOf(broker, {
        title: "Bytes in and out",
        description: "Bytes a second that are written to each broker, and read from it.",
        unit: "Bps",
        min: 0,
        lines: [
          ["BytesInPerSec", "Average"],
          ["BytesOutPerSec", "Average"],
        ],
      }),
      panelOf(broker, {
        title: "Disks",
        description: "Percent of each broker's disk: full, the broker stops.",
        unit: "percent",
        min: 0,
        max: 100,
        thresholds: [{ from: 85, color: "red" }],
        lines: [["KafkaDataLogsDiskUsed", "Maximum"]],
      }),
      panelOf(broker, {
        title: "CPU",
        description: "Percent of each broker's CPU: from 60 % on it has no room to take over from another.",
        unit: "percent",
        min: 0,
        max: 100,
        thresholds: [{ from: 60, color: "red" }],
        lines: [
          ["CpuUser", "Average"],
          ["CpuSystem", "Average"],
        ],
      }),
      panelOf(broker, {
        title: "Connections",
        description: "Connections of clients to each broker.",
        unit: "none",
        min: 0,
        lines: [["ConnectionCount", "Maximum"]],
      }),
    ],
  };
  const of = { namespace: "AWS/Kafka", metric: "ActiveControllerCount", dimension: "Cluster Name" };
  return {
    variables: [chosen("kafka", "Cluster", of, `^${name}-(?!recovery)`)],
    sections: [health, brokers],
  };
}

/** https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html */
function searchView(name: string): StoreView {
  const source = { namespace: "AWS/ES", dimensions: { DomainName: name, ClientId: "*" } };
  const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, { min: 0, ...of });
  const section: Section = {
    title: "Domain",
    panels: [
      panel({
        title: "Red and yellow",
        description: "1 where a part of an index is on no node, or has no copy.",
        unit: "none",
        max: 1,
        lines: [
          ["ClusterStatus.red", "Maximum"],
          ["ClusterStatus.yellow", "Maximum"],
        ],
      }),
      panel({
        title: "Searches and writes",
        description: "Searches and writes a minute, on average over the nodes.",
        unit: "short",
        lines: [
          ["SearchRate", "Average"],
          ["IndexingRate", "Average"],
        ],
      }),
      panel({
        title: "How long they take",
        description: "Milliseconds of a search and of a write, on average.",
        unit: "ms",
        lines: [
          ["SearchLatency", "Average"],
          ["IndexingLatency", "Average"],
        ],
      }),
      panel({
        title: "CPU and heap",
        description: "Percent of the busiest node's CPU, and of the fullest one's heap.",
        unit: "percent",
        max: 100,
        lines: [
          ["CPUUtilization", "Maximum"],
          ["JVMMemoryPressure", "Maximum"],
        ],
      }),
    ],
  };
  return { sections: [section] };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
function queueView(name: string): StoreView {
  const source = { namespace: "AWS/SQS", dimensions: { QueueName: "$queue" } };
  const panel = (of: Parameters<typeof panelOf>[1]): Panel => panelOf(source, { min: 0, ...of });
  const section: Section = {
    title: "Queues",
    panels: [
      panel({
        title: "Waiting",
        description:
          "Messages that nobody works on. In a queue whose name ends in `aside` are those that nobody could deal with.",
        unit: "short",
        lines: [["ApproximateNumberOfMessagesVisible", "Maximum"]],
      }),
      panel({
        title: "Oldest",
        description: "How long the oldest message has waited.",
        unit: "s",
        thresholds: [{ from: 1800, color: "red" }],
        lines: [["ApproximateAgeOfOldestMessage", "Maximum"]],
      }),
      panel({
        title: "Sent and done",
        description: "Messages that came in each period, and those that were done with.",
        unit: "short",
        lines: [
          ["NumberOfMessagesSent", "Sum"],
          ["NumberOfMessagesDeleted", "Sum"],
        ],
      }),
      panel({
        title: "Being worked on",
        description: "Messages that somebody has taken and is not done with.",
        unit: "short",
        lines: [["ApproximateNumberOfMessagesNotVisible", "Maximum"]],
      }),
    ],
  };
  const of = { namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", dimension: "QueueName" };
  return { variables: [chosen("queue", "Queue", of, `^${name}`)], sections: [section] };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html: once a day, as those of requests are paid for. */
function bucketView(name: string): StoreView {
  const daily = { periodSeconds: 86_400, statistic: "Average" } as const;
  const section: Section = {
    title: "Buckets",
    panels: [
      {
        title: "Size",
        description: "Bytes of each bucket, told once a day, by the class that they are kept in.",
        unit: "bytes",
        min: 0,
        queries: [
          {
            namespace: "AWS/S3",
            metric: "BucketSizeBytes",
            dimensions: { BucketName: "$bucket", StorageType: "*" },
            ...daily,
          },
        ],
      },
      {
        title: "Objects",
        description: "Objects of each bucket, with their former versions, told once a day.",
        unit: "short",
        min: 0,
        queries: [
          {
            namespace: "AWS/S3",
            metric: "NumberOfObjects",
            dimensions: { BucketName: "$bucket", StorageType: "AllStorageTypes" },
            ...daily,
          },
        ],
      },
    ],
  };
  const of = { namespace: "AWS/S3", metric: "BucketSizeBytes", dimension: "BucketName" };
  return { variables: [chosen("bucket", "Bucket", of, `^${name}`)], sections: [section] };
}

/** The stores that AWS runs, by what CloudWatch has of them. */
export const awsStoreViews: CloudStoreViews = {
  postgres: sqlView,
  mysql: sqlView,
  redis: redisView,
  kafka: kafkaView,
  search: searchView,
  queues: queueView,
  bucket: bucketView,
};
