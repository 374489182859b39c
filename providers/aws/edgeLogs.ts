import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autoNamed } from "../../components/names";

/** Longest name of a delivery's source or destination that CloudWatch Logs takes. */
const maxDeliveryName = 60;

/** How logs of the edge are kept. */
export interface EdgeLogsArgs {
  readonly keyArn: pulumi.Input<string>;
  /** Days. */
  readonly retentionDays: number;
  /** Refuse deletion in Pulumi. */
  readonly protect: boolean;
}

/** What is made at the edge stands in us-east-1. */
export interface EdgeOptions {
  readonly parent: pulumi.Resource;
  readonly provider: pulumi.ProviderResource;
}

/** A log group encrypted with our key. */
export function edgeLogGroup(
  name: string,
  { keyArn, retentionDays, protect }: EdgeLogsArgs,
  opts: EdgeOptions,
  /** Name in CloudWatch, where Pulumi's own does not do. */
  groupName?: string,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    {
      kmsKeyId: keyArn,
      retentionInDays: retentionDays,
      ...(groupName !== undefined && { name: groupName }),
    },
    { ...opts, protect },
  );
}

/**
 * Fields of a record, of those that `aws logs describe-configuration-templates --service cloudfront` lists. Neither
 * cookies nor query strings nor referrers: sessions, tokens and e-mail addresses stand there.
 */
const fields = [
  ...["date", "time", "time-taken", "time-to-first-byte", "c-ip", "c-port", "c-country"],
  ...["cs-method", "cs-protocol", "cs-protocol-version", "x-host-header", "cs-uri-stem", "cs(User-Agent)"],
  ...["cs-bytes", "sc-bytes", "sc-status", "sc-content-type", "ssl-protocol", "ssl-cipher"],
  ...["x-edge-location", "x-edge-request-id", "x-edge-result-type", "x-edge-detailed-result-type"],
  "cache-behavior-path-pattern",
];

/**
 * Each request that CloudFront answered, by its logging v2, which needs no bucket with ACLs:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export function accessLogs(
  name: string,
  {
    distributionArn,
    logGroup,
  }: { readonly distributionArn: pulumi.Input<string>; readonly logGroup: aws.cloudwatch.LogGroup },
  opts: EdgeOptions,
): void {
  const source = new aws.cloudwatch.LogDeliverySource(
    autoNamed(maxDeliveryName, `${name}-source`),
    { logType: "ACCESS_LOGS", resourceArn: distributionArn },
    opts,
  );
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    autoNamed(maxDeliveryName, `${name}-destination`),
    {
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: logGroup.arn },
    },
    opts,
  );
  new aws.cloudwatch.LogDelivery(
    `${name}-delivery`,
    { deliverySourceName: source.name, deliveryDestinationArn: destination.arn, recordFields: fields },
    opts,
  );
}
