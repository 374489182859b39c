import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsBucketReplica } from "./bucketReplica";
import { policyDocument } from "./policyDocument";
import { awsRole, trustService } from "./role";
import type { SecureBucket } from "./secureBucket";

/** Arguments of a {@link BucketReplication}. */
export interface BucketReplicationArgs extends Pick<SecureBucket, "bucket" | "versioning"> {
  /** Key of the objects here. */
  readonly keyArn: pulumi.Output<string>;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly replica: AwsBucketReplica;
}

/** What S3 Replication Time Control promises, minutes; it takes no other. */
const minutes = 15;

/** How long S3's word of a copy that failed or is late is kept, seconds: as long as somebody should hear of it. */
const lateSeconds = 3600;

/**
 * Copies of each version of a bucket's objects in another region, within a quarter of an hour by S3's service level
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html). What failed, or took longer, S3 puts
 * into a queue here. What was in the bucket before is not copied: docs/runbooks/bucket.md says how to.
 */
export class BucketReplication extends pulumi.ComponentResource {
  /** Name of the queue of what is late. */
  readonly lateQueue: pulumi.Output<string>;
  readonly replica: AwsBucketReplica;

  constructor(name: string, args: BucketReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:BucketReplication", name, {}, opts);
    const { bucket, versioning, accountId, replica } = args;
    const child = { parent: this };

    const { role, permissions } = awsRole(
      `${name}-role`,
      {
        description: `copies of the objects of ${name}`,
        trust: [trustService("s3.amazonaws.com", accountId)],
        statements: replicating(args),
      },
      child,
    );
    const late = lateQueue(`${name}-late`, { bucket, accountId }, child);
    const enabled = { status: "Enabled" };
    new aws.s3.BucketReplicationConfig(
      name,
      {
        bucket: bucket.id,
        role: role.arn,
        rules: [
          {
            ...enabled,
            id: "everything",
            priority: 0,
            filter: { prefix: "" },
            deleteMarkerReplication: enabled,
            sourceSelectionCriteria: { sseKmsEncryptedObjects: enabled },
            destination: {
              bucket: replica.made.bucket.arn,
              encryptionConfiguration: { replicaKmsKeyId: replica.keyArn },
              replicationTime: { ...enabled, time: { minutes } },
              metrics: { ...enabled, eventThreshold: { minutes } },
            },
          },
        ],
      },
      // S3 wants both buckets to keep versions, and the role to be there
      {
        ...child,
        dependsOn: [versioning, replica.made.versioning, ...replica.made.lock, ...permissions],
      },
    );
    this.replica = replica;
    this.lateQueue = late.name;
    this.registerOutputs({ lateQueue: this.lateQueue });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
function replicating({ bucket, keyArn, region, replica }: BucketReplicationArgs): aws.iam.PolicyStatement[] {
  const through = (where: string) => ({
    StringEquals: { "kms:ViaService": `s3.${where}.amazonaws.com` },
  });
  return [
    {
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: bucket.arn,
    },
    {
      Effect: "Allow",
      Action: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
      Resource: pulumi.interpolate`${bucket.arn}/*`,
    },
    {
      Effect: "Allow",
      Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: pulumi.interpolate`${replica.made.bucket.arn}/*`,
    },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn, Condition: through(region) },
    // a bucket's own key is made by GenerateDataKey
    {
      Effect: "Allow",
      Action: ["kms:Encrypt", "kms:GenerateDataKey"],
      Resource: replica.keyArn,
      Condition: through(replica.region),
    },
  ];
}

/** A queue into which S3 puts which copies failed or are late. */
function lateQueue(
  name: string,
  { bucket, accountId }: Pick<BucketReplicationArgs, "bucket" | "accountId">,
  opts: { readonly parent: pulumi.Resource },
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    name,
    { sqsManagedSseEnabled: true, messageRetentionSeconds: lateSeconds },
    opts,
  );
  const policy = new aws.sqs.QueuePolicy(
    `${name}-policy`,
    {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          Sid: "Bucket",
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: queue.arn,
          Condition: {
            ArnLike: { "aws:SourceArn": bucket.arn },
            StringEquals: { "aws:SourceAccount": accountId },
          },
        },
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: queue.arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    opts,
  );
  new aws.s3.BucketNotification(
    name,
    {
      bucket: bucket.id,
      queues: [
        {
          id: "late",
          queueArn: queue.arn,
          events: ["s3:Replication:OperationFailedReplication", "s3:Replication:OperationMissedThreshold"],
        },
      ],
    },
    // S3 tries the queue when it is told of it
    { ...opts, dependsOn: [policy] },
  );
  return queue;
}
