import * as assert from "node:assert/strict";
import { managedGroups } from "../../../providers/aws/waf";
import { find } from "../../support/run";
import { makeEdge, providerOf } from "./edges";
import { textOf } from "./inputs";

interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly action?: unknown;
  readonly overrideAction?: object;
  readonly statement: {
    readonly rateBasedStatement?: unknown;
    readonly managedRuleGroupStatement?: {
      readonly ruleActionOverrides: readonly { readonly name: string }[];
    };
  };
}

describe("AwsEdge's firewall and logs", () => {
  it("refuses an address above its rate, and what AWS's rule groups know; VPNs and large bodies are only counted", async () => {
    const { resources } = await makeEdge();
    const acl = find(resources, "aws:wafv2/webAcl:WebAcl");
    assert.deepEqual([acl.inputs["scope"], providerOf(acl)], ["CLOUDFRONT", "edge"]);
    assert.deepEqual(acl.inputs["defaultAction"], { allow: {} });
    const [rate, ...groups] = acl.inputs["rules"] as unknown as readonly Rule[];
    assert.deepEqual(rate?.action, { block: { customResponse: { responseCode: 429 } } });
    assert.deepEqual(rate.statement.rateBasedStatement, {
      limit: 2000,
      aggregateKeyType: "IP",
      evaluationWindowSec: 300,
    });
    const verdicts = Object.fromEntries(
      groups.map(({ name, overrideAction, statement: { managedRuleGroupStatement: group } }) => [
        name,
        [...Object.keys(overrideAction ?? {}), (group?.ruleActionOverrides ?? []).map((rule) => rule.name)],
      ]),
    );
    assert.deepEqual(verdicts, {
      AWSManagedRulesAmazonIpReputationList: ["none", []],
      AWSManagedRulesAnonymousIpList: ["count", []],
      AWSManagedRulesKnownBadInputsRuleSet: ["none", []],
      AWSManagedRulesCommonRuleSet: ["none", ["SizeRestrictions_BODY"]],
      AWSManagedRulesSQLiRuleSet: ["none", []],
      AWSManagedRulesLinuxRuleSet: ["none", []],
    });
    assert.deepEqual(
      [rate, ...groups].map(({ priority }) => priority),
      [0, 1, 2, 3, 4, 5, 6],
    );
    const { propertyDependencies } = find(resources, "aws:cloudfront/distribution:Distribution");
    assert.deepEqual(propertyDependencies["webAclId"], [acl.urn]);
  });

  it("stays within the capacity units that come without surcharge", () => {
    const rateLimit = 2;
    const total = managedGroups.reduce((sum, { capacityUnits }) => sum + capacityUnits, rateLimit);
    assert.ok(total <= 1500, `${total} units`);
  });

  it("takes another rate where told", async () => {
    const { resources } = await makeEdge({ requestsPerFiveMinutes: 500 });
    assert.match(JSON.stringify(find(resources, "aws:wafv2/webAcl:WebAcl").inputs), /"limit":500/);
  });

  it("keeps what the firewall and CloudFront saw, encrypted, as long as told, without credentials", async () => {
    const { resources } = await makeEdge();
    const key = find(resources, "aws:kms/key:Key", "edge-key");
    assert.equal(providerOf(key), "edge");
    for (const name of ["edge-firewall-logs", "edge-access-logs"]) {
      const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", name);
      assert.deepEqual([logs.inputs["retentionInDays"], logs.protect, providerOf(logs)], [400, true, "edge"]);
      assert.deepEqual(logs.propertyDependencies["kmsKeyId"], [key.urn]);
    }
    const firewallLogs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "edge-firewall-logs");
    assert.equal(firewallLogs.inputs["name"], "aws-waf-logs-edge-firewall");
    const logging = find(resources, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    assert.deepEqual(logging.propertyDependencies["logDestinationConfigs"], [firewallLogs.urn]);
    assert.deepEqual(logging.inputs["redactedFields"], [
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
    ]);
    const source = find(resources, "aws:cloudwatch/logDeliverySource:LogDeliverySource");
    assert.equal(source.inputs["logType"], "ACCESS_LOGS");
    assert.ok(textOf(source, "resourceArn").includes(":distribution/"));
    const delivery = find(resources, "aws:cloudwatch/logDelivery:LogDelivery");
    const fields = delivery.inputs["recordFields"] as readonly string[];
    assert.ok(fields.includes("c-ip") && fields.includes("cs-uri-stem"));
    for (const secret of ["cs(Cookie)", "cs-uri-query", "cs(Referer)", "x-forwarded-for"]) {
      assert.ok(!fields.includes(secret), secret);
    }
  });
});
