import * as aws from "@pulumi/aws";
import { edgeLogGroup, type EdgeLogsArgs, type EdgeOptions } from "./edgeLogs";

/** Arguments of {@link firewall}. */
export interface FirewallArgs {
  /** Of one address. */
  readonly requestsPerFiveMinutes: number;
  readonly logs: EdgeLogsArgs;
}

/** A group of rules that AWS keeps up to date. */
interface ManagedGroup {
  readonly name: string;
  /** What it costs of the 1,500 capacity units that come without surcharge. */
  readonly capacityUnits: number;
  /** `count` only shows in log and metrics what would have been refused. */
  readonly action: "refuse" | "count";
  /**
   * Rules that only count.
   *
   * @default []
   */
  readonly countedRules?: readonly string[];
}

/**
 * Cheapest verdict first; 1,375 capacity units with the rate limit's two left aside.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const managedGroups: readonly ManagedGroup[] = [
  { name: "AWSManagedRulesAmazonIpReputationList", capacityUnits: 25, action: "refuse" },
  // people use VPNs, and so do the crawlers that the system itself serves
  { name: "AWSManagedRulesAnonymousIpList", capacityUnits: 50, action: "count" },
  { name: "AWSManagedRulesKnownBadInputsRuleSet", capacityUnits: 200, action: "refuse" },
  {
    name: "AWSManagedRulesCommonRuleSet",
    capacityUnits: 700,
    action: "refuse",
    // it refuses bodies over 8 KB, of which any upload is one; how large one may be is the ingress's to say
    countedRules: ["SizeRestrictions_BODY"],
  },
  { name: "AWSManagedRulesSQLiRuleSet", capacityUnits: 200, action: "refuse" },
  { name: "AWSManagedRulesLinuxRuleSet", capacityUnits: 200, action: "refuse" },
];

const fiveMinutesSeconds = 300;

/** Headers that let one in: never in a log. */
const credentialHeaders = ["authorization", "cookie"] as const;

/** Web ACL before CloudFront: a rate limit by address, managed rules, and a log of what it saw. */
export function firewall(
  name: string,
  { requestsPerFiveMinutes, logs }: FirewallArgs,
  opts: EdgeOptions,
): aws.wafv2.WebAcl {
  const acl = new aws.wafv2.WebAcl(
    name,
    {
      scope: "CLOUDFRONT",
      description: "rate limit and managed rules",
      defaultAction: { allow: {} },
      rules: [
        {
          name: "rate-limit",
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: {
              limit: requestsPerFiveMinutes,
              aggregateKeyType: "IP",
              evaluationWindowSec: fiveMinutesSeconds,
            },
          },
          visibilityConfig: visible("rate-limit"),
        },
        ...managedGroups.map((group, place) => managedRule(group, place + 1)),
      ],
      visibilityConfig: visible(name),
    },
    opts,
  );
  // the one prefix of a log group's name that WAF takes
  const logGroup = edgeLogGroup(`${name}-logs`, logs, opts, `aws-waf-logs-${name}`);
  new aws.wafv2.WebAclLoggingConfiguration(
    `${name}-logging`,
    {
      resourceArn: acl.arn,
      logDestinationConfigs: [logGroup.arn],
      redactedFields: credentialHeaders.map((header) => ({ singleHeader: { name: header } })),
    },
    opts,
  );
  return acl;
}

function managedRule(
  { name, action, countedRules = [] }: ManagedGroup,
  priority: number,
): aws.types.input.wafv2.WebAclRule {
  return {
    name,
    priority,
    overrideAction: action === "count" ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
    visibilityConfig: visible(name),
  };
}

function visible(metricName: string): aws.types.input.wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
