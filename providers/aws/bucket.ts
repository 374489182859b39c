import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket, BucketArgs } from "../../components/data/bucket";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { internet } from "../../components/platform/networkPolicy";
import { logAccess } from "./accessLogs";
import type { AlarmChannels } from "./alarmChannels";
import { bucketAlarms } from "./bucketAlarms";
import { AwsBucketReplica } from "./bucketReplica";
import { BucketReplication } from "./bucketReplication";
import { explicitProvider } from "./explicit";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { awsRecovery } from "./recovery";
import { secureBucket } from "./secureBucket";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsBucket}. */
export interface AwsBucketArgs extends BucketArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** Who reads what an edge serves. */
const cloudFront = "cloudfront.amazonaws.com";

const readActions = ["s3:GetObject", "s3:GetObjectVersion"];
const writeActions = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
];

/**
 * {@link Bucket} in S3, encrypted with a KMS key of its own, each access logged to a second bucket. With a place for recovery
 * each version is copied there within a quarter of an hour, into a bucket that nobody can empty ({@link AwsBucketReplica}).
 */
export class AwsBucket extends pulumi.ComponentResource implements Bucket, WatchedStore {
  readonly bucketName: pulumi.Output<string>;
  readonly destinations = [internet(443)];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  /** DNS name in the bucket's own region. */
  readonly domainName: pulumi.Output<string>;
  readonly servedFolder: string | undefined;
  private readonly bucketArn: pulumi.Output<string>;
  /** Key that its objects are encrypted with. */
  readonly keyArn: pulumi.Output<string>;
  private readonly region: string;
  private readonly replication?: BucketReplication;
  private readonly watchedAs: string;

  constructor(name: string, args: AwsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Bucket", name, {}, opts);
    const { archiveAfterDays, noncurrentRetentionDays, accessLogRetentionDays = 365 } = args;
    const { region, accountId, servedFolder, watchedAs = "bucket", protect = true } = args;

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `objects in the bucket ${name}`,
        services: servedFolder === undefined ? [] : [cloudFront],
        account: accountId,
        region,
        protect,
      },
      { parent: this },
    );
    const made = secureBucket(
      name,
      {
        keyArn: key.arn,
        retention: { archiveAfterDays, noncurrentRetentionDays },
        ...(servedFolder !== undefined && {
          allow: (arn) => [readFrom(pulumi.interpolate`${arn}/${servedFolder}/*`, accountId)],
        }),
        protect,
      },
      { parent: this },
    );
    const { bucket } = made;
    logAccess(name, { bucket, accountId, retentionDays: accessLogRetentionDays, protect }, { parent: this });

    if (args.recovery !== undefined) {
      const place = awsRecovery(args.recovery);
      const replica = new AwsBucketReplica(
        `${name}-recovery`,
        { ...args, place, accountId, accessLogRetentionDays, protect },
        { parent: this },
      );
      this.replication = new BucketReplication(
        `${name}-replication`,
        { ...made, keyArn: key.arn, region, accountId, replica },
        { parent: this },
      );
    }

    this.bucketName = bucket.bucket;
    this.domainName = bucket.bucketRegionalDomainName;
    this.servedFolder = servedFolder;
    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.region = region;
    this.watchedAs = watchedAs;
    this.connection = {
      BUCKET_NAME: this.bucketName,
      BUCKET_URL: pulumi.interpolate`s3://${this.bucketName}`,
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    if (this.replication === undefined) return;
    const { lateQueue } = this.replication;
    bucketAlarms(name, { lateQueue, watchedAs: this.watchedAs }, channels, opts);
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Grantable["connection"] {
    const here = { bucketArn: this.bucketArn, keyArn: this.keyArn, region: this.region };
    const there = this.replication?.replica;
    const policy = policyDocument([
      ...accessTo(here, "", access),
      ...(there === undefined
        ? []
        : accessTo({ ...there, bucketArn: there.made.bucket.arn }, "Recovery", access)),
    ]);
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
    return {};
  }
}

interface Accessed {
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  readonly region: string;
}

/** What a workload may do with the objects of a bucket, by that bucket's key. */
function accessTo(
  { bucketArn, keyArn, region }: Accessed,
  sid: string,
  access: Access,
): aws.iam.PolicyStatement[] {
  const write = access === "readWrite";
  return [
    {
      Sid: `${sid}Bucket`,
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", ...(write ? ["s3:ListBucketMultipartUploads"] : [])],
      Resource: bucketArn,
    },
    {
      Sid: `${sid}Objects`,
      Effect: "Allow",
      Action: [...readActions, ...(write ? writeActions : [])],
      Resource: pulumi.interpolate`${bucketArn}/*`,
    },
    {
      Sid: `${sid}Key`,
      Effect: "Allow",
      Action: ["kms:Decrypt", ...(write ? ["kms:GenerateDataKey"] : [])],
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
    },
  ];
}

/** The bucket as this cloud made it. */
export function awsBucket(bucket: Bucket): AwsBucket {
  if (!(bucket instanceof AwsBucket)) {
    throw new Error(`bucket: expected a bucket of this cloud, got a ${bucket.constructor.name}`);
  }
  return bucket;
}

/**
 * Lets the account's distributions read: which of them is not known yet, as a distribution is made after its bucket.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
function readFrom(objects: pulumi.Output<string>, accountId: string): aws.iam.PolicyStatement {
  return {
    Sid: "CloudFrontRead",
    Effect: "Allow",
    Principal: { Service: cloudFront },
    Action: "s3:GetObject",
    Resource: objects,
    Condition: { ArnLike: { "aws:SourceArn": `arn:aws:cloudfront::${accountId}:distribution/*` } },
  };
}
