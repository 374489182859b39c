import * as assert from "node:assert/strict";
import { alertRules } from "../../../components/platform/alertRules";
import { find, run } from "../../support/run";
import { ClusterStub } from "./clusterStub";

describe("alertRules", () => {
  it("are alerts by name, with the severity and the team that Alertmanager routes by, and the page of what to do", async () => {
    const { resources } = await run(() => {
      const { provider } = new ClusterStub("main");
      return alertRules(
        "shop-alerts",
        {
          namespace: "shop",
          rules: "shop",
          alerts: {
            "shop-empty": { severity: "critical", description: "Nothing is left.", expr: "shop_goods == 0" },
            "shop-queue": {
              severity: "warning",
              description: "They wait.",
              expr: "shop_queue > 9",
              minutes: 5,
            },
          },
        },
        { provider },
      );
    });
    const { inputs } = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "shop-alerts");
    assert.deepEqual(inputs["metadata"], { name: "shop", namespace: "shop" });
    assert.deepEqual(inputs["spec"], {
      groups: [
        {
          name: "shop",
          rules: [
            {
              alert: "shop-empty",
              expr: "shop_goods == 0",
              for: "15m",
              labels: { severity: "critical", team: "platform" },
              annotations: {
                summary: "shop-empty",
                description: "Nothing is left.",
                runbook_url: "docs/runbooks/shop.md#shop-empty",
              },
            },
            {
              alert: "shop-queue",
              expr: "shop_queue > 9",
              for: "5m",
              labels: { severity: "warning", team: "platform" },
              annotations: {
                summary: "shop-queue",
                description: "They wait.",
                runbook_url: "docs/runbooks/shop.md#shop-queue",
              },
            },
          ],
        },
      ],
    });
  });

  it("stand behind the series that they ask for, and carry the team that acts on them and labels of their own", async () => {
    const { resources } = await run(() => {
      const { provider } = new ClusterStub("main");
      return alertRules(
        "shop-alerts",
        {
          namespace: "shop",
          rules: "shop",
          team: "till",
          recordings: [
            { record: "shop:sold:rate5m", expr: "sum(rate(shop_sold_total[5m]))", labels: { shop: "first" } },
            { record: "shop:goods:sum", expr: "sum(shop_goods)" },
          ],
          alerts: {
            "shop-slow": {
              severity: "info",
              description: "Little is sold.",
              expr: "shop:sold:rate5m < 1",
              labels: { shop: "first" },
            },
          },
        },
        { provider },
      );
    });
    const { inputs } = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "shop-alerts");
    const { groups } = inputs["spec"] as { groups: readonly { rules: readonly Record<string, unknown>[] }[] };
    const [sold, goods, slow] = groups.flatMap(({ rules }) => rules);
    assert.deepEqual(sold, {
      record: "shop:sold:rate5m",
      expr: "sum(rate(shop_sold_total[5m]))",
      labels: { shop: "first" },
    });
    assert.deepEqual(goods, { record: "shop:goods:sum", expr: "sum(shop_goods)" });
    assert.deepEqual(slow?.["labels"], { shop: "first", severity: "info", team: "till" });
  });
});
