import type * as pulumi from "@pulumi/pulumi";
import type { OnCall } from "./components/governance/alarms";
import { eventsUrls } from "./components/oncall/onCallSpec";
import { PagerDuty } from "./components/oncall/pagerDuty";
import {
  type AlertingArgs,
  platformTeam,
  type Receivers,
  type TeamReceivers,
} from "./components/platform/alerting";
import { present } from "./config/present";
import type { StackConfig } from "./config/resolve";

/** Keys by which each team is paged, and where PagerDuty takes them; secrets. */
export interface Pagers {
  /** By team; `platform` has what no other has. */
  readonly keys: Readonly<Record<string, pulumi.Output<string>>>;
  /** @default - PagerDuty's in the United States */
  readonly url?: string;
}

/** The stack's on-call in PagerDuty, where its file says who that is; otherwise the keys of services that are there already. */
export function makePagers(
  name: string,
  { name: owner, onCall, secrets, teamSecrets }: StackConfig,
  opts: pulumi.ComponentResourceOptions,
): Pagers {
  const { pagerDutyRoutingKey, pagerDutyToken } = secrets;
  const given = Object.entries(teamSecrets).flatMap(([team, its]) =>
    its.pagerDutyRoutingKey === undefined ? [] : [[team, its.pagerDutyRoutingKey] as const],
  );
  const keys = { ...present({ [platformTeam]: pagerDutyRoutingKey }), ...Object.fromEntries(given) };
  if (onCall === undefined || pagerDutyToken === undefined) return { keys };
  const made = new PagerDuty(name, { spec: onCall, token: pagerDutyToken, owner }, opts);
  return {
    keys: { ...keys, ...made.routingKeys },
    ...(onCall.region !== "us" && { url: eventsUrls[onCall.region] }),
  };
}

/** Whom the cloud's alarms tell; undefined where that is nobody, or mail alone, which nobody reads. */
export function onCallOf({ contactEmail, secrets }: StackConfig, pagers: Pagers): OnCall | undefined {
  const pagerDutyRoutingKey = pagers.keys[platformTeam];
  const { slackWebhookUrl } = secrets;
  if (pagerDutyRoutingKey === undefined && slackWebhookUrl === undefined) return undefined;
  return {
    email: contactEmail,
    ...present({ pagerDutyRoutingKey, slackWebhookUrl, pagerDutyUrl: pagers.url }),
  };
}

/** Where the stack's alerts go: what its file says, with the secrets that it names. */
export function alertingOf(
  { alerting, blueprint, contactEmail, secrets, teamSecrets }: StackConfig,
  { keys, url }: Pagers,
): AlertingArgs {
  const { slackChannel, runbooksUrl, email, teams } = alerting;
  const { slackWebhookUrl, deadMansSwitchUrl, smtpPassword } = secrets;
  const { [platformTeam]: pagerDutyRoutingKey, ...others } = keys;
  const own: Receivers = present({ pagerDutyRoutingKey, slackWebhookUrl, slackChannel });
  const names = new Set([
    blueprint.name,
    ...[teams, teamSecrets, others].flatMap((some) => Object.keys(some)),
  ]);
  return {
    ...own,
    ...present({ deadMansSwitchUrl, runbooksUrl, pagerDutyUrl: url }),
    ...(email !== undefined && mailOf(email, contactEmail, smtpPassword)),
    teams: Object.fromEntries(
      [...names].map((name): [string, TeamReceivers] => [
        name,
        {
          ...present({ ...teams[name], ...teamSecrets[name], pagerDutyRoutingKey: others[name] }),
          ...(name === blueprint.name && { namespaces: [blueprint.namespace] }),
        },
      ]),
    ),
  };
}

/** How mail is sent, and to whom what no team has an address for. */
function mailOf(
  { host, port, from, to, username }: NonNullable<StackConfig["alerting"]["email"]>,
  contactEmail: string,
  smtpPassword: StackConfig["secrets"]["smtpPassword"],
): Pick<AlertingArgs, "email" | "mail" | "mailPassword"> {
  return {
    email: to ?? [contactEmail],
    mail: { host, port, from, ...present({ username }) },
    ...present({ mailPassword: smtpPassword }),
  };
}
