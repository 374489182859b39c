import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket, BucketArgs } from "../../components/data/bucket";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { internet } from "../../components/platform/networkPolicy";
import { explicitProvider } from "./explicit";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { secureBucket } from "./secureBucket";

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

/** {@link Bucket} in S3, encrypted with a KMS key of its own, each access logged to a second bucket. */
export class AwsBucket extends pulumi.ComponentResource implements Bucket {
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

  constructor(name: string, args: AwsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Bucket", name, {}, opts);
    const { archiveAfterDays, noncurrentRetentionDays, accessLogRetentionDays = 365 } = args;
    const { region, accountId, servedFolder, protect = true } = args;

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
    const { bucket } = secureBucket(
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
    logAccess(name, { bucket, accountId, retentionDays: accessLogRetentionDays, protect }, { parent: this });

    this.bucketName = bucket.bucket;
    this.domainName = bucket.bucketRegionalDomainName;
    this.servedFolder = servedFolder;
    this.bucketArn = bucket.arn;
    this.keyArn = key.arn;
    this.region = region;
    this.connection = {
      BUCKET_NAME: this.bucketName,
      BUCKET_URL: pulumi.interpolate`s3://${this.bucketName}`,
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Grantable["connection"] {
    const write = access === "readWrite";
    const policy = policyDocument([
      {
        Sid: "Bucket",
        Effect: "Allow",
        Action: [
          "s3:GetBucketLocation",
          "s3:ListBucket",
          ...(write ? ["s3:ListBucketMultipartUploads"] : []),
        ],
        Resource: this.bucketArn,
      },
      {
        Sid: "Objects",
        Effect: "Allow",
        Action: [...readActions, ...(write ? writeActions : [])],
        Resource: pulumi.interpolate`${this.bucketArn}/*`,
      },
      {
        Sid: "Key",
        Effect: "Allow",
        Action: ["kms:Decrypt", ...(write ? ["kms:GenerateDataKey"] : [])],
        Resource: this.keyArn,
        Condition: { StringEquals: { "kms:ViaService": `s3.${this.region}.amazonaws.com` } },
      },
    ]);
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
    return {};
  }
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

interface AccessLogArgs {
  readonly bucket: aws.s3.Bucket;
  readonly accountId: string;
  readonly retentionDays: number;
  readonly protect: boolean;
}

/**
 * Server access logs, in a bucket beside that goes when this one does. It has no KMS key, since S3 can't deliver to a
 * bucket whose default is SSE-KMS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
function logAccess(
  name: string,
  { bucket, accountId, retentionDays, protect }: AccessLogArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const logs = secureBucket(
    `${name}-access-logs`,
    {
      retention: { expireAfterDays: retentionDays, noncurrentRetentionDays: 7 },
      allow: (logsArn) => [
        {
          Sid: "AccessLogDelivery",
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: pulumi.interpolate`${logsArn}/*`,
          Condition: {
            ArnLike: { "aws:SourceArn": bucket.arn },
            StringEquals: { "aws:SourceAccount": accountId },
          },
        },
      ],
      protect,
    },
    opts,
  );
  new aws.s3.BucketLogging(
    `${name}-logging`,
    {
      bucket: bucket.id,
      targetBucket: logs.bucket.id,
      targetPrefix: "",
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    },
    { ...opts, dependsOn: [logs.policy] },
  );
}
