import type { BusinessMetric } from "../workload/businessMetric";
import { monitorOf } from "../workload/requestSeries";
import type { Board, Panel } from "./board";
import { lines } from "./promql";

/** What the dashboard has to know of a system's own figures. */
export interface BusinessFacts {
  readonly namespace: string;
  /** Those that Prometheus asks for metrics. */
  readonly scraped: readonly string[];
  readonly metrics: Readonly<Record<string, BusinessMetric>>;
}

/**
 * What the system is there for, in its own figures.
 *
 * @throws RangeError where a figure's name is none, or nobody asks the service that tells it
 */
export function businessBoard({ namespace, scraped, metrics }: BusinessFacts): Board {
  for (const [key, metric] of Object.entries(metrics)) check(key, metric, scraped);
  const all = Object.values(metrics);
  return {
    uid: "groundwork-business",
    title: "Business",
    description:
      "What the system is there for, in the figures that its services tell: is it worth getting up for?",
    folder: "System",
    tags: ["business"],
    hours: 24,
    sections: [
      {
        title: "Within a day",
        panels: all.filter(({ kind }) => kind === "counter").map((of) => today(namespace, of)),
      },
      { title: "As it goes", panels: all.map((of) => course(namespace, of)) },
    ].filter(({ panels }) => panels.length > 0),
  };
}

function check(key: string, { metric, kind, service }: BusinessMetric, scraped: readonly string[]): void {
  const form = kind === "counter" ? /^[a-z][a-z0-9_]*_total$/ : /^[a-z][a-z0-9_]*$/;
  if (!form.test(metric)) {
    throw new RangeError(`businessMetrics.${key}.metric: expected a ${kind}'s name, got "${metric}"`);
  }
  if (!scraped.includes(service)) {
    throw new RangeError(
      `businessMetrics.${key}.service: expected a service with metrics (${scraped.join(", ")}), got "${service}"`,
    );
  }
}

function seriesOf(namespace: string, { metric, service }: BusinessMetric): string {
  return `${metric}{job="${monitorOf(namespace, service)}"}`;
}

function today(namespace: string, metric: BusinessMetric): Panel {
  const { title, description, unit } = metric;
  return {
    title,
    description: `${description} Of the last 24 hours.`,
    unit,
    kind: "stat",
    decimals: 0,
    queries: lines({ [title]: `sum(increase(${seriesOf(namespace, metric)}[24h]))` }),
  };
}

function course(namespace: string, metric: BusinessMetric): Panel {
  const { title, description, unit, kind, by } = metric;
  const series = seriesOf(namespace, metric);
  const sum = by === undefined ? "sum" : `sum by (${by}) `;
  return {
    title: kind === "counter" ? `${title} in five minutes` : title,
    description,
    unit,
    min: 0,
    queries: lines({
      [by === undefined ? title : `{{${by}}}`]:
        kind === "counter" ? `${sum}(increase(${series}[5m]))` : `${sum}(${series})`,
    }),
  };
}
