import type * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import type { Series } from "./metricAlarm";
import type { AwsQueuePair } from "./queuePair";
import { type AlarmSet, makeAll } from "./storeAlarms";

/** A queue that nobody empties, and one in which something is that nobody could deal with. */
export function queueAlarms(
  name: string,
  { key, queue, putAside }: Pick<AwsQueuePair, "queue" | "putAside"> & { readonly key: string },
  { topicArn }: AlarmSet,
  opts: { readonly parent: pulumi.Resource },
): void {
  const of = (queueName: pulumi.Output<string>, metric: string): Record<string, Series> => ({
    queue: { namespace: "AWS/SQS", metric, statistic: "Maximum", dimensions: { QueueName: queueName } },
  });
  makeAll(
    name,
    {
      [`queue-${key}-age`]: {
        severity: "critical",
        description: `Queue ${key}: the oldest message has waited for more than half an hour. Nobody takes them, or too few do.`,
        series: of(queue.name, "ApproximateAgeOfOldestMessage"),
        limit: { above: thresholds.queueAgeSeconds },
        minutes: 5,
      },
      [`queue-${key}-aside`]: {
        severity: "warning",
        description: `Queue ${key}: a message was handed out too often and is put aside. It is lost after two weeks.`,
        series: of(putAside.name, "ApproximateNumberOfMessagesVisible"),
        limit: { above: 0 },
        minutes: 5,
      },
    },
    topicArn,
    opts,
  );
}
