import { isTrue } from "../check";
import { fromStaging, strictInProd } from "../levels";
import type { Props } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";
import { cannotTell } from "../unknown";

const webAcls = ["aws:wafv2/webAcl:WebAcl"] as const;

/** The ACL's rules. Those that are given as JSON are WAF's to read: of them nothing is said. */
function rulesOf({ rules, ruleJson }: Props<"aws:wafv2/webAcl:WebAcl">) {
  if (ruleJson !== undefined) return cannotTell("ruleJson");
  return rules ?? [];
}

export const logging = stackRule({
  id: "aws-waf-logging",
  title: "WAF logs what it decides",
  severity: "medium",
  description: "Without its log nobody knows what was tried, nor whom a rule turned away by mistake.",
  remedy: "Add an aws.wafv2.WebAclLoggingConfiguration whose resourceArn is the ACL's.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: webAcls,
  check: (acl, stack) =>
    pointingAt(stack, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn", acl)
      .length === 0 && "no WebAclLoggingConfiguration is about this ACL",
});

export const logsRedacted = resourceRule({
  id: "aws-waf-log-redacted",
  title: "WAF's log holds no session",
  severity: "high",
  description:
    "A log of requests with their cookies and tokens is a list of sessions for whoever may read logs.",
  remedy: "List singleHeader authorization and cookie in redactedFields.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  settings: {
    headers: {
      schema: { type: "array", items: { type: "string" }, description: "Headers that no log may hold." },
      values: {
        dev: ["authorization", "cookie"],
        staging: ["authorization", "cookie"],
        prod: ["authorization", "cookie"],
      },
    },
  },
  types: ["aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"],
  check: ({ props }, { headers }) => {
    const redacted = (props.redactedFields ?? []).map(({ singleHeader }) =>
      singleHeader?.name?.toLowerCase(),
    );
    return headers
      .filter((header) => !redacted.includes(header))
      .map((header) => `redactedFields lacks singleHeader ${header}`);
  },
});

export const managedRules = resourceRule({
  id: "aws-waf-managed-rules",
  title: "WAF blocks what AWS knows to be attacks",
  severity: "medium",
  description:
    "The managed groups catch injections and inputs with known holes; a group that only counts stops nothing.",
  remedy: "Add a rule with managedRuleGroupStatement for each group asked, with overrideAction none.",
  controls: { soc2: ["CC6.6", "CC6.8"], gdpr: ["32(1)(b)"], pciDss: ["6.4.2"] },
  levels: strictInProd,
  settings: {
    groups: {
      schema: { type: "array", items: { type: "string" }, description: "Groups of AWS that must block." },
      values: {
        dev: ["AWSManagedRulesCommonRuleSet"],
        staging: ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"],
        prod: ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"],
      },
    },
  },
  types: webAcls,
  check: ({ props }, { groups }) => {
    const managed = rulesOf(props).flatMap(({ statement, overrideAction }) => {
      const group = statement?.managedRuleGroupStatement;
      return group?.vendorName === "AWS"
        ? [{ group: group.name, counts: overrideAction?.count !== undefined }]
        : [];
    });
    return groups.map((asked) => {
      const found = managed.find(({ group }) => group === asked);
      if (!found) return `no rule is of ${asked}`;
      return found.counts && `the rule of ${asked} only counts`;
    });
  },
});

export const metrics = resourceRule({
  id: "aws-waf-metrics",
  title: "WAF counts what each rule does",
  severity: "low",
  description: "A rule without a metric can neither be tuned nor raise an alarm.",
  remedy: "Set visibilityConfig.cloudwatchMetricsEnabled of the ACL and of each rule to true.",
  controls: { soc2: ["CC7.2"] },
  levels: strictInProd,
  types: webAcls,
  check: ({ props }) => [
    !isTrue(props.visibilityConfig?.cloudwatchMetricsEnabled) &&
      "visibilityConfig.cloudwatchMetricsEnabled is not true",
    ...rulesOf(props).map(
      ({ visibilityConfig }, index) =>
        !isTrue(visibilityConfig?.cloudwatchMetricsEnabled) &&
        `rules[${index}].visibilityConfig.cloudwatchMetricsEnabled is not true`,
    ),
  ],
});

export const rateLimit = resourceRule({
  id: "aws-waf-rate-limit",
  title: "WAF limits how fast one address may call",
  severity: "medium",
  description: "Guessing passwords, scraping and floods all need many requests from few addresses.",
  remedy: "Add a rule with a rateBasedStatement whose action is block, captcha or challenge.",
  controls: { soc2: ["CC6.6", "A1.1"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: webAcls,
  check: ({ props }) =>
    !rulesOf(props).some(
      ({ statement, action }) =>
        statement?.rateBasedStatement !== undefined &&
        (action?.block ?? action?.captcha ?? action?.challenge) !== undefined,
    ) && "no rule has a rateBasedStatement that blocks",
});
