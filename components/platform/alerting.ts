import type * as pulumi from "@pulumi/pulumi";

/** Ways to those who act on alerts. Keys and URLs are secrets; where one is not given nobody is told by that way. */
export interface Receivers {
  /** Integration key of a PagerDuty service (Events API v2): gets what is `critical`. */
  readonly pagerDutyRoutingKey?: pulumi.Input<string>;
  /** Incoming webhook of Slack: gets what is `critical` or `warning`. */
  readonly slackWebhookUrl?: pulumi.Input<string>;
  /**
   * Slack channel, with its `#`; a webhook of a Slack app writes to the channel that it was made for, whatever stands here.
   *
   * @default "#alerts"
   */
  readonly slackChannel?: string;
  /**
   * Who is written to of what is `info`, e-mail addresses; needs {@link AlertingArgs.mail}.
   *
   * @default [] - nobody
   */
  readonly email?: readonly string[];
}

/** A team beside the platform's: its alerts go its own ways, and those of the platform where it has none. */
export interface TeamReceivers extends Receivers {
  /**
   * Namespaces of what it runs: alerts of them that name no team are its own.
   *
   * @default [] - those alone that name it
   */
  readonly namespaces?: readonly string[];
}

/** The server that takes mail. */
export interface MailServer {
  readonly host: string;
  /** TLS from the first byte on 465, on any other by STARTTLS, which is demanded. */
  readonly port: number;
  /** Address that mails come from. */
  readonly from: string;
  /**
   * Who signs in, with {@link AlertingArgs.mailPassword}.
   *
   * @default - nobody
   */
  readonly username?: string;
}

/** Where alerts go: the platform's team's ways, and those of others. */
export interface AlertingArgs extends Receivers {
  /** URL that is called every minute while alerting works; whoever serves it raises the alarm when it stops. A secret. */
  readonly deadMansSwitchUrl?: pulumi.Input<string>;
  /** @default - there is no mail */
  readonly mail?: MailServer;
  /** A secret. */
  readonly mailPassword?: pulumi.Input<string>;
  /**
   * Where PagerDuty takes events: its service region's.
   *
   * @default - that of the United States, as Alertmanager has it
   */
  readonly pagerDutyUrl?: string;
  /**
   * What stands before `docs/runbooks/` where people read this repository, an https URL without a slash at its end.
   *
   * @default - messages name the file alone
   */
  readonly runbooksUrl?: string;
  /**
   * The others by the label `team` of their alerts.
   *
   * @default {}
   */
  readonly teams?: Readonly<Record<string, TeamReceivers>>;
}

/** The team that has what nobody else has: value of the label `team`. */
export const platformTeam = "platform";

/** Name of the Secret with the receivers' keys. */
export const receiversSecret = "alertmanager-receivers";

/** The Secret's data, by the file that Alertmanager reads each from. */
export function receiverSecrets(alerting: AlertingArgs): Record<string, pulumi.Input<string>> {
  const { deadMansSwitchUrl, mailPassword, teams = {} } = alerting;
  const of = (prefix: string, { pagerDutyRoutingKey, slackWebhookUrl }: Receivers) => ({
    ...(pagerDutyRoutingKey !== undefined && { [`${prefix}pagerduty-routing-key`]: pagerDutyRoutingKey }),
    ...(slackWebhookUrl !== undefined && { [`${prefix}slack-webhook-url`]: slackWebhookUrl }),
  });
  return {
    ...of("", alerting),
    ...Object.entries(teams).reduce((all, [team, its]) => ({ ...all, ...of(`${team}-`, its) }), {}),
    ...(deadMansSwitchUrl !== undefined && { "dead-mans-switch-url": deadMansSwitchUrl }),
    ...(mailPassword !== undefined && { "smtp-password": mailPassword }),
  };
}

/** Where Alertmanager reads a key from: the operator mounts each Secret that it is given below this directory. */
export function secretFile(key: string): string {
  return `/etc/alertmanager/secrets/${receiversSecret}/${key}`;
}
