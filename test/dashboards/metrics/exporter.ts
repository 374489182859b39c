import type { PlanResource } from "../../../preview/plan";

/** What tells Prometheus series, and which of them the program's queries may ask for. */
export interface Exporter {
  /** Repository, release and path in which the names stand. */
  readonly source: string;
  /** Whether it is there in a stack, and Prometheus asks it. */
  readonly there: (stack: Stack) => boolean;
  /** Labels of its own of each series, beside those that Prometheus gives what it asks. */
  readonly series: Readonly<Record<string, readonly string[]>>;
}

/** What of a stack says who tells it series. */
export interface Stack {
  /** Values of the charts that are installed, as JSON. */
  readonly charts: ReadonlyMap<string, string>;
  /** Monitors of ours, as `<namespace>/<name>`. */
  readonly monitors: ReadonlySet<string>;
  /** Values of the monitoring stack's chart. */
  readonly monitoring: MonitoringValues;
}

interface Switch {
  readonly enabled?: boolean;
}

interface MonitoringValues {
  readonly coreDns?: Switch;
  readonly nodeExporter?: Switch;
  readonly thanosRuler?: Switch;
  readonly defaultRules: { readonly rules: Readonly<Record<string, boolean>> };
  readonly "kube-state-metrics": { readonly metricLabelsAllowlist: readonly string[] };
}

/** The stack that a plan makes. */
export function stackOf(resources: readonly PlanResource[]): Stack {
  const charts = new Map<string, string>();
  let monitoring: MonitoringValues | undefined;
  const monitors = new Set<string>();
  for (const { type, inputs } of resources) {
    const { chart, values, metadata } = inputs as unknown as {
      chart?: string;
      values?: MonitoringValues;
      metadata?: { name: string; namespace: string };
    };
    if (type === "kubernetes:helm.sh/v3:Release" && chart !== undefined && values !== undefined) {
      const name = chart.split("/").at(-1) ?? chart;
      charts.set(name, JSON.stringify(values));
      if (name === "kube-prometheus-stack") monitoring = values;
    }
    if (/:monitoring.coreos.com\/v1:(Pod|Service)Monitor$/.test(type) && metadata !== undefined) {
      monitors.add(`${metadata.namespace}/${metadata.name}`);
    }
  }
  if (monitoring === undefined) throw new Error("the stack has no Prometheus");
  return { charts, monitors, monitoring };
}

/** The three series of a histogram. */
export function histogram(name: string, ...labels: readonly string[]): Exporter["series"] {
  return { [`${name}_bucket`]: [...labels, "le"], [`${name}_sum`]: labels, [`${name}_count`]: labels };
}

/** The chart is there, and its values ask for its monitor. */
export function chart(name: string): Exporter["there"] {
  return ({ charts }) =>
    /"(service|pod)Monitor":\{([^{}]*,)?"(enabled|create)":true/.test(charts.get(name) ?? "");
}

/** A monitor of ours is there. */
export function monitor(...names: readonly string[]): Exporter["there"] {
  return ({ monitors }) => names.some((name) => monitors.has(name));
}
