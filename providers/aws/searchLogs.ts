import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Every log of a domain, by the name of its group. */
const logTypes = {
  audit: "AUDIT_LOGS",
  application: "ES_APPLICATION_LOGS",
  "index-slow": "INDEX_SLOW_LOGS",
  "search-slow": "SEARCH_SLOW_LOGS",
} as const;

/** Where a domain writes, and what lets it. */
export interface DomainLogs {
  readonly publishing: aws.types.input.opensearch.DomainLogPublishingOption[];
  /** What must stand before the domain. */
  readonly policy: aws.cloudwatch.LogResourcePolicy;
}

/** Arguments of {@link domainLogs}. */
export interface DomainLogsArgs {
  readonly domainName: string;
  readonly key: AwsKey;
  readonly retentionDays: number;
  readonly region: string;
  readonly accountId: string;
  readonly protect: boolean;
}

/** Who did what, what went wrong and what was slow, in groups with a key and an end, which this domain alone may write. */
export function domainLogs(
  name: string,
  { domainName, key, retentionDays, region, accountId, protect }: DomainLogsArgs,
  opts: { readonly parent: pulumi.Resource },
): DomainLogs {
  const prefix = `/aws/opensearch/domains/${domainName}`;
  const publishing = Object.entries(logTypes).map(([log, logType]) => {
    const group = new aws.cloudwatch.LogGroup(
      `${name}-${log}-logs`,
      { name: `${prefix}/${log}`, retentionInDays: retentionDays, kmsKeyId: key.arn },
      { ...opts, protect },
    );
    return { logType, cloudwatchLogGroupArn: group.arn, enabled: true };
  });
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-logs`,
    {
      policyName: domainName,
      policyDocument: policyDocument([
        {
          Effect: "Allow",
          Principal: { Service: "es.amazonaws.com" },
          Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"],
          Resource: `arn:aws:logs:${region}:${accountId}:log-group:${prefix}/*`,
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": `arn:aws:es:${region}:${accountId}:domain/${domainName}` },
          },
        },
      ]),
    },
    opts,
  );
  return { publishing, policy };
}
