import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmPlace, deadLetters, mailTopic } from "./alarmTopic";
import { metricAlarm } from "./metricAlarm";
import type { AwsRecoveryPlace } from "./recovery";
import { awsRole, trustService } from "./role";

/** A region, and who makes what stands there. */
export type AlarmRegion = Pick<AwsRecoveryPlace, "region" | "provider">;

/** Arguments of an {@link AwsAlarmRelay}; `region` is the one whose rules tell the on-call. */
export interface AwsAlarmRelayArgs extends AlarmPlace {
  /** Where the alarms are. */
  readonly place: AlarmRegion;
  readonly email: string;
  readonly protect: boolean;
}

/**
 * Alarms of another region: an alarm can watch the metrics of its own region alone, and tell a topic there. The topic sends
 * mail; for PagerDuty and Slack each change of an alarm's state is sent on to the event bus of the region whose rules know
 * those. Alarms are its children, so that they are made there.
 */
export class AwsAlarmRelay extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  /** What its alarms' names begin with. */
  readonly alarms: string;

  constructor(name: string, args: AwsAlarmRelayArgs, opts?: pulumi.ComponentResourceOptions) {
    const { place, email, region, accountId, protect } = args;
    super(
      "groundwork:aws:AlarmRelay",
      name,
      {},
      pulumi.mergeOptions(opts ?? {}, { providers: [place.provider] }),
    );
    const child = { parent: this };

    this.alarms = name;
    this.topicArn = mailTopic(name, { email, region: place.region, accountId, protect }, child);
    const bus = `arn:aws:events:${region}:${accountId}:event-bus/default`;
    const { role } = awsRole(
      `${name}-delivery`,
      {
        description: `alarms of ${place.region} to ${region}, ${name}`,
        trust: [trustService("events.amazonaws.com", accountId)],
        statements: [{ Effect: "Allow", Action: "events:PutEvents", Resource: bus }],
      },
      child,
    );
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        description: `alarms that begin or are over, to ${region}`,
        eventPattern: JSON.stringify({
          source: ["aws.cloudwatch"],
          "detail-type": ["CloudWatch Alarm State Change"],
          detail: { alarmName: [{ prefix: `${name}-` }] },
        }),
      },
      child,
    );
    const undelivered = deadLetters(`${name}-undelivered`, { region: place.region, accountId }, child);
    new aws.cloudwatch.EventTarget(
      name,
      { rule: rule.name, arn: bus, roleArn: role.arn, deadLetterConfig: { arn: undelivered.arn } },
      child,
    );
    metricAlarm(
      name,
      "undelivered",
      {
        severity: "warning",
        description: `Alarms: something of ${place.region} could not be sent on for a day. It is in the queue there.`,
        series: {
          messages: {
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            statistic: "Maximum",
            dimensions: { QueueName: undelivered.name },
          },
        },
        limit: { above: 0 },
        minutes: 5,
        topicArn: this.topicArn,
      },
      child,
    );
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
