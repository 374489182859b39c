import * as pulumi from "@pulumi/pulumi";
import type { Metric, PolicyOptions } from "./alertPolicy";
import type { GcpBucketReplication } from "./bucketReplication";
import { makeAll } from "./storeAlarms";

/** How long a copy may take, minutes: most take a few, and what is over 1 GiB may take hours. */
const lateMinutes = 60;

/** How long no sweep may have gone well, minutes: one of two a day, and no longer than an alert of silence can wait. */
const sweptWithinMinutes = 23.5 * 60;

/**
 * What the copies of a bucket's objects say. Metrics of Storage Transfer Service:
 * https://cloud.google.com/storage-transfer/docs/monitor-transfer-jobs#metric_details
 */
export function bucketAlarms(
  name: string,
  {
    replica,
    swept,
    watchedAs,
  }: Pick<GcpBucketReplication, "replica" | "swept"> & { readonly watchedAs: string },
  policies: PolicyOptions,
): void {
  const copies = (metric: string, labels: string): Pick<Metric, "filter"> => ({
    filter: pulumi.interpolate`metric.type="storagetransfer.googleapis.com/transferjob/${metric}" AND resource.type="storage_transfer_job" AND metric.labels.destination_bucket="${replica.bucket.name}"${labels}`,
  });
  makeAll(
    name,
    {
      [`${watchedAs}-copy-failed`]: {
        severity: "warning",
        description: "Bucket: objects could not be copied to where nobody can delete them.",
        metric: {
          ...copies("object_replication_count", ' AND metric.labels.status="failed"'),
          align: "ALIGN_DELTA",
          reduce: "REDUCE_SUM",
        },
        limit: { above: 0 },
        minutes: 0,
      },
      [`${watchedAs}-copy-late`]: {
        severity: "warning",
        description:
          "Bucket: objects are copied to where nobody can delete them only after more than an hour. Who deletes them before deletes them for good.",
        metric: {
          ...copies("replication_latency", ""),
          align: "ALIGN_DELTA",
          reduce: "REDUCE_PERCENTILE_99",
        },
        limit: { above: lateMinutes * 60_000 },
      },
      [`${watchedAs}-copy-overdue`]: {
        severity: "warning",
        description:
          "Bucket: no sweep has gone well for a day. Objects that could not be copied at once are not copied at all.",
        silent: {
          filter: pulumi.interpolate`metric.type="pubsub.googleapis.com/topic/send_request_count" AND resource.type="pubsub_topic" AND resource.labels.topic_id="${swept.name}"`,
          align: "ALIGN_DELTA",
          reduce: "REDUCE_SUM",
        },
        minutes: sweptWithinMinutes,
      },
    },
    policies,
  );
}
