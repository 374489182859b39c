import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { BackupLock } from "../../components/data/backups";
import { policyDocument } from "./policyDocument";

/** Lifecycle of one bucket's objects. */
export interface Retention {
  /**
   * Objects move to Glacier Instant Retrieval after so many days; 0 never.
   *
   * @default 0
   */
  readonly archiveAfterDays?: number;
  /**
   * Objects are deleted after so many days.
   *
   * @default - they stay
   */
  readonly expireAfterDays?: number;
  /** Versions that were replaced or deleted are kept so many days. */
  readonly noncurrentRetentionDays: number;
}

/** Arguments of {@link secureBucket}. */
export interface SecureBucketArgs {
  /**
   * ARN of the key that encrypts what is written.
   *
   * @default - a key of S3's own (SSE-S3)
   */
  readonly keyArn?: pulumi.Input<string>;
  readonly retention: Retention;
  /**
   * What the bucket's policy allows beside refusing plain text, given the bucket's ARN.
   *
   * @default - nothing
   */
  readonly allow?: (bucketArn: pulumi.Output<string>) => readonly aws.iam.PolicyStatement[];
  /**
   * Nobody deletes or changes a version before so many days have passed, whatever they may do: Object Lock in compliance
   * mode, which can't be taken back. The bucket can't be deleted for as long.
   *
   * @default - versions can be deleted
   */
  readonly lockDays?: number;
  /**
   * `governance` lets those through who may bypass the lock.
   *
   * @default "compliance"
   */
  readonly lockMode?: BackupLock;
  /** Refuse deletion in Pulumi, and while it holds anything. */
  readonly protect: boolean;
}

/** A bucket and its policy, on which whoever needs the policy in place depends. */
export interface SecureBucket {
  readonly bucket: aws.s3.Bucket;
  readonly policy: aws.s3.BucketPolicy;
  /** What makes it keep versions, on which their replication depends. */
  readonly versioning: aws.s3.BucketVersioning;
  /** What locks new versions, where they are locked. */
  readonly lock: readonly aws.s3.BucketObjectLockConfiguration[];
}

/** A bucket that is versioned, encrypted, closed to the public, without ACLs, and reached over TLS 1.2 or later only. */
export function secureBucket(
  name: string,
  { keyArn, retention, allow = () => [], lockDays, lockMode = "compliance", protect }: SecureBucketArgs,
  opts: { readonly parent: pulumi.Resource },
): SecureBucket {
  const bucket = new aws.s3.Bucket(
    name,
    { forceDestroy: !protect, ...(lockDays !== undefined && { objectLockEnabled: true }) },
    { ...opts, protect },
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-versioning`,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    opts,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      bucket: bucket.id,
      rules: [
        keyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
              bucketKeyEnabled: true,
            },
      ],
    },
    opts,
  );
  const publicAccessBlock = new aws.s3.BucketPublicAccessBlock(
    `${name}-public-access-block`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-ownership`,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    { bucket: bucket.id, rules: lifecycleRules(retention) },
    // rules about versions that are not current mean nothing to a bucket that has none yet
    { ...opts, dependsOn: [versioning] },
  );
  const policy = new aws.s3.BucketPolicy(
    `${name}-policy`,
    {
      bucket: bucket.id,
      policy: policyDocument([...refusePlainText(bucket.arn), ...allow(bucket.arn)]),
    },
    // S3 answers OperationAborted when the two are put at once
    { ...opts, dependsOn: [publicAccessBlock] },
  );
  const lock =
    lockDays === undefined
      ? []
      : [
          new aws.s3.BucketObjectLockConfiguration(
            `${name}-lock`,
            {
              bucket: bucket.id,
              rule: { defaultRetention: { mode: lockMode.toUpperCase(), days: lockDays } },
            },
            { ...opts, dependsOn: [versioning] },
          ),
        ];
  return { bucket, policy, versioning, lock };
}

function lifecycleRules({
  archiveAfterDays = 0,
  expireAfterDays,
  noncurrentRetentionDays,
}: Retention): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const everything = { filter: { prefix: "" }, status: "Enabled" };
  return [
    {
      ...everything,
      id: "clean-up",
      // parts of an upload that was given up are billed and never seen
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      noncurrentVersionExpiration: { noncurrentDays: noncurrentRetentionDays },
      expiration:
        expireAfterDays === undefined ? { expiredObjectDeleteMarker: true } : { days: expireAfterDays },
    },
    ...(archiveAfterDays > 0
      ? [
          {
            ...everything,
            id: "archive",
            // readable at once, unlike the other archive classes, so that a workload need not know
            transitions: [{ days: archiveAfterDays, storageClass: "GLACIER_IR" }],
          },
        ]
      : []),
  ];
}

function refusePlainText(bucketArn: pulumi.Output<string>): aws.iam.PolicyStatement[] {
  const everything = {
    Effect: "Deny" as const,
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
  };
  return [
    { ...everything, Sid: "TlsOnly", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { ...everything, Sid: "Tls12OrLater", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}
