import type * as pulumi from "@pulumi/pulumi";

/** Where alerts go. All are secrets but the channel; what is not given is not notified. */
export interface AlertingArgs {
  /** Integration key of a PagerDuty service (Events API v2): gets what is `critical`. */
  readonly pagerDutyRoutingKey?: pulumi.Input<string>;
  /** Incoming webhook of Slack: gets what is `critical` or `warning`. */
  readonly slackWebhookUrl?: pulumi.Input<string>;
  /**
   * Slack channel, with its `#`.
   *
   * @default "#alerts"
   */
  readonly slackChannel?: string;
  /** URL that is called every few minutes while alerting works; whoever serves it raises the alarm when it stops. */
  readonly deadMansSwitchUrl?: pulumi.Input<string>;
}

/** Name of the Secret with the receivers' keys. */
export const receiversSecret = "alertmanager-receivers";

/** The Secret's data, by the file that Alertmanager reads each from. */
export function receiverSecrets(alerting: AlertingArgs): Record<string, pulumi.Input<string>> {
  const { pagerDutyRoutingKey, slackWebhookUrl, deadMansSwitchUrl } = alerting;
  return {
    ...(pagerDutyRoutingKey !== undefined && { "pagerduty-routing-key": pagerDutyRoutingKey }),
    ...(slackWebhookUrl !== undefined && { "slack-webhook-url": slackWebhookUrl }),
    ...(deadMansSwitchUrl !== undefined && { "dead-mans-switch-url": deadMansSwitchUrl }),
  };
}

/** The operator mounts each Secret that Alertmanager is given below this directory. */
const secretFile = (key: string) => `/etc/alertmanager/secrets/${receiversSecret}/${key}`;

/** Alertmanager's configuration: receivers read their keys from files, so that none stands in it. */
export function alertmanagerConfig(alerting: AlertingArgs): Record<string, unknown> {
  const receivers = receiversOf(alerting);
  const has = (name: string) => receivers.some((receiver) => receiver.name === name);
  const to = (name: string) => (has(name) ? name : "null");
  return {
    route: {
      receiver: to("slack"),
      group_by: ["cluster", "namespace", "alertname"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [
        {
          matchers: ['alertname = "Watchdog"'],
          receiver: to("dead-mans-switch"),
          group_wait: "0s",
          group_interval: "1m",
          repeat_interval: "1m",
        },
        { matchers: ['alertname = "InfoInhibitor"'], receiver: "null" },
        // A page is also written into the channel, where those who answer it talk.
        ...(has("pagerduty")
          ? [
              {
                matchers: ['severity = "critical"'],
                receiver: "pagerduty",
                repeat_interval: "1h",
                continue: true,
              },
            ]
          : []),
        { matchers: ['severity =~ "critical|warning"'], receiver: to("slack") },
        { matchers: ['severity =~ "info|none"'], receiver: "null" },
      ],
    },
    receivers: [{ name: "null" }, ...receivers],
  };
}

interface Receiver {
  readonly name: string;
  readonly [integration: string]: unknown;
}

function receiversOf(alerting: AlertingArgs): Receiver[] {
  const receivers: Receiver[] = [];
  if (alerting.pagerDutyRoutingKey !== undefined) {
    receivers.push({
      name: "pagerduty",
      pagerduty_configs: [
        { routing_key_file: secretFile("pagerduty-routing-key"), severity: "critical", send_resolved: true },
      ],
    });
  }
  if (alerting.slackWebhookUrl !== undefined) {
    receivers.push({
      name: "slack",
      slack_configs: [
        {
          api_url_file: secretFile("slack-webhook-url"),
          channel: alerting.slackChannel ?? "#alerts",
          send_resolved: true,
          title: "{{ .Status | toUpper }} {{ .CommonLabels.alertname }} ({{ .CommonLabels.namespace }})",
          text: "{{ range .Alerts }}*{{ .Labels.severity }}* {{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}",
        },
      ],
    });
  }
  if (alerting.deadMansSwitchUrl !== undefined) {
    receivers.push({
      name: "dead-mans-switch",
      webhook_configs: [{ url_file: secretFile("dead-mans-switch-url"), send_resolved: false }],
    });
  }
  return receivers;
}
