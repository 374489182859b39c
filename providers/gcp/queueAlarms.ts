import * as pulumi from "@pulumi/pulumi";
import { thresholds } from "../../components/governance/alarms";
import type { Metric, PolicyOptions } from "./alertPolicy";
import type { GcpQueuePair } from "./queuePair";
import { makeAll } from "./storeAlarms";

/** A queue that nobody empties, and one in which something is that nobody could deal with. */
export function queueAlarms(
  name: string,
  { key, subscription, putAside }: Pick<GcpQueuePair, "subscription" | "putAside"> & { readonly key: string },
  opts: PolicyOptions,
): void {
  const of = (id: pulumi.Output<string>, metric: string): Metric => ({
    filter: pulumi.interpolate`metric.type="pubsub.googleapis.com/subscription/${metric}" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="${id}"`,
    align: "ALIGN_MAX",
  });
  makeAll(
    name,
    {
      [`queue-${key}-age`]: {
        severity: "critical",
        description: `Queue ${key}: the oldest message has waited for more than half an hour. Nobody takes them, or too few do.`,
        metric: of(subscription.name, "oldest_unacked_message_age"),
        limit: { above: thresholds.queueAgeSeconds },
        minutes: 5,
      },
      [`queue-${key}-aside`]: {
        severity: "warning",
        description: `Queue ${key}: a message was handed out too often and is put aside. It is lost after two weeks.`,
        metric: of(putAside.name, "num_undelivered_messages"),
        limit: { above: 0 },
        minutes: 5,
      },
    },
    opts,
  );
}
