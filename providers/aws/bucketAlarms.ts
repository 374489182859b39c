import type * as pulumi from "@pulumi/pulumi";
import type { BucketReplication } from "./bucketReplication";
import { metricAlarm } from "./metricAlarm";
import type { AlarmSet } from "./storeAlarms";

/** What the copies of a bucket's objects in another region say. */
export function bucketAlarms(
  name: string,
  { lateQueue, watchedAs }: Pick<BucketReplication, "lateQueue"> & { readonly watchedAs: string },
  { topicArn }: AlarmSet,
  opts: { readonly parent: pulumi.Resource },
): void {
  metricAlarm(
    name,
    `${watchedAs}-replication`,
    {
      severity: "critical",
      description:
        "Bucket: objects are not in the other region after a quarter of an hour. A loss of this region would lose them.",
      series: {
        late: {
          namespace: "AWS/SQS",
          metric: "ApproximateNumberOfMessagesVisible",
          statistic: "Maximum",
          dimensions: { QueueName: lateQueue },
        },
      },
      limit: { above: 0 },
      minutes: 5,
      topicArn,
    },
    opts,
  );
}
