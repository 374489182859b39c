/** Units of Grafana by their ids (grafana/grafana, packages/grafana-data/src/valueFormats/categories.ts). */
export type Unit =
  | "short"
  | "none"
  | "percentunit"
  | "percent"
  | "bytes"
  | "Bps"
  | "reqps"
  | "ops"
  | "cps"
  | "s"
  | "ms"
  | "µs"
  | "dtdurations"
  | "cores"
  | "currencyUSD";

/** A question to Prometheus. */
export interface PromQuery {
  readonly expr: string;
  /**
   * Name of each line, with labels in double braces.
   *
   * @default - all its labels
   */
  readonly legend?: string;
}

/** A question to CloudWatch: a metric of each resource whose dimension is among the values of a variable. */
export interface CloudWatchQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** Values by the names of dimensions; `*` for all, `$name` for those of a variable. */
  readonly dimensions: Readonly<Record<string, string>>;
  /**
   * Seconds of a point.
   *
   * @default - as CloudWatch keeps them
   */
  readonly periodSeconds?: number;
  readonly legend?: string;
}

/** A question to Cloud Monitoring: a metric of resources that pass a filter. */
export interface CloudMonitoringQuery {
  /** Type of the metric, such as `cloudsql.googleapis.com/database/cpu/utilization`. */
  readonly metricType: string;
  readonly project: string;
  /** More than one of key, operator, value. */
  readonly filters: readonly (readonly [key: string, operator: "=" | "=~", value: string])[];
  /** What becomes of a line's points in a minute (Cloud Monitoring API, Aggregation.Aligner). */
  readonly aligner:
    "ALIGN_MEAN" | "ALIGN_MAX" | "ALIGN_RATE" | "ALIGN_SUM" | "ALIGN_DELTA" | "ALIGN_PERCENTILE_99";
  /** What becomes of several lines (Aggregation.Reducer). */
  readonly reducer: "REDUCE_SUM" | "REDUCE_MAX" | "REDUCE_MEAN";
  readonly groupBy: readonly string[];
  readonly legend?: string;
}

export type Query = PromQuery | CloudWatchQuery | CloudMonitoringQuery;

/** From here on a value has this colour. */
export interface Threshold {
  readonly from: number;
  readonly color: "green" | "yellow" | "red";
}

/** One picture of a dashboard. */
export interface Panel {
  readonly title: string;
  /** What is seen, and what to do about it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** @default "graph" */
  readonly kind?: "graph" | "stat" | "table";
  /** @default [] - as it is it is well */
  readonly thresholds?: readonly Threshold[];
  /** @default - whatever comes */
  readonly min?: number;
  /** @default - whatever comes */
  readonly max?: number;
  /** Lines stand on each other, where their sum means something. @default false */
  readonly stacked?: boolean;
  /** Shows the traces that Prometheus keeps beside its samples. @default false */
  readonly exemplars?: boolean;
  /** @default - as the unit has it */
  readonly decimals?: number;
  /** Of 24. @default 12, of a number 4, of a table 24 */
  readonly width?: number;
  /** Links of its own, each a title and an address. @default [] */
  readonly links?: readonly BoardLink[];
}

/** Panels below one heading. */
export interface Section {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A choice at a dashboard's head. */
export type Variable =
  /** What a label has among the series of a selector. */
  | {
      readonly kind: "labelValues";
      readonly name: string;
      readonly label: string;
      readonly selector: string;
      readonly of: string;
      /** @default true - all of them, or some */
      readonly multi?: boolean;
    }
  /** What is known beforehand. */
  | {
      readonly kind: "values";
      readonly name: string;
      readonly label: string;
      readonly values: readonly string[];
    }
  /** What a dimension of a metric has in CloudWatch, of which those count that a pattern knows. */
  | {
      readonly kind: "dimension";
      readonly name: string;
      readonly label: string;
      readonly namespace: string;
      readonly metric: string;
      readonly dimension: string;
      /** Regular expression of JavaScript, without slashes. */
      readonly pattern: string;
    };

/** Where else to look. */
export interface BoardLink {
  readonly title: string;
  readonly url: string;
  readonly tooltip?: string;
}

/** A source of data that Grafana has, by its type and fixed uid. */
export interface DataSource {
  readonly type: "prometheus" | "cloudwatch" | "stackdriver" | "loki" | "elasticsearch" | "jaeger" | "tempo";
  readonly uid: string;
}

/** Folders of dashboards in Grafana, by whom they are for. */
export const folders = ["Platform", "System", "Stores"] as const;

/** Where a ConfigMap says in which folder its dashboards are (the chart's `sidecar.dashboards.folderAnnotation`). */
export const folderAnnotation = "grafana_folder";

/** A dashboard as data; {@link renderBoard} makes Grafana's of it. */
export interface Board {
  /** Fixed, so that links and bookmarks hold: kebab-case, at most 40 characters. */
  readonly uid: string;
  readonly title: string;
  /** Whom it helps with what. */
  readonly description: string;
  readonly folder: (typeof folders)[number];
  /** What to do when an alert of it fires, a page of this repository. @default - none of its own */
  readonly runbook?: string;
  /** Beside that of all our dashboards. */
  readonly tags: readonly string[];
  /** Beside that of Prometheus, which each has. @default [] */
  readonly variables?: readonly Variable[];
  readonly sections: readonly Section[];
  /** Beside that to the other dashboards, which each has. @default [] */
  readonly links?: readonly BoardLink[];
  /** How far back it shows, hours. @default 6 */
  readonly hours?: number;
}

/** Tag of all dashboards of the program, by which each links to the others. */
export const boardTag = "groundwork";
