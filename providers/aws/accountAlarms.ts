import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Severity } from "../../components/governance/alarms";
import type { AlarmChannels, Announcement } from "./alarmChannels";
import { metricAlarm } from "./metricAlarm";

/** A line of the trail that somebody has to hear of. */
interface Deed {
  readonly severity: Severity;
  readonly description: string;
  /** CloudWatch Logs' pattern of it. */
  readonly pattern: string;
}

const anyOf = (names: readonly string[]) => names.map((name) => `($.eventName = ${name})`).join(" || ");

/**
 * What somebody does who means no good, or makes a grave mistake: sections 4.2 to 4.5, 4.7 and 4.9 of the CIS AWS
 * Foundations benchmark 3.0, and what switches off the account's watch. Of changes of policies (4.4) those that the program's
 * own updates never make, or each of them would alarm: rights of users and groups, an administrator's, a boundary's removal. The trail has them from every region, which the
 * stack's own event bus has not: root signs in through us-east-1.
 */
const deeds: Readonly<Record<string, Deed>> = {
  "account-root": {
    severity: "critical",
    description: "Account: the root user was used.",
    pattern:
      '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
  },
  "account-sign-in": {
    severity: "warning",
    description: "Account: a user signed in to the console without a second factor.",
    pattern:
      '{ ($.eventName = ConsoleLogin) && ($.userIdentity.type = "IAMUser") && ($.additionalEventData.MFAUsed != "Yes") && ($.responseElements.ConsoleLogin = "Success") }',
  },
  "account-rights": {
    severity: "warning",
    description:
      "Account: somebody got rights by hand: a user, a key, a group's or user's policy, an administrator's, or a role without its boundary.",
    pattern: `{ ($.eventSource = iam.amazonaws.com) && (${anyOf([
      "CreateUser",
      "CreateAccessKey",
      "CreateLoginProfile",
      "AddUserToGroup",
      "AttachUserPolicy",
      "PutUserPolicy",
      "AttachGroupPolicy",
      "PutGroupPolicy",
      "DeleteRolePermissionsBoundary",
    ])} || ($.requestParameters.policyArn = "arn:aws:iam::aws:policy/AdministratorAccess")) }`,
  },
  "account-trail": {
    severity: "critical",
    description: "Account: a trail was changed or stopped.",
    pattern: `{ ($.eventSource = cloudtrail.amazonaws.com) && (${anyOf(["UpdateTrail", "DeleteTrail", "StopLogging", "PutEventSelectors"])}) }`,
  },
  "account-watch": {
    severity: "critical",
    description: "Account: GuardDuty, Security Hub, Config or Access Analyzer was switched off.",
    pattern: `{ (($.eventName = UpdateDetector) && ($.requestParameters.enable IS FALSE)) || ${anyOf([
      "DeleteDetector",
      "DisableSecurityHub",
      "StopConfigurationRecorder",
      "DeleteConfigurationRecorder",
      "DeleteDeliveryChannel",
      "DeleteAnalyzer",
    ])} }`,
  },
  "account-keys": {
    severity: "critical",
    description: "Account: a key is to be deleted or was disabled. What it encrypted can't be read then.",
    pattern: `{ ($.eventSource = kms.amazonaws.com) && (${anyOf(["DisableKey", "ScheduleKeyDeletion"])}) }`,
  },
};

/** What AWS's own services find or announce. */
const announcements: Readonly<Record<string, Announcement>> = {
  guardduty: {
    severity: "critical",
    description: "findings of GuardDuty of high severity or worse",
    // 7.0 to 8.9 is high, 9.0 and above critical
    pattern: {
      source: ["aws.guardduty"],
      "detail-type": ["GuardDuty Finding"],
      detail: { severity: [{ numeric: [">=", 7] }] },
    },
    message: {
      paths: { title: "$.detail.title", type: "$.detail.type", id: "$.detail.id", region: "$.region" },
      text: "GuardDuty: <title> (<type>, <region>)",
      incident: "<id>",
    },
  },
  "security-hub": {
    // no page: on a new account controls fail by the dozen, and none of them is an attack
    severity: "warning",
    description: "new critical findings of Security Hub, but GuardDuty's, which come by themselves",
    pattern: {
      source: ["aws.securityhub"],
      "detail-type": ["Security Hub Findings - Imported"],
      detail: {
        findings: {
          ProductName: [{ "anything-but": ["GuardDuty"] }],
          RecordState: ["ACTIVE"],
          Severity: { Label: ["CRITICAL"] },
          Workflow: { Status: ["NEW"] },
        },
      },
    },
    message: {
      paths: { title: "$.detail.findings[0].Title", id: "$.detail.findings[0].Id" },
      text: "Security Hub: <title>",
      incident: "<id>",
    },
  },
  health: {
    severity: "warning",
    description: "AWS's own troubles that touch the account",
    pattern: {
      source: ["aws.health"],
      "detail-type": ["AWS Health Event"],
      detail: { eventTypeCategory: ["issue"] },
    },
    message: {
      paths: { service: "$.detail.service", code: "$.detail.eventTypeCode", event: "$.detail.eventArn" },
      text: "AWS Health: <service> has a problem (<code>)",
      incident: "<event>",
    },
  },
};

/** Alarms of the whole account, which the one stack has that audits it. */
export function accountAlarms(
  name: string,
  {
    logGroupName,
    channels,
  }: { readonly logGroupName: pulumi.Input<string>; readonly channels: AlarmChannels },
  opts: { readonly parent: pulumi.Resource },
): void {
  for (const [what, announcement] of Object.entries(announcements)) {
    channels.announce(what, announcement);
  }
  for (const [what, { severity, description, pattern }] of Object.entries(deeds)) {
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${what}`,
      {
        logGroupName,
        pattern,
        metricTransformation: { namespace: name, name: what, value: "1" },
      },
      opts,
    );
    metricAlarm(
      name,
      what,
      {
        severity,
        description,
        series: {
          deeds: { namespace: name, metric: what, statistic: "Sum", dimensions: {} },
        },
        limit: { above: 0 },
        minutes: 5,
        topicArn: channels.topicArn,
      },
      opts,
    );
  }
}
