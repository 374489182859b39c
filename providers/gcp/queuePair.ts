import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { putAsideDays, type QueueArgs } from "../../components/data/queue";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** Arguments of a {@link GcpQueuePair}. */
export interface GcpQueuePairArgs
  extends Pick<QueueArgs, "workSeconds" | "retentionDays" | "maxDeliveries" | "delivery">, GcpPlacement {
  readonly protect: boolean;
}

const daySeconds = 86_400;

/** A message that failed waits before it is handed out again, each time longer, as far as Pub/Sub goes. */
const retryPolicy = { minimumBackoff: "10s", maximumBackoff: "600s" } as const;

/** https://cloud.google.com/pubsub/docs/exactly-once-delivery, https://cloud.google.com/pubsub/docs/ordering */
const inOrder = { enableExactlyOnceDelivery: true, enableMessageOrdering: true } as const;

/**
 * A topic with one subscription, and a topic with one to which goes what failed too often. Messages are under a key of their
 * own and stay in the region, whoever sends them from wherever. Subscriptions do not expire while nobody takes from them.
 */
export class GcpQueuePair extends pulumi.ComponentResource {
  readonly topic: gcp.pubsub.Topic;
  readonly subscription: gcp.pubsub.Subscription;
  /** Subscription of what was put aside. */
  readonly putAside: gcp.pubsub.Subscription;

  constructor(name: string, args: GcpQueuePairArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:QueuePair", name, {}, opts);
    const { workSeconds, retentionDays, maxDeliveries, delivery, region, project, protect } = args;
    const agent = project.agents.pubsub;
    const child = { parent: this };

    const key = new GcpKey(`${name}-key`, { region, project, protect, users: { pubsub: agent } }, child);
    const kept = { ...child, protect, dependsOn: [...key.grants, project.api("pubsub")] };
    const topicArgs = {
      kmsKeyName: key.keyId,
      messageStoragePolicy: { allowedPersistenceRegions: [region], enforceInTransit: true },
    };
    const aside = new gcp.pubsub.Topic(`${name}-aside`, topicArgs, kept);
    this.putAside = new gcp.pubsub.Subscription(
      `${name}-aside`,
      {
        topic: aside.id,
        messageRetentionDuration: `${putAsideDays * daySeconds}s`,
        // never
        expirationPolicy: { ttl: "" },
      },
      { ...child, protect },
    );
    // Pub/Sub moves a message as its own agent: https://cloud.google.com/pubsub/docs/dead-letter-topics#grant-forwarding-permissions
    const mayPublish = new gcp.pubsub.TopicIAMMember(
      `${name}-aside-sends`,
      { project: project.projectId, topic: aside.name, role: "roles/pubsub.publisher", member: agent },
      child,
    );
    this.topic = new gcp.pubsub.Topic(name, topicArgs, kept);
    this.subscription = new gcp.pubsub.Subscription(
      name,
      {
        topic: this.topic.id,
        ackDeadlineSeconds: workSeconds,
        messageRetentionDuration: `${retentionDays * daySeconds}s`,
        expirationPolicy: { ttl: "" },
        ...(delivery === "exactlyOnce" && inOrder),
        retryPolicy,
        deadLetterPolicy: { deadLetterTopic: aside.id, maxDeliveryAttempts: maxDeliveries },
      },
      // what is put aside before there is a subscription is in none
      { ...child, protect, dependsOn: [mayPublish, this.putAside] },
    );
    new gcp.pubsub.SubscriptionIAMMember(
      `${name}-moves`,
      {
        project: project.projectId,
        subscription: this.subscription.name,
        role: "roles/pubsub.subscriber",
        member: agent,
      },
      child,
    );
    this.registerOutputs({ topic: this.topic.id });
  }
}
