import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../components/names";
import { AwsKey } from "./key";
import { awsRole } from "./role";
import { secureBucket } from "./secureBucket";

/** Arguments of {@link auditTrail} and of what else records the account. */
export interface RecordArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** How long what is recorded is kept, days. */
  readonly retentionDays: number;
  /** Refuse deletion of the record and of its key in Pulumi. */
  readonly protect: boolean;
}

/** Longest name of a trail, characters. */
const maxTrailName = 128;

/** What delivers the trail, and reads its key. */
const cloudTrail = "cloudtrail.amazonaws.com";

/**
 * Every call of an API of the account, in all regions, and every object read or written in S3: in a bucket where nobody
 * can change or delete it before its time, root included, and beside it in CloudWatch Logs, where alarms can read it.
 *
 * @returns the trail's bucket, and its log group
 */
export function auditTrail(
  name: string,
  { region, accountId, retentionDays, protect }: RecordArgs,
  opts: { readonly parent: pulumi.Resource },
): { readonly bucket: aws.s3.Bucket; readonly logGroup: aws.cloudwatch.LogGroup } {
  // the policies below name the trail before it is made
  const trailName = physicalName(maxTrailName, name);
  const fromTrail = {
    "aws:SourceArn": `arn:aws:cloudtrail:${region}:${accountId}:trail/${trailName}`,
  };
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `the audit trail ${name}`,
      services: [cloudTrail, `logs.${region}.amazonaws.com`],
      account: accountId,
      region,
      protect,
    },
    opts,
  );
  const { bucket, policy, lock } = secureBucket(
    name,
    {
      keyArn: key.arn,
      lockDays: retentionDays,
      // a version goes a day after its object, and no version before the lock lets it
      retention: { expireAfterDays: retentionDays, noncurrentRetentionDays: 1 },
      // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
      allow: (bucketArn) => [
        {
          Sid: "TrailAclCheck",
          Effect: "Allow",
          Principal: { Service: cloudTrail },
          Action: "s3:GetBucketAcl",
          Resource: bucketArn,
          Condition: { StringEquals: fromTrail },
        },
        {
          Sid: "TrailWrite",
          Effect: "Allow",
          Principal: { Service: cloudTrail },
          Action: "s3:PutObject",
          Resource: pulumi.interpolate`${bucketArn}/AWSLogs/${accountId}/*`,
          Condition: { StringEquals: { ...fromTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
      ],
      protect,
    },
    opts,
  );
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { kmsKeyId: key.arn, retentionInDays: retentionDays },
    { ...opts, protect },
  );
  const delivery = deliveryRole(`${name}-delivery`, { logGroup, fromTrail }, opts);
  new aws.cloudtrail.Trail(
    name,
    {
      name: trailName,
      s3BucketName: bucket.bucket,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      cloudWatchLogsGroupArn: pulumi.interpolate`${logGroup.arn}:*`,
      cloudWatchLogsRoleArn: delivery.role.arn,
      advancedEventSelectors: [
        {
          name: "management events",
          fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
        },
        {
          name: "objects of every bucket but the trail's own",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            // the trail would record that it recorded
            { field: "resources.ARN", notStartsWiths: [pulumi.interpolate`${bucket.arn}/`] },
          ],
        },
      ],
    },
    { ...opts, protect, dependsOn: [policy, ...lock, ...delivery.permissions] },
  );
  return { bucket, logGroup };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
function deliveryRole(
  name: string,
  {
    logGroup,
    fromTrail,
  }: { readonly logGroup: aws.cloudwatch.LogGroup; readonly fromTrail: Record<string, string> },
  opts: { readonly parent: pulumi.Resource },
): ReturnType<typeof awsRole> {
  return awsRole(
    name,
    {
      description: `CloudTrail's delivery to CloudWatch Logs, ${name}`,
      trust: [
        {
          Effect: "Allow",
          Principal: { Service: cloudTrail },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: fromTrail },
        },
      ],
      statements: [
        {
          Sid: "Deliver",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logGroup.arn}:log-stream:*`,
        },
      ],
    },
    opts,
  );
}
