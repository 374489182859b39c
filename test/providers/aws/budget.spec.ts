import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { AwsBudget, type AwsBudgetArgs } from "../../../providers/aws/budget";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf } from "./inputs";
import { awsProviders, here } from "./stacks";

async function makeBudget(
  args: Partial<AwsBudgetArgs> = {},
): Promise<{ readonly result: AwsBudget; readonly resources: readonly PlanResource[] }> {
  return await run(
    () =>
      new AwsBudget(
        "costs",
        { ...here, monthlyUsd: 5000, notify: ["ops@example.com"], ...args },
        { providers: awsProviders() },
      ),
  );
}

describe("AwsBudget", () => {
  it("tells people and a topic at 50, 80 and 100 percent, and when all of it is forecast", async () => {
    const { result, resources } = await makeBudget();
    const topic = await valueOf(result.topic);
    const { inputs } = find(resources, "aws:budgets/budget:Budget", "costs");
    const notification = (threshold: number, notificationType: string): object => ({
      notificationType,
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: ["ops@example.com"],
      subscriberSnsTopicArns: [topic],
    });
    assert.deepEqual(inputs, {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "5000",
      limitUnit: "USD",
      notifications: [
        notification(50, "ACTUAL"),
        notification(80, "ACTUAL"),
        notification(100, "ACTUAL"),
        notification(100, "FORECASTED"),
      ],
    });
  });

  it("lets the two publishers alone write to the topic and use its key, for this account", async () => {
    const { result, resources } = await makeBudget();
    const topic = await valueOf(result.topic);
    const [budgets, anomalies, tls, ...more] = policyOf(
      find(resources, "aws:sns/topicPolicy:TopicPolicy"),
    ).Statement;
    const publish = (Sid: string, Service: string): object => ({
      Sid,
      Effect: "Allow",
      Principal: { Service },
      Action: "sns:Publish",
      Resource: topic,
      Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } },
    });
    assert.deepEqual(budgets, publish("Budgets", "budgets.amazonaws.com"));
    assert.deepEqual(anomalies, publish("Anomalies", "costalerts.amazonaws.com"));
    assert.deepEqual([tls?.["Effect"], more], ["Deny", []]);
    const key = find(resources, "aws:kms/key:Key", "costs-key");
    assert.deepEqual(
      policyOf(key)
        .Statement.slice(1)
        .map(({ Principal }) => Principal),
      [{ Service: "budgets.amazonaws.com" }, { Service: "costalerts.amazonaws.com" }],
    );
    const { propertyDependencies } = find(resources, "aws:sns/topic:Topic", "costs");
    assert.ok(propertyDependencies["kmsMasterKeyId"]?.includes(key.urn));
  });

  it("makes a budget after the topic lets it in: AWS Budgets tries the topic", async () => {
    const { resources } = await makeBudget();
    const policy = find(resources, "aws:sns/topicPolicy:TopicPolicy");
    assert.ok(find(resources, "aws:budgets/budget:Budget").dependencies.includes(policy.urn));
  });

  it("watches for anomalies only where asked, programs at once and people daily", async () => {
    const kinds = /^aws:costexplorer\//;
    const without = await makeBudget();
    assert.deepEqual(
      without.resources.filter(({ type }) => kinds.test(type)),
      [],
    );
    const { result, resources } = await makeBudget({ anomalyDetection: true });
    assert.deepEqual(
      find(resources, "aws:costexplorer/anomalyMonitor:AnomalyMonitor").inputs["monitorType"],
      "DIMENSIONAL",
    );
    const subscriptions = findAll(resources, "aws:costexplorer/anomalySubscription:AnomalySubscription");
    assert.deepEqual(
      subscriptions.map(({ name, inputs }) => [name, inputs["frequency"], inputs["subscribers"]]),
      [
        ["costs-anomalies-daily", "DAILY", [{ type: "EMAIL", address: "ops@example.com" }]],
        ["costs-anomalies-immediate", "IMMEDIATE", [{ type: "SNS", address: await valueOf(result.topic) }]],
      ],
    );
  });

  it("makes no monitor where the account has one, and writes of what that one finds", async () => {
    const anomalyMonitorArn = "arn:aws:ce::210987654321:anomalymonitor/12345678-1234-1234-1234-123456789012";
    const { resources } = await makeBudget({ anomalyDetection: true, anomalyMonitorArn });
    assert.deepEqual(findAll(resources, "aws:costexplorer/anomalyMonitor:AnomalyMonitor"), []);
    const subscriptions = findAll(resources, "aws:costexplorer/anomalySubscription:AnomalySubscription");
    assert.deepEqual(
      subscriptions.map(({ inputs }) => inputs["monitorArnLists"]),
      [[anomalyMonitorArn], [anomalyMonitorArn]],
    );
  });

  for (const [what, args, message] of [
    ["cents", { monthlyUsd: 1.5 }, /^monthlyUsd: expected whole dollars, 1 or more, got 1\.5$/],
    ["nobody to tell", { notify: [] }, /^notify: expected 1 to 5 e-mail addresses, got 0$/],
    [
      "more than five to tell",
      { notify: Array.from({ length: 6 }, (_, i) => `a${i}@example.com`) },
      /got 6$/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(makeBudget(args), { name: "RangeError", message });
    });
  }
});
