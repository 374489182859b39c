import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  type Budget,
  type BudgetArgs,
  budgetThresholds,
  checkBudget,
} from "../../components/governance/budget";
import type { GcpPlacement } from "./project";
import { UnsupportedOnCloudError } from "../unsupported";

/** Arguments of a {@link GcpBudget}. */
export interface GcpBudgetArgs extends BudgetArgs, GcpPlacement {
  /** Id of the billing account that pays for the project: three times six hexadecimal digits. */
  readonly billingAccount: string;
}

/** {@link Budget} of the project, kept in the billing account that pays for it. */
export class GcpBudget extends pulumi.ComponentResource implements Budget {
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: GcpBudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Budget", name, {}, opts);
    const { monthlyUsd, notify, anomalyDetection = false, billingAccount, project } = args;
    checkBudget(args);
    if (anomalyDetection) {
      throw new UnsupportedOnCloudError("budget.anomalyDetection");
    }
    const child = { parent: this };

    // Cloud Billing lets its own publisher in when the budget is made
    const topic = new gcp.pubsub.Topic(name, {}, { ...child, dependsOn: [project.api("pubsub")] });
    const channels = notify.map(
      (address) =>
        new gcp.monitoring.NotificationChannel(
          `${name}-${address.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`,
          { type: "email", displayName: `${name}: ${address}`, labels: { email_address: address } },
          { ...child, dependsOn: [project.api("monitoring")] },
        ),
    );
    new gcp.billing.Budget(
      name,
      {
        billingAccount,
        displayName: name,
        // the account's currency has to be US dollars, or it is refused: the number means something else then
        amount: { specifiedAmount: { currencyCode: "USD", units: String(monthlyUsd) } },
        budgetFilter: {
          projects: [pulumi.interpolate`projects/${project.number}`],
          calendarPeriod: "MONTH",
        },
        thresholdRules: budgetThresholds.map(({ percent, of }) => ({
          thresholdPercent: percent / 100,
          spendBasis: of === "actual" ? "CURRENT_SPEND" : "FORECASTED_SPEND",
        })),
        allUpdatesRule: {
          pubsubTopic: topic.id,
          schemaVersion: "1.0",
          monitoringNotificationChannels: channels.map(({ id }) => id),
        },
      },
      { ...child, dependsOn: [project.api("billingbudgets")] },
    );

    this.topic = topic.id;
    this.registerOutputs({ topic: this.topic });
  }
}
