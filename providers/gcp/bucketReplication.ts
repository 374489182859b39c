import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { GcpBucketReplica } from "./bucketReplica";
import type { GcpProject } from "./project";
import type { GcpTransferService } from "./transferService";

/** Arguments of a {@link GcpBucketReplication}. */
export interface GcpBucketReplicationArgs {
  /** Bucket that is copied. */
  readonly bucket: gcp.storage.Bucket;
  readonly replica: GcpBucketReplica;
  readonly transfers: GcpTransferService;
  readonly project: GcpProject;
}

/** How often what replication left out is copied, hours. */
export const sweepHours = 12;

/**
 * A day that is over, so that the first sweep is on the day after the job is made; at one in the morning, Universal Time, and
 * each {@link sweepHours} after it. https://cloud.google.com/storage-transfer/docs/reference/rest/v1/transferJobs#Schedule
 */
const since = { year: 2026, month: 1, day: 1 };
const at = { hours: 1, minutes: 0, seconds: 0, nanos: 0 };

/**
 * Google names a job of replication, and refuses one that has a name; Pulumi would give it one of ours. An empty one is none.
 * https://cloud.google.com/storage-transfer/docs/cross-bucket-replication#limitations
 */
const namedByGoogle = "";

/**
 * Copies of each version of a bucket's objects in another one, by Storage Transfer Service.
 *
 * Replication copies what is new, most of it within minutes and what is over 1 GiB within hours: Google promises no time. It
 * copies neither what was there before nor what is deleted. So a sweep does, twice a day, and with it what replication could not
 * copy; what it deletes stays in the copy as a version.
 */
export class GcpBucketReplication extends pulumi.ComponentResource {
  readonly replica: GcpBucketReplica;
  /** Topic of a message for each sweep that went well. */
  readonly swept: gcp.pubsub.Topic;

  constructor(name: string, args: GcpBucketReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:BucketReplication", name, {}, opts);
    const { bucket, replica, transfers, project } = args;
    const child = { parent: this };
    const { agent: member } = transfers;

    const grants = [
      new gcp.storage.BucketIAMMember(
        `${name}-source`,
        { bucket: bucket.name, role: transfers.sourceRole, member },
        child,
      ),
      new gcp.storage.BucketIAMMember(
        `${name}-sink`,
        { bucket: replica.bucket.name, role: transfers.sinkRole, member },
        child,
      ),
    ];
    this.swept = new gcp.pubsub.Topic(`${name}-swept`, {}, { ...child, dependsOn: [project.api("pubsub")] });
    const tells = new gcp.pubsub.TopicIAMMember(
      `${name}-swept-sends`,
      { topic: this.swept.id, role: "roles/pubsub.publisher", member },
      child,
    );
    const buckets = {
      gcsDataSource: { bucketName: bucket.name },
      gcsDataSink: { bucketName: replica.bucket.name },
    };
    const overwriteWhen = "DIFFERENT";
    const inOrder = { ...child, dependsOn: [...transfers.ready, ...grants] };
    new gcp.storage.TransferJob(
      name,
      {
        name: namedByGoogle,
        project: project.projectId,
        description: `copies of the objects of ${name}`,
        replicationSpec: { ...buckets, transferOptions: { overwriteWhen } },
        loggingConfig: { logActions: ["COPY"], logActionStates: ["FAILED"] },
      },
      inOrder,
    );
    new gcp.storage.TransferJob(
      `${name}-sweep`,
      {
        name: namedByGoogle,
        project: project.projectId,
        description: `copies that ${name} left out, and what was deleted`,
        transferSpec: {
          ...buckets,
          transferOptions: { overwriteWhen, deleteObjectsUniqueInSink: true },
        },
        schedule: {
          scheduleStartDate: since,
          startTimeOfDay: at,
          repeatInterval: `${sweepHours * 3600}s`,
        },
        loggingConfig: { logActions: ["COPY", "DELETE"], logActionStates: ["FAILED"] },
        notificationConfig: {
          pubsubTopic: this.swept.id,
          eventTypes: ["TRANSFER_OPERATION_SUCCESS"],
          payloadFormat: "NONE",
        },
      },
      { ...inOrder, dependsOn: [...inOrder.dependsOn, tells] },
    );
    this.replica = replica;
    this.registerOutputs({});
  }
}
