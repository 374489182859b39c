import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { checkQueue, type Queue, type QueueArgs, queuePrefix } from "../../components/data/queue";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { internet } from "../../components/platform/networkPolicy";
import type { BacklogArgs, Trigger } from "../../components/scaling/backlog";
import type { PolicyOptions } from "./alertPolicy";
import { pubsubBacklog } from "./backlogs";
import type { GcpPlacement, GcpProject } from "./project";
import { queueAlarms } from "./queueAlarms";
import { GcpQueuePair } from "./queuePair";
import { gcpRecovery } from "./recovery";
import type { WatchedStore } from "./watchedStore";

/** {@link Queue} in Pub/Sub, a topic with one subscription, and with a place for recovery an empty one there that stands ready. */
export class GcpQueue extends pulumi.ComponentResource implements Queue, WatchedStore {
  readonly prefix: string;
  readonly destinations = [internet(443)];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly pairs: readonly GcpQueuePair[];
  private readonly key: string;
  private readonly counted: GcpQueuePair;
  private readonly project: GcpProject;

  constructor(name: string, args: QueueArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Queue", name, {}, opts);
    const { key, recovery, project, protect = true } = args;
    checkQueue(args);
    const child = { parent: this };

    const pair = new GcpQueuePair(`${name}-pair`, { ...args, protect }, child);
    const pairs = [pair];
    if (recovery !== undefined) {
      const { region } = gcpRecovery(recovery);
      pairs.push(new GcpQueuePair(`${name}-recovery`, { ...args, region, protect }, child));
    }

    this.key = key;
    this.pairs = pairs;
    this.counted = pair;
    this.project = project;
    this.prefix = queuePrefix(key);
    this.connection = {
      [`${this.prefix}_TOPIC`]: pair.topic.id,
      [`${this.prefix}_SUBSCRIPTION`]: pair.subscription.id,
    };
    this.registerOutputs({ topic: pair.topic.id });
  }

  watch(name: string, policies: PolicyOptions): void {
    const [pair] = this.pairs;
    if (pair !== undefined) queueAlarms(name, { ...pair, key: this.key }, policies);
  }

  /** Counts what is here, by the project's metrics. */
  backlog(_name: string, args: BacklogArgs): Trigger {
    return pubsubBacklog(this.project, this.counted.subscription.name, args);
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Record<string, never> {
    const { provider, projectId: project } = this.project;
    for (const [place, { topic, subscription }] of this.pairs.entries()) {
      const own = place === 0 ? name : `${name}-recovery`;
      new gcp.pubsub.SubscriptionIAMMember(
        `${own}-takes`,
        { project, subscription: subscription.name, role: "roles/pubsub.subscriber", member: to.principal },
        { ...opts, provider },
      );
      if (access === "read") continue;
      new gcp.pubsub.TopicIAMMember(
        `${own}-sends`,
        { project, topic: topic.name, role: "roles/pubsub.publisher", member: to.principal },
        { ...opts, provider },
      );
    }
    return {};
  }
}
