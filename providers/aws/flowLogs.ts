import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AwsKey } from "./key";
import { secureBucket } from "./secureBucket";

/** Arguments of {@link flowLogs}. */
export interface FlowLogsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** How long the logs are kept, days. */
  readonly retentionDays: number;
  /** Refuse deletion of the logs and of their key in Pulumi. */
  readonly protect: boolean;
}

/**
 * Fields of a record. The default ones name addresses after translation only; `pkt-*` keep those of pods, and
 * `traffic-path`, `flow-direction` tell which way traffic left.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
const fields = [
  ...["version", "account-id", "vpc-id", "subnet-id", "az-id", "interface-id", "instance-id", "type"],
  ...["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr"],
  ...["pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path"],
  ...["packets", "bytes", "start", "end", "action", "log-status"],
];

/** Every flow of the VPC, accepted or rejected, as Parquet in an encrypted bucket: Athena reads it in place. */
export function flowLogs(
  name: string,
  { vpcId, region, accountId, retentionDays, protect }: FlowLogsArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const delivery = "delivery.logs.amazonaws.com";
  const key = new AwsKey(
    `${name}-key`,
    { purpose: `flow logs in the bucket ${name}`, services: [delivery], account: accountId, region, protect },
    opts,
  );
  const fromHere = {
    StringEquals: { "aws:SourceAccount": accountId },
    ArnLike: { "aws:SourceArn": `arn:aws:logs:${region}:${accountId}:*` },
  };
  const { bucket, policy } = secureBucket(
    name,
    {
      keyArn: key.arn,
      retention: { expireAfterDays: retentionDays, noncurrentRetentionDays: 7 },
      // exactly what AWS would add by itself, or the policy drifts:
      // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
      allow: (bucketArn) => [
        {
          Sid: "AWSLogDeliveryWrite",
          Effect: "Allow",
          Principal: { Service: delivery },
          Action: "s3:PutObject",
          Resource: pulumi.interpolate`${bucketArn}/AWSLogs/*`,
          Condition: {
            ...fromHere,
            StringEquals: { ...fromHere.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" },
          },
        },
        {
          Sid: "AWSLogDeliveryAclCheck",
          Effect: "Allow",
          Principal: { Service: delivery },
          Action: "s3:GetBucketAcl",
          Resource: bucketArn,
          Condition: fromHere,
        },
      ],
      protect,
    },
    opts,
  );
  new aws.ec2.FlowLog(
    name,
    {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: bucket.arn,
      logFormat: fields.map((field) => `\${${field}}`).join(" "),
      maxAggregationInterval: 60,
      destinationOptions: { fileFormat: "parquet", hiveCompatiblePartitions: true, perHourPartition: true },
    },
    { ...opts, dependsOn: [policy] },
  );
}
