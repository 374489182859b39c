import assert from "node:assert/strict";
import type { BudgetArgs } from "../../../components/governance/budget";
import { gcpProvider } from "../../../providers/gcp";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import type { Budget } from "../../../components/governance/budget";
import { onGcp, place } from "./stack";

const args = { monthlyUsd: 5000, notify: ["ops@example.com", "cfo@example.com"], protect: true };

async function makeBudget(more: Partial<BudgetArgs> = {}): Promise<Ran<Budget>> {
  return await run(() =>
    gcpProvider("main", { ...place, billingAccount: "012345-6789AB-CDEF01" }, {}).budget(
      "main-budget",
      { ...args, ...more },
      {},
    ),
  );
}

describe("GcpBudget", () => {
  it("tells people and a topic at 50, 80 and 100 percent, and when all of it is forecast", async () => {
    const { result, resources } = await makeBudget();
    const { inputs } = find(resources, "gcp:billing/budget:Budget", "main-budget");
    const channels = findAll(resources, "gcp:monitoring/notificationChannel:NotificationChannel");
    assert.deepEqual(
      channels.map(({ inputs: channel }) => [channel["type"], channel["labels"]]),
      [
        ["email", { email_address: "cfo@example.com" }],
        ["email", { email_address: "ops@example.com" }],
      ],
    );
    const { allUpdatesRule, ...rest } = inputs;
    assert.deepEqual(rest, {
      billingAccount: "012345-6789AB-CDEF01",
      displayName: "main-budget",
      amount: { specifiedAmount: { currencyCode: "USD", units: "5000" } },
      budgetFilter: { projects: ["projects/123456789012"], calendarPeriod: "MONTH" },
      thresholdRules: [
        { thresholdPercent: 0.5, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 0.8, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 1, spendBasis: "CURRENT_SPEND" },
        { thresholdPercent: 1, spendBasis: "FORECASTED_SPEND" },
      ],
    });
    const { pubsubTopic, monitoringNotificationChannels, schemaVersion } = allUpdatesRule as Record<
      string,
      unknown
    >;
    assert.equal(pubsubTopic, await valueOf(result.topic));
    assert.match(String(pubsubTopic), /^projects\/example-prod\/topics\/main-budget-[0-9a-f]{7}$/);
    assert.equal(schemaVersion, "1.0");
    assert.equal((monitoringNotificationChannels as unknown[]).length, 2);
  });

  it("can't watch for anomalies, and says so", async () => {
    await assert.rejects(makeBudget({ anomalyDetection: true }), {
      name: "UnsupportedOnCloudError",
      option: "budget.anomalyDetection",
      cloud: "gcp",
    });
  });

  it("names the key that is missing where nobody said which account pays", async () => {
    await assert.rejects(
      onGcp((cloud) => cloud.budget("main-budget", args, {})),
      /^Error: gcp\.billingAccount: expected the account that pays for the project, got nothing$/,
    );
  });

  it("refuses an amount that is no number of dollars", async () => {
    await assert.rejects(makeBudget({ monthlyUsd: 0 }), /monthlyUsd: expected whole dollars/);
  });
});
