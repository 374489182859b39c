/**
 * Metrics of the clouds' own monitoring, as their documentation has them. CloudWatch's by `<namespace>/<metric>`:
 * RDS: AmazonRDS/latest/UserGuide/rds-metrics.html, ElastiCache: AmazonElastiCache/latest/dg/CacheMetrics.Redis.html, MSK (what
 * the level PER_BROKER has): msk/latest/developerguide/metrics-details.html, OpenSearch:
 * opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html, SQS:
 * AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html, S3:
 * AmazonS3/latest/userguide/metrics-dimensions.html (all below docs.aws.amazon.com).
 */
const cloudWatch: Readonly<Record<string, readonly string[]>> = {
  "AWS/RDS": [
    ...[
      "CPUUtilization",
      "DatabaseConnections",
      "FreeableMemory",
      "FreeStorageSpace",
      "ReadIOPS",
      "WriteIOPS",
    ],
    ...["ReadLatency", "WriteLatency", "ReplicaLag"],
  ],
  "AWS/ElastiCache": [
    ...[
      "CacheHits",
      "CacheMisses",
      "CurrConnections",
      "DatabaseMemoryUsagePercentage",
      "EngineCPUUtilization",
    ],
    ...["Evictions", "ReplicationLag"],
  ],
  "AWS/Kafka": [
    ...[
      "BytesInPerSec",
      "BytesOutPerSec",
      "ConnectionCount",
      "CpuSystem",
      "CpuUser",
      "KafkaDataLogsDiskUsed",
    ],
    ...["OfflinePartitionsCount", "SumOffsetLag", "UnderReplicatedPartitions"],
  ],
  "AWS/ES": [
    ...["CPUUtilization", "ClusterStatus.red", "ClusterStatus.yellow", "IndexingLatency", "IndexingRate"],
    ...["JVMMemoryPressure", "SearchLatency", "SearchRate"],
  ],
  "AWS/SQS": [
    ...["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesNotVisible"],
    ...["ApproximateNumberOfMessagesVisible", "NumberOfMessagesDeleted", "NumberOfMessagesSent"],
  ],
  "AWS/S3": ["BucketSizeBytes", "NumberOfObjects"],
};

/**
 * Cloud Monitoring's by their type: cloud.google.com/monitoring/api/metrics_gcp_c (Cloud SQL) and metrics_gcp_p_z (Pub/Sub,
 * Cloud Storage), cloud.google.com/memorystore/docs/cluster/supported-monitoring-metrics,
 * cloud.google.com/managed-service-for-apache-kafka/docs/monitor-kafka.
 */
const cloudMonitoring: Readonly<Record<string, readonly string[]>> = {
  "cloudsql.googleapis.com/database": [
    ...[
      "cpu/utilization",
      "disk/read_ops_count",
      "disk/utilization",
      "disk/write_ops_count",
      "memory/utilization",
    ],
    ...["network/connections", "postgresql/num_backends", "replication/replica_lag"],
  ],
  "redis.googleapis.com/cluster": [
    ...["clients/total_connected_clients", "commandstats/total_calls_count", "cpu/maximum_utilization"],
    ...["memory/maximum_utilization", "stats/total_evicted_keys_count"],
  ],
  "managedkafka.googleapis.com": [
    ...["cluster_message_in_count", "cpu/core_usage_time", "cpu/limit", "offline_partitions", "offset_lag"],
  ],
  "pubsub.googleapis.com/subscription": ["num_undelivered_messages", "oldest_unacked_message_age"],
  "storage.googleapis.com": ["api/request_count", "network/sent_bytes_count", "storage/v2/total_bytes"],
};

/** What panels may ask a cloud for. */
export const cloudMetrics: ReadonlySet<string> = new Set(
  [...Object.entries(cloudWatch), ...Object.entries(cloudMonitoring)].flatMap(([of, metrics]) =>
    metrics.map((metric) => `${of}/${metric}`),
  ),
);
