import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type Budget,
  type BudgetArgs,
  budgetThresholds,
  checkBudget,
} from "../../components/governance/budget";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsBudget}. */
export interface AwsBudgetArgs extends BudgetArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /**
   * The monitor of AWS services that the account has already: it may have one, and gets it by itself once Cost Explorer is
   * enabled (https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html).
   *
   * @default - one is made
   */
  readonly anomalyMonitorArn?: string;
  /**
   * Refuse deletion of the topic's key in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** Who publishes: AWS Budgets, and Cost Anomaly Detection. */
const publishers = { budgets: "budgets.amazonaws.com", anomalies: "costalerts.amazonaws.com" } as const;

/** An anomaly worth a message: so much more than was expected, in part and in dollars, or small numbers are noise. */
const anomaly = { percent: 20, usd: 100 } as const;

/** {@link Budget} by AWS Budgets, of the whole account, with Cost Anomaly Detection where it is asked for. */
export class AwsBudget extends pulumi.ComponentResource implements Budget {
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: AwsBudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Budget", name, {}, opts);
    const { monthlyUsd, notify, anomalyDetection = false, anomalyMonitorArn } = args;
    const { region, accountId, protect = true } = args;
    checkBudget(args);

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `messages about what the account costs, of ${name}`,
        services: Object.values(publishers),
        account: accountId,
        region,
        protect,
      },
      { parent: this },
    );
    const topic = new aws.sns.Topic(name, { kmsMasterKeyId: key.arn }, { parent: this });
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topicPolicy(topic.arn, accountId) },
      { parent: this },
    );
    const ready = { parent: this, dependsOn: [policy] };
    new aws.budgets.Budget(
      name,
      {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(monthlyUsd),
        limitUnit: "USD",
        notifications: budgetThresholds.map(({ percent, of }) => ({
          notificationType: of === "actual" ? "ACTUAL" : "FORECASTED",
          comparisonOperator: "GREATER_THAN",
          threshold: percent,
          thresholdType: "PERCENTAGE",
          subscriberEmailAddresses: [...notify],
          subscriberSnsTopicArns: [topic.arn],
        })),
      },
      ready,
    );
    if (anomalyDetection) {
      const monitorArn = anomalyMonitorArn ?? anomalyMonitor(`${name}-anomalies`, ready).arn;
      tellAnomalies(`${name}-anomalies`, { monitorArn, topic: topic.arn, notify }, ready);
    }

    this.topic = topic.arn;
    this.registerOutputs({ topic: this.topic });
  }
}

/** What stands before a part: the topic that lets its publishers in. */
interface Ready {
  readonly parent: pulumi.Resource;
  readonly dependsOn: pulumi.Resource[];
}

/** A monitor of every service of the account. */
function anomalyMonitor(name: string, opts: Ready): aws.costexplorer.AnomalyMonitor {
  return new aws.costexplorer.AnomalyMonitor(
    name,
    { monitorType: "DIMENSIONAL", monitorDimension: "SERVICE" },
    opts,
  );
}

/**
 * Programs hear of an anomaly at once, people once a day: Cost Anomaly Detection takes topics at IMMEDIATE only, and
 * addresses at DAILY or WEEKLY only.
 */
function tellAnomalies(
  name: string,
  {
    monitorArn,
    topic,
    notify,
  }: {
    readonly monitorArn: pulumi.Input<string>;
    readonly topic: pulumi.Input<string>;
    readonly notify: readonly string[];
  },
  opts: Ready,
): void {
  const thresholdExpression = {
    ands: [
      {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_PERCENTAGE",
          matchOptions: ["GREATER_THAN_OR_EQUAL"],
          values: [String(anomaly.percent)],
        },
      },
      {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
          matchOptions: ["GREATER_THAN_OR_EQUAL"],
          values: [String(anomaly.usd)],
        },
      },
    ],
  };
  for (const [role, frequency, subscribers] of [
    ["immediate", "IMMEDIATE", [{ type: "SNS", address: topic }]],
    ["daily", "DAILY", notify.map((address) => ({ type: "EMAIL", address }))],
  ] as const) {
    new aws.costexplorer.AnomalySubscription(
      `${name}-${role}`,
      { frequency, monitorArnLists: [monitorArn], subscribers: [...subscribers], thresholdExpression },
      opts,
    );
  }
}

/** The two publishers for this account, over TLS. */
function topicPolicy(topicArn: pulumi.Output<string>, accountId: string): pulumi.Output<string> {
  return policyDocument([
    ...Object.values(publishers).map((service): aws.iam.PolicyStatement => ({
      Sid: service === publishers.budgets ? "Budgets" : "Anomalies",
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    })),
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
