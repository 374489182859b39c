import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of what alarms on AWS are made of, but the rules about events. */
export const outputs: OutputTable = {
  "aws:cloudwatch/eventApiDestination:EventApiDestination": computes<aws.cloudwatch.EventApiDestination>()(
    (r) => ({
      id: r.autoName,
      name: r.autoName,
      arn: events(r, `api-destination/${r.autoName}/${uuid(r)}`),
    }),
  ),
  "aws:cloudwatch/eventConnection:EventConnection": computes<aws.cloudwatch.EventConnection>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: events(r, `connection/${r.autoName}/${uuid(r)}`),
    secretArn: `arn:aws:secretsmanager:${r.region}:${r.account}:secret:events!connection/${r.autoName}/${uuid(r)}-${r.hex(6)}`,
  })),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": computes<aws.cloudwatch.LogMetricFilter>()((r) => ({
    id: r.autoName,
    name: r.autoName,
  })),
  "aws:cloudwatch/metricAlarm:MetricAlarm": computes<aws.cloudwatch.MetricAlarm>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:cloudwatch:${r.region}:${r.account}:alarm:${r.autoName}`,
  })),
  "aws:route53/healthCheck:HealthCheck": computes<aws.route53.HealthCheck>()((r) => ({
    id: uuid(r),
    arn: `arn:aws:route53:::healthcheck/${uuid(r)}`,
  })),
  "aws:sns/topicSubscription:TopicSubscription": computes<aws.sns.TopicSubscription>()((r) => {
    const arn = `${text(r, "topic")}:${uuid(r)}`;
    return { id: arn, arn, ownerId: r.account, pendingConfirmation: true };
  }),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function events({ region, account }: Registered, resource: string): string {
  return `arn:aws:events:${region}:${account}:${resource}`;
}

function uuid({ hex }: Registered): string {
  return hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
