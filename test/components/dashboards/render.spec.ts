import assert from "node:assert/strict";
import type { Board, Panel } from "../../../components/dashboards/board";
import { businessBoard } from "../../../components/dashboards/business";
import { renderBoard } from "../../../components/dashboards/render";

const panel: Panel = {
  title: "Requests",
  description: "Requests a second.",
  unit: "reqps",
  queries: [{ expr: "sum(rate(requests_total[5m]))" }],
};

const board = (...panels: readonly Panel[]): Board => ({
  uid: "groundwork-shop",
  title: "Shop",
  description: "What the shop does.",
  folder: "System",
  tags: [],
  sections: [{ title: "All", panels }],
});

describe("a rendered dashboard", () => {
  it("has a line of panels as long as there is room, and goes on below the highest of them", () => {
    const stat = { ...panel, kind: "stat" } as const;
    const { panels = [] } = renderBoard(board(stat, stat, panel, panel, { ...panel, kind: "table" }));
    assert.deepEqual(
      panels.map(({ gridPos }) => [gridPos?.x, gridPos?.y, gridPos?.w, gridPos?.h]),
      [
        [0, 0, 24, 1],
        [0, 1, 4, 4],
        [4, 1, 4, 4],
        [8, 1, 12, 8],
        [0, 9, 12, 8],
        [0, 17, 24, 8],
      ],
    );
  });

  it("has green below what is bad, and red below what is good", () => {
    const stepsOf = (from: Panel["thresholds"]): unknown => {
      const [, shown] = renderBoard(board({ ...panel, ...(from && { thresholds: from }) })).panels ?? [];
      assert.ok(shown !== undefined && "fieldConfig" in shown);
      return shown.fieldConfig.defaults.thresholds?.steps;
    };
    assert.deepEqual(stepsOf([{ from: 1, color: "red" }]), [
      { value: null, color: "green" },
      { value: 1, color: "red" },
    ]);
    assert.deepEqual(stepsOf([{ from: 1, color: "green" }]), [
      { value: null, color: "red" },
      { value: 1, color: "green" },
    ]);
  });

  it("is none with a panel that asks two data sources", () => {
    const query = {
      namespace: "AWS/RDS",
      metric: "CPUUtilization",
      statistic: "Average",
      dimensions: {},
    } as const;
    assert.throws(
      () => renderBoard(board({ ...panel, queries: [...panel.queries, query] })),
      new RangeError("queries: expected those of one data source, got 2 of them"),
    );
  });
});

describe("the dashboard of a system's own figures", () => {
  const orders = {
    title: "Orders",
    description: "What was ordered.",
    metric: "orders_total",
    kind: "counter",
    unit: "short",
    service: "shop",
  } as const;

  it("asks the service that tells them", () => {
    const { sections } = businessBoard({ namespace: "shop", scraped: ["shop"], metrics: { orders } });
    assert.deepEqual(
      sections.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries)),
      [
        { legend: "Orders", expr: 'sum(increase(orders_total{job="shop/shop"}[24h]))' },
        { legend: "Orders", expr: 'sum(increase(orders_total{job="shop/shop"}[5m]))' },
      ],
    );
  });

  const refused = [
    [
      { ...orders, metric: "orders" },
      'businessMetrics.orders.metric: expected a counter\'s name, got "orders"',
    ],
    [
      { ...orders, service: "web" },
      'businessMetrics.orders.service: expected a service with metrics (shop), got "web"',
    ],
  ] as const;
  for (const [metric, message] of refused) {
    it(`is refused: ${message}`, () => {
      assert.throws(
        () => businessBoard({ namespace: "shop", scraped: ["shop"], metrics: { orders: metric } }),
        new RangeError(message),
      );
    });
  }
});
