import type { AlertingArgs, Receivers, TeamReceivers } from "./components/platform/alerting";
import { present } from "./config/present";
import type { StackConfig } from "./config/resolve";

/** Where the stack's alerts go: what its file says, with the secrets that it names. */
export function alertingOf({
  alerting,
  blueprint,
  contactEmail,
  secrets,
  teamSecrets,
}: StackConfig): AlertingArgs {
  const { slackChannel, runbooksUrl, email, teams } = alerting;
  const { pagerDutyRoutingKey, slackWebhookUrl, deadMansSwitchUrl, smtpPassword } = secrets;
  const own: Receivers = present({ pagerDutyRoutingKey, slackWebhookUrl, slackChannel });
  const names = new Set([blueprint.name, ...Object.keys(teams), ...Object.keys(teamSecrets)]);
  return {
    ...own,
    ...present({ deadMansSwitchUrl, runbooksUrl }),
    ...(email !== undefined && mailOf(email, contactEmail, smtpPassword)),
    teams: Object.fromEntries(
      [...names].map((name): [string, TeamReceivers] => [
        name,
        {
          ...present({ ...teams[name], ...teamSecrets[name] }),
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
