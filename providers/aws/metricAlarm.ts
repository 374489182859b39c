import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Severity, sustainedMinutes } from "../../components/governance/alarms";
import { withRunbook } from "../../components/governance/runbooks";

/** One line of a graph. */
export interface Series {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "p95";
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Arguments of {@link metricAlarm}. */
export interface MetricAlarmArgs {
  readonly severity: Severity;
  /** What it means, in a sentence that somebody woken by it understands; no quotation marks, as it is sent on as JSON. */
  readonly description: string;
  /** By the id that `expression` knows each by; at most ten. */
  readonly series: Readonly<Record<string, Series>>;
  /**
   * What is compared, made from the series.
   *
   * @default - the one series
   */
  readonly expression?: string;
  readonly limit: { readonly above: number } | { readonly below: number };
  /**
   * How long it has to last, minutes, a multiple of `periodMinutes`.
   *
   * @default `sustainedMinutes`
   */
  readonly minutes?: number;
  /**
   * How many minutes a value stands for: more where it is written less often.
   *
   * @default 5 - metrics of a minute are gathered so as not to alarm at a single one
   */
  readonly periodMinutes?: number;
  /**
   * Whether no data is an alarm too.
   *
   * @default false
   */
  readonly alarmOnSilence?: boolean;
  /** Where both its beginning and its end are told. */
  readonly topicArn: pulumi.Input<string>;
}

/** A part of the name by which rules know an alarm's severity. */
export function alarmName(name: string, severity: Severity, what: string): string {
  return `${name}-${severity}-${what}`;
}

/** An alarm on a metric, named after its severity: `main-critical-postgres-disk`. */
export function metricAlarm(
  name: string,
  what: string,
  args: MetricAlarmArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn?: pulumi.Resource[] },
): aws.cloudwatch.MetricAlarm {
  const { severity, description, series, expression, limit, topicArn } = args;
  const { minutes = sustainedMinutes, periodMinutes = 5, alarmOnSilence = false } = args;
  const period = periodMinutes * 60;
  const periods = minutes / periodMinutes;
  return new aws.cloudwatch.MetricAlarm(
    alarmName(name, severity, what),
    {
      alarmDescription: withRunbook(description, what),
      metricQueries: [
        ...(expression === undefined ? [] : [{ id: "compared", expression, returnData: true }]),
        ...Object.entries(series).map(([id, { namespace, metric, statistic, dimensions }]) => ({
          id,
          metric: { namespace, metricName: metric, stat: statistic, period, dimensions },
          returnData: expression === undefined,
        })),
      ],
      comparisonOperator: "above" in limit ? "GreaterThanThreshold" : "LessThanThreshold",
      threshold: "above" in limit ? limit.above : limit.below,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: alarmOnSilence ? "breaching" : "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    opts,
  );
}

/** A series for each of them, and the expression that compares the highest or the lowest. */
export function ofAll(
  extreme: "MAX" | "MIN",
  series: readonly Series[],
): Pick<MetricAlarmArgs, "series" | "expression"> {
  return {
    series: Object.fromEntries(series.map((one, place) => [`m${place + 1}`, one])),
    ...(series.length > 1 && { expression: `${extreme}(METRICS())` }),
  };
}
