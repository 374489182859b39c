import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { edgeRegion } from "./edgeRegion";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Arguments of {@link logQueries}. */
export interface QueryLogArgs {
  readonly zone: aws.route53.Zone;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Days. */
  readonly retentionDays: number;
  /** Refuse deletion in Pulumi. */
  readonly protect: boolean;
}

/**
 * What the zone was asked, encrypted. `opts` name us-east-1, the one region where Route 53 delivers to:
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
 */
export function logQueries(
  name: string,
  { zone, accountId, retentionDays, protect }: QueryLogArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider: pulumi.ProviderResource },
): void {
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `log of queries ${name}`,
      services: [`logs.${edgeRegion}.amazonaws.com`],
      account: accountId,
      region: edgeRegion,
      protect,
    },
    { parent: opts.parent, providers: [opts.provider] },
  );
  const logGroup = new aws.cloudwatch.LogGroup(
    name,
    { kmsKeyId: key.arn, retentionInDays: retentionDays },
    { ...opts, protect },
  );
  const delivery = new aws.cloudwatch.LogResourcePolicy(
    `${name}-delivery`,
    {
      policyName: name,
      policyDocument: policyDocument([
        {
          Sid: "Deliver",
          Effect: "Allow",
          Principal: { Service: "route53.amazonaws.com" },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logGroup.arn}:*`,
          Condition: {
            ArnEquals: { "aws:SourceArn": zone.arn },
            StringEquals: { "aws:SourceAccount": accountId },
          },
        },
      ]),
    },
    opts,
  );
  new aws.route53.QueryLog(
    name,
    { zoneId: zone.zoneId, cloudwatchLogGroupArn: logGroup.arn },
    { ...opts, dependsOn: [delivery] },
  );
}
