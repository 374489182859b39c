import type { AlertingArgs } from "../../../components/platform/alerting";
import { alertmanagerConfig } from "../../../components/platform/alertRouting";

export type Labels = Readonly<Record<string, string>>;

export interface Route {
  readonly matchers: readonly string[];
  readonly receiver: string;
  readonly continue?: boolean;
  readonly group_by?: readonly string[];
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly routes?: readonly Route[];
}

export interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

export interface Config {
  readonly route: Route;
  readonly inhibit_rules: readonly Inhibition[];
  readonly receivers: readonly { readonly name: string; readonly [integration: string]: unknown }[];
}

export const configOf = (alerting: AlertingArgs): Config => alertmanagerConfig(alerting) as unknown as Config;

/** Whether an alert has what a list of matchers asks for, as Alertmanager sees it: a label that is not there is empty. */
export function matches(matchers: readonly string[], labels: Labels): boolean {
  return matchers.every((matcher) => {
    const [, label = "", operator = "", value = ""] = /^(\w+) (=|!=|=~|!~) "(.*)"$/.exec(matcher) ?? [];
    const actual = labels[label] ?? "";
    const same = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return operator.startsWith("!") ? !same : same;
  });
}

export const withoutPagerDuty: AlertingArgs = {
  slackWebhookUrl: "https://slack.example.com/hook",
  deadMansSwitchUrl: "https://switch.example.com/ping",
};
export const mail = { host: "smtp.example.com", port: 587, from: "alerts@example.com", username: "alerts" };
export const mailed: AlertingArgs = { mail, mailPassword: "mail-password", email: ["ops@example.com"] };
export const all: AlertingArgs = {
  ...withoutPagerDuty,
  ...mailed,
  pagerDutyRoutingKey: "pager-key",
  runbooksUrl: "https://git.example.com/groundwork",
  teams: {
    shop: {
      namespaces: ["shop", "shop-jobs"],
      pagerDutyRoutingKey: "shop-pager-key",
      slackWebhookUrl: "https://slack.example.com/shop",
      slackChannel: "#shop",
      email: ["shop@example.com", "owner@example.com"],
    },
    search: { email: ["search@example.com"] },
    idle: { namespaces: ["idle"] },
  },
};
