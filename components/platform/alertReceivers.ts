import { type AlertingArgs, type Receivers, secretFile } from "./alerting";

/** A receiver of Alertmanager: its name, and what it is told by. */
export interface Receiver {
  readonly name: string;
  readonly [integration: string]: unknown;
}

/** Which receivers hear of a team's alerts; none where nobody does by that way. */
export interface Ways {
  readonly page?: string;
  readonly chat?: string;
  readonly mail?: string;
}

/** Those who hear of nothing. */
export const nobody = "null";

/** Who calls when alerting stops. */
export const deadMansSwitch = "dead-mans-switch";

/** The receivers of somebody's own ways, and their names; `prefix` stands before names and files. */
export function receiversOf(
  prefix: string,
  own: Receivers,
  alerting: AlertingArgs,
): { readonly ways: Ways; readonly receivers: readonly Receiver[] } {
  const { pagerDutyRoutingKey, slackWebhookUrl, slackChannel = "#alerts", email = [] } = own;
  const page =
    pagerDutyRoutingKey === undefined
      ? []
      : [{ name: `${prefix}pagerduty`, pagerduty_configs: [pagerDuty(prefix, alerting)] }];
  const chat =
    slackWebhookUrl === undefined
      ? []
      : [{ name: `${prefix}slack`, slack_configs: [slack(prefix, slackChannel, alerting)] }];
  const mail =
    email.length === 0 ? [] : [{ name: `${prefix}email`, email_configs: [mailTo(email, alerting)] }];
  const named = (found: readonly Receiver[]) => found[0]?.name;
  return { ways: waysOf(named(page), named(chat), named(mail)), receivers: [...page, ...chat, ...mail] };
}

/** Ways by the names of their receivers, without those that there are not. */
function waysOf(page: string | undefined, chat: string | undefined, mail: string | undefined): Ways {
  return {
    ...(page !== undefined && { page }),
    ...(chat !== undefined && { chat }),
    ...(mail !== undefined && { mail }),
  };
}

/** What every minute calls whoever watches over alerting itself. */
export function deadMansSwitchReceiver(): Receiver {
  return {
    name: deadMansSwitch,
    webhook_configs: [{ url_file: secretFile("dead-mans-switch-url"), send_resolved: false }],
  };
}

/** The runbook of what a template says, as a link where people can follow it. Rules of others have whole URLs as they are. */
function runbookLink(runbook: string, { runbooksUrl }: AlertingArgs): string {
  return runbooksUrl === undefined
    ? `{{ ${runbook} }}`
    : `{{ reReplaceAll "^docs/" "${runbooksUrl}/docs/" ${runbook} }}`;
}

/** What an alert is of: pods, services, instances stand in its labels and in no annotation. */
const labels = "{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}";

/** The alert's name; a group of several speeds of one burn has none in common. */
const alertName = '{{ or .CommonLabels.alertname "slo-burning" }}';

/** One incident for each group; `links` are whole URLs or PagerDuty refuses the event. */
function pagerDuty(prefix: string, alerting: AlertingArgs): Record<string, unknown> {
  const { runbooksUrl, pagerDutyUrl } = alerting;
  const common = (key: string) => `.CommonAnnotations.${key}`;
  return {
    routing_key_file: secretFile(`${prefix}pagerduty-routing-key`),
    ...(pagerDutyUrl !== undefined && { url: pagerDutyUrl }),
    severity: "critical",
    send_resolved: true,
    description:
      `${alertName} ({{ .CommonLabels.cluster }} {{ .CommonLabels.namespace }}` +
      "{{ with .CommonLabels.service }} {{ . }}{{ end }}{{ with .CommonLabels.instance }} {{ . }}{{ end }}): {{ .CommonAnnotations.description }}",
    class: alertName,
    component: "{{ .CommonLabels.namespace }}",
    group: "{{ .CommonLabels.cluster }}",
    details: {
      runbook: runbookLink(common("runbook_url"), alerting),
      dashboard: `{{ ${common("dashboard_url")} }}`,
    },
    ...(runbooksUrl !== undefined && {
      links: [
        // an alert that has none leads to Alertmanager
        { href: runbookLink(`(or ${common("runbook_url")} .ExternalURL)`, alerting), text: "Runbook" },
        { href: `{{ or ${common("dashboard_url")} .ExternalURL }}`, text: "Dashboard" },
      ],
    }),
  };
}

function slack(prefix: string, channel: string, alerting: AlertingArgs): Record<string, unknown> {
  const runbook = runbookLink(".Annotations.runbook_url", alerting);
  return {
    api_url_file: secretFile(`${prefix}slack-webhook-url`),
    channel,
    send_resolved: true,
    title: `{{ .Status | toUpper }} ${alertName} ({{ .CommonLabels.namespace }})`,
    text: [
      "{{ range .Alerts }}*{{ .Labels.severity }}* {{ .Annotations.summary }}",
      "{{ .Annotations.description }}",
      labels,
      `${runbook}{{ with .Annotations.dashboard_url }}`,
      "{{ . }}{{ end }}",
      "{{ end }}",
    ].join("\n"),
  };
}

function mailTo(email: readonly string[], alerting: AlertingArgs): Record<string, unknown> {
  const { mail, mailPassword } = alerting;
  if (mail === undefined) throw new RangeError("mail: expected the server that takes mail, got nothing");
  const { host, port, from, username } = mail;
  return {
    to: email.join(", "),
    from,
    smarthost: `${host}:${port}`,
    require_tls: port !== 465,
    send_resolved: false,
    ...(username !== undefined && {
      auth_username: username,
      ...(mailPassword !== undefined && { auth_password_file: secretFile("smtp-password") }),
    }),
    headers: {
      Subject: `${alertName} ({{ .CommonLabels.cluster }} {{ .CommonLabels.namespace }}), {{ .Alerts | len }}`,
    },
    text: [
      "{{ range .Alerts }}{{ .Annotations.summary }}",
      "{{ .Annotations.description }}",
      labels,
      runbookLink(".Annotations.runbook_url", alerting),
      "{{ end }}",
    ].join("\n"),
  };
}
