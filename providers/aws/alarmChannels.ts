import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { OnCall, Severity } from "../../components/governance/alarms";
import { withRunbook } from "../../components/governance/runbooks";
import { type Message, type Outside, pagerDutyOf, slackOf } from "./alarmDestinations";
import { type AlarmRegion, AwsAlarmRelay } from "./alarmRelay";
import { type AlarmPlace, deadLetters, mailTopic } from "./alarmTopic";
import { alarmName } from "./metricAlarm";
import type { AwsRecoveryPlace } from "./recovery";
import { awsRole, trustService } from "./role";

/** Arguments of {@link alarmChannels}. */
export interface AlarmChannelsArgs extends AlarmPlace {
  readonly onCall: OnCall;
  readonly protect: boolean;
}

/** An event of an AWS service that the on-call hears of. */
export interface Announcement {
  readonly severity: Severity;
  readonly description: string;
  /** EventBridge's pattern of it. */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly message: Message;
}

/** The ways to the on-call. */
export interface AlarmChannels {
  readonly topicArn: pulumi.Output<string>;
  /** Queue of what could be delivered to nobody for a day. */
  readonly undelivered: aws.sqs.Queue;
  /** Where alarms on metrics of another region are made, and what they tell; made when the first store asks for it. */
  readonly inRegionOf: (place: AwsRecoveryPlace) => AwsAlarmRelay;
  /** Where alarms on metrics of the edge's region are made, and what they tell: here, where the stack is in that region. */
  readonly atEdge: (
    edge: AlarmRegion,
  ) => Pick<AwsAlarmRelay, "topicArn" | "alarms"> & { readonly parent: pulumi.Resource };
  /** Tells of an event, by its severity. */
  readonly announce: (what: string, announcement: Announcement) => void;
}

type Opts = { readonly parent: pulumi.Resource };

const daySeconds = 86_400;

/**
 * A topic for mail; PagerDuty and Slack by EventBridge, which calls them itself: no function, and nothing in the cluster.
 *
 * PagerDuty's key lies in a Connection, which AWS keeps in Secrets Manager and shows to nobody. SNS would need an
 * integration of a type of its own, and so another key than Alertmanager's. Of Slack the URL is the secret, and the
 * destination's address: it is a secret in Pulumi's state and plan, but who may call `events:DescribeApiDestination` in
 * the account can read it.
 */
export function alarmChannels(name: string, args: AlarmChannelsArgs, opts: Opts): AlarmChannels {
  const { onCall, accountId } = args;
  const topicArn = mailTopic(name, { ...args, email: onCall.email }, opts);
  const undelivered = deadLetters(`${name}-undelivered`, args, opts);
  const pagerDuty = pagerDutyOf(`${name}-pagerduty`, onCall, opts);
  const slack = slackOf(`${name}-slack`, onCall, opts);
  const destinations = [pagerDuty, slack].flatMap((outside) => outside?.destination.arn ?? []);
  const { role } = awsRole(
    `${name}-delivery`,
    {
      description: `EventBridge's calls to the on-call, ${name}`,
      trust: [trustService("events.amazonaws.com", accountId)],
      statements: [{ Effect: "Allow", Action: "events:InvokeApiDestination", Resource: destinations }],
    },
    opts,
  );

  const rule = (ruleName: string, description: string, pattern: Announcement["pattern"]) =>
    new aws.cloudwatch.EventRule(ruleName, { description, eventPattern: JSON.stringify(pattern) }, opts);
  const target = (
    targetName: string,
    to: {
      readonly rule: aws.cloudwatch.EventRule;
      readonly arn: pulumi.Input<string>;
      readonly role?: aws.iam.Role;
    },
    paths: Message["paths"],
    body: unknown,
  ) =>
    new aws.cloudwatch.EventTarget(
      targetName,
      {
        rule: to.rule.name,
        arn: to.arn,
        ...(to.role !== undefined && { roleArn: to.role.arn }),
        inputTransformer: { inputPaths: { ...paths }, inputTemplate: JSON.stringify(body) },
        retryPolicy: { maximumEventAgeInSeconds: daySeconds, maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: undelivered.arn },
      },
      opts,
    );
  const outsideOf = (severity: Severity): Readonly<Record<string, Outside>> => ({
    ...(severity === "critical" && pagerDuty !== undefined && { pagerduty: pagerDuty }),
    ...(slack !== undefined && { slack }),
  });

  forwardAlarms(name, { outsideOf, rule, target, role });
  const relays = new Map<string, AwsAlarmRelay>();
  const relayOf = (alarms: string, place: AlarmRegion) => {
    const known = relays.get(alarms);
    if (known !== undefined) return known;
    const relay = new AwsAlarmRelay(alarms, { ...args, place, email: onCall.email }, opts);
    relays.set(alarms, relay);
    return relay;
  };
  return {
    topicArn,
    undelivered,
    inRegionOf: (place) => relayOf(recoveryAlarms(name), place),
    atEdge: (edge) => {
      if (edge.region === args.region) return { topicArn, alarms: name, parent: opts.parent };
      const relay = relayOf(edgeAlarms(name), edge);
      return { topicArn: relay.topicArn, alarms: relay.alarms, parent: relay };
    },
    announce: (what, { severity, description, pattern, message }) => {
      const ruleName = alarmName(name, severity, what);
      const told = { ...message, text: withRunbook(message.text, what) };
      const own = rule(ruleName, description, pattern);
      target(`${ruleName}-mail`, { rule: own, arn: topicArn }, told.paths, told.text);
      for (const [key, { destination, began }] of Object.entries(outsideOf(severity))) {
        target(
          `${ruleName}-${key}`,
          { rule: own, arn: destination.arn, role },
          told.paths,
          began(told, severity),
        );
      }
    },
  };
}

interface Forwarding {
  readonly outsideOf: (severity: Severity) => Readonly<Record<string, Outside>>;
  readonly rule: (
    name: string,
    description: string,
    pattern: Announcement["pattern"],
  ) => aws.cloudwatch.EventRule;
  readonly target: (
    name: string,
    to: {
      readonly rule: aws.cloudwatch.EventRule;
      readonly arn: pulumi.Input<string>;
      readonly role: aws.iam.Role;
    },
    paths: Message["paths"],
    body: unknown,
  ) => aws.cloudwatch.EventTarget;
  readonly role: aws.iam.Role;
}

/** What the names of alarms in the region for recovery begin with. */
function recoveryAlarms(name: string): string {
  return `${name}-recovery`;
}

/** What the names of alarms in the edge's region begin with. */
function edgeAlarms(name: string): string {
  return `${name}-edge`;
}

/** Alarms that change their state are events as well: they are known by the beginning of their names. */
function forwardAlarms(name: string, { outsideOf, rule, target, role }: Forwarding): void {
  const message: Message = {
    paths: { alarm: "$.detail.alarmName", text: "$.detail.configuration.description" },
    text: "<text> (<alarm>)",
    incident: "<alarm>",
  };
  for (const severity of ["critical", "warning"] as const) {
    const outside = Object.entries(outsideOf(severity));
    if (outside.length === 0) continue;
    for (const [phase, value, description] of [
      ["alarm", "ALARM", `${severity} alarms that begin`],
      ["ok", "OK", `${severity} alarms that are over`],
    ] as const) {
      const own = rule(`${name}-${severity}-${phase}`, description, {
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        detail: {
          alarmName: [name, recoveryAlarms(name), edgeAlarms(name)].map((start) => ({
            prefix: `${start}-${severity}-`,
          })),
          state: { value: [value] },
          // a new alarm is not one that is over
          ...(value === "OK" && { previousState: { value: ["ALARM"] } }),
        },
      });
      for (const [key, { destination, began, over }] of outside) {
        target(
          `${name}-${severity}-${phase}-${key}`,
          { rule: own, arn: destination.arn, role },
          message.paths,
          value === "ALARM" ? began(message, severity) : over(message),
        );
      }
    }
  }
}
