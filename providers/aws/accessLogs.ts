import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { secureBucket } from "./secureBucket";

/** Arguments of {@link logAccess}. */
export interface AccessLogArgs {
  /** The bucket that is read and written. */
  readonly bucket: aws.s3.Bucket;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** How long a log is kept, days. */
  readonly retentionDays: number;
  readonly protect: boolean;
}

/**
 * Server access logs, in a bucket beside that goes when this one does. It has no KMS key, since S3 can't deliver to a
 * bucket whose default is SSE-KMS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function logAccess(
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
