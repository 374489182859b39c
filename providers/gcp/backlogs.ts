import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { type BacklogArgs, prometheusTrigger, type Trigger } from "../../components/scaling/backlog";
import type { GcpProject } from "./project";

/**
 * Lets who counts read the project's metrics, which is where Pub/Sub and Managed Service for Apache Kafka tell how much
 * waits; the right can be given on a project alone. It lets nobody read a message.
 */
export function mayReadMetrics(
  name: string,
  to: WorkloadIdentity,
  project: GcpProject,
  opts: pulumi.CustomResourceOptions,
): void {
  new gcp.projects.IAMMember(
    name,
    { project: project.projectId, role: "roles/monitoring.viewer", member: to.principal },
    {
      ...pulumi.mergeOptions(opts, { dependsOn: [project.api("cloudresourcemanager")] }),
      provider: project.provider,
    },
  );
}

/**
 * A number of Cloud Monitoring's, by PromQL: KEDA's own scalers for Google Cloud ask in a language that Google no longer
 * recommends, and are deprecated for it (https://keda.sh/blog/2025-09-15-gcp-deprecations/).
 */
function counted(
  { projectId }: GcpProject,
  query: pulumi.Input<string>,
  { messages }: Pick<BacklogArgs, "messages">,
): Trigger {
  return prometheusTrigger({
    serverAddress: pulumi.interpolate`https://monitoring.googleapis.com/v1/projects/${projectId}/location/global/prometheus`,
    query,
    threshold: messages,
    podIdentity: "gcp",
  });
}

/** Messages of a subscription that nobody has dealt with, those that somebody works on among them. */
export function pubsubBacklog(
  project: GcpProject,
  subscription: pulumi.Input<string>,
  args: BacklogArgs,
): Trigger {
  return counted(
    project,
    pulumi.interpolate`sum(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource="pubsub_subscription",subscription_id="${subscription}"})`,
    args,
  );
}

/** Messages of a topic that the consumer's group has not read. */
export function managedKafkaLag(
  project: GcpProject,
  clusterId: pulumi.Input<string>,
  { consumer, topic, ...args }: BacklogArgs & { readonly topic: string },
): Trigger {
  return counted(
    project,
    pulumi.interpolate`sum(managedkafka_googleapis_com:offset_lag{monitored_resource="managedkafka.googleapis.com/TopicPartitionConsumerGroup",cluster_id="${clusterId}",topic_id="${topic}",consumer_group_id="${consumer}"})`,
    args,
  );
}
