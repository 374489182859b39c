import type * as aws from "@pulumi/aws";
import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of what queues of both clouds are made of, beside the queues, topics and subscriptions themselves. */
export const outputs: OutputTable = {
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": computes<aws.sqs.RedriveAllowPolicy>()((r) => ({
    id: text(r, "queueUrl"),
  })),
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": computes<gcp.pubsub.SubscriptionIAMMember>()(
    (r) => ({
      id: `projects/${r.project}/subscriptions/${text(r, "subscription")}/${text(r, "role")}/${text(r, "member")}`,
      etag: r.hex(12),
    }),
  ),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
