import type * as pulumi from "@pulumi/pulumi";
import { type MetricAlarmArgs, metricAlarm } from "./metricAlarm";

/** What every alarm of a set has in common. */
export interface AlarmSet {
  readonly topicArn: pulumi.Input<string>;
}

type Opts = { readonly parent: pulumi.Resource };
type Alarm = Omit<MetricAlarmArgs, "topicArn">;

/** One alarm for each, named by its key. */
export function makeAll(
  name: string,
  alarms: Readonly<Record<string, Alarm>>,
  topicArn: pulumi.Input<string>,
  opts: Opts,
): void {
  for (const [what, alarm] of Object.entries(alarms)) {
    metricAlarm(name, what, { ...alarm, topicArn }, opts);
  }
}
