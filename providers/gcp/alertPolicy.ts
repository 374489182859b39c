import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { type Severity, sustainedMinutes } from "../../components/governance/alarms";
import { withRunbook } from "../../components/governance/runbooks";

type Condition = gcp.types.input.monitoring.AlertPolicyCondition;
type Aggregation = gcp.types.input.monitoring.AlertPolicyConditionConditionThresholdAggregation;

/** Who is told: each channel picks by severity itself, which is in the policy's name. */
export interface Notified {
  readonly channels: readonly pulumi.Input<string>[];
  /** What has to stand before anything is told. */
  readonly ready: readonly pulumi.Resource[];
}

/** What policies have in common. */
export interface PolicyOptions {
  readonly parent: pulumi.Resource;
  readonly notified: Notified;
}

/** A value that is compared with a limit. */
export interface Metric {
  /** In Cloud Monitoring's language of filters. */
  readonly filter: pulumi.Input<string>;
  /** How the points of five minutes become one. */
  readonly align:
    | "ALIGN_MEAN"
    | "ALIGN_MAX"
    | "ALIGN_MIN"
    | "ALIGN_DELTA"
    | "ALIGN_COUNT_TRUE"
    | "ALIGN_FRACTION_TRUE"
    | "ALIGN_RATE";
  /**
   * How lines that differ in the labels left out of `groupBy` become one.
   *
   * @default - each line is compared
   */
  readonly reduce?:
    "REDUCE_SUM" | "REDUCE_MEAN" | "REDUCE_MAX" | "REDUCE_PERCENTILE_95" | "REDUCE_PERCENTILE_99";
  /** @default [] */
  readonly groupBy?: readonly string[];
}

/** Arguments of {@link alertPolicy}. */
export type AlertPolicyArgs = {
  readonly severity: Severity;
  /** What it means, in a sentence that somebody woken by it understands. */
  readonly description: string;
} & (
  | {
      readonly metric: Metric;
      /**
       * What the metric is a part of.
       *
       * @default - the metric itself is compared
       */
      readonly partOf?: Metric;
      readonly limit: { readonly above: number } | { readonly below: number };
      /**
       * How long it has to last, minutes.
       *
       * @default `sustainedMinutes`
       */
      readonly minutes?: number;
    }
  | {
      readonly silent: Metric;
      /**
       * How long it has to say nothing, minutes, at most 1410: 23 hours and a half.
       *
       * @default `sustainedMinutes`
       */
      readonly minutes?: number;
    }
  | { readonly log: pulumi.Input<string> }
  | {
      /** What is true of each of its lines while it is an alarm, in PromQL. */
      readonly promql: pulumi.Input<string>;
      /** How long it has to last, minutes. */
      readonly minutes: number;
    }
);

const severityOf: Readonly<Record<Severity, string>> = { critical: "CRITICAL", warning: "WARNING" };

/** Each value stands for so many seconds. */
const alignmentSeconds = 300;

/** An alert policy with one condition, named after its severity: `main-critical-postgres-disk`. */
export function alertPolicy(
  name: string,
  what: string,
  args: AlertPolicyArgs,
  { parent, notified: { channels, ready } }: PolicyOptions,
): void {
  const { severity, description } = args;
  const displayName = `${name}-${severity}-${what}`;
  new gcp.monitoring.AlertPolicy(
    displayName,
    {
      displayName,
      severity: severityOf[severity],
      combiner: "OR",
      conditions: [{ displayName: description.replace(/[.:].*$/s, ""), ...conditionOf(args) }],
      notificationChannels: [...channels],
      alertStrategy: {
        // half an hour without data ends an incident, or what was deleted would alarm for a week; but not one about silence
        ...(!("silent" in args) && { autoClose: "1800s" }),
        // nobody can say of a log entry that it is over
        ...("log" in args && { notificationRateLimit: { period: "300s" } }),
      },
      documentation: { content: withRunbook(description, what), mimeType: "text/markdown" },
    },
    { parent, dependsOn: [...ready] },
  );
}

function conditionOf(args: AlertPolicyArgs): Omit<Condition, "displayName"> {
  if ("log" in args) return { conditionMatchedLog: { filter: args.log } };
  const seconds = (minutes: number) => `${minutes * 60}s`;
  if ("promql" in args) {
    return {
      conditionPrometheusQueryLanguage: {
        query: args.promql,
        duration: seconds(args.minutes),
        evaluationInterval: "60s",
        // a metric of lines is there a while after it is made
        disableMetricValidation: true,
      },
    };
  }
  if ("silent" in args) {
    return {
      conditionAbsent: {
        filter: args.silent.filter,
        aggregations: [aggregationOf(args.silent)],
        duration: seconds(args.minutes ?? sustainedMinutes),
        trigger: { count: 1 },
      },
    };
  }
  const { metric, partOf, limit, minutes = sustainedMinutes } = args;
  return {
    conditionThreshold: {
      filter: metric.filter,
      aggregations: [aggregationOf(metric)],
      ...(partOf !== undefined && {
        denominatorFilter: partOf.filter,
        denominatorAggregations: [aggregationOf(partOf)],
      }),
      comparison: "above" in limit ? "COMPARISON_GT" : "COMPARISON_LT",
      thresholdValue: "above" in limit ? limit.above : limit.below,
      duration: seconds(minutes),
      trigger: { count: 1 },
    },
  };
}

function aggregationOf({ align, reduce, groupBy = [] }: Metric): Aggregation {
  return {
    alignmentPeriod: `${alignmentSeconds}s`,
    perSeriesAligner: align,
    ...(reduce !== undefined && { crossSeriesReducer: reduce, groupByFields: [...groupBy] }),
  };
}
