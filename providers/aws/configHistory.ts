import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecordArgs } from "./auditTrail";
import { AwsKey } from "./key";
import { awsRole, trustService } from "./role";
import { secureBucket } from "./secureBucket";

/**
 * AWS Config: what every resource of the account looked like, and when it changed, in a bucket of its own. It has no
 * lock: Config delivers to no bucket that locks by default
 * (https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html).
 *
 * @returns what is in place once Config records
 */
export function configHistory(
  name: string,
  { region, accountId, retentionDays, protect }: RecordArgs,
  opts: { readonly parent: pulumi.Resource },
): pulumi.Resource {
  const key = new AwsKey(
    `${name}-key`,
    { purpose: `configuration history in ${name}`, services: [], account: accountId, region, protect },
    opts,
  );
  const { bucket, policy } = secureBucket(
    name,
    { keyArn: key.arn, retention: { expireAfterDays: retentionDays, noncurrentRetentionDays: 7 }, protect },
    opts,
  );
  const { role, permissions } = awsRole(
    `${name}-role`,
    {
      description: `AWS Config, ${name}`,
      trust: [trustService("config.amazonaws.com", accountId)],
      managedPolicies: { read: "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole" },
      // https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html
      statements: [
        {
          Sid: "Deliver",
          Effect: "Allow",
          Action: "s3:PutObject",
          Resource: pulumi.interpolate`${bucket.arn}/AWSLogs/${accountId}/*`,
          Condition: { StringLike: { "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
        {
          Sid: "Bucket",
          Effect: "Allow",
          Action: ["s3:GetBucketAcl", "s3:ListBucket"],
          Resource: bucket.arn,
        },
        {
          Sid: "Key",
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: key.arn,
        },
      ],
    },
    opts,
  );
  const recorder = new aws.cfg.Recorder(
    name,
    {
      roleArn: role.arn,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
      recordingMode: { recordingFrequency: "CONTINUOUS" },
    },
    { ...opts, dependsOn: [...permissions] },
  );
  const channel = new aws.cfg.DeliveryChannel(
    name,
    {
      s3BucketName: bucket.bucket,
      s3KmsKeyArn: key.arn,
      snapshotDeliveryProperties: { deliveryFrequency: "TwentyFour_Hours" },
    },
    { ...opts, dependsOn: [recorder, policy] },
  );
  return new aws.cfg.RecorderStatus(
    name,
    { name: recorder.name, isEnabled: true },
    { ...opts, dependsOn: [channel] },
  );
}
