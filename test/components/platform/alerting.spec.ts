import assert from "node:assert/strict";
import {
  alertmanagerConfig,
  type AlertingArgs,
  receiverSecrets,
} from "../../../components/platform/alerting";

interface Route {
  readonly matchers: readonly string[];
  readonly receiver: string;
  readonly continue?: boolean;
}

interface Config {
  readonly route: { readonly receiver: string; readonly routes: readonly Route[] };
  readonly receivers: readonly { readonly name: string }[];
}

const configOf = (alerting: AlertingArgs) => alertmanagerConfig(alerting) as unknown as Config;

/** Who is told of an alert, walking the routes as Alertmanager does. */
function told(alerting: AlertingArgs, labels: Readonly<Record<string, string>>): readonly string[] {
  const { route } = configOf(alerting);
  const names: string[] = [];
  for (const { matchers, receiver, continue: goesOn = false } of route.routes) {
    const matches = matchers.every((matcher) => {
      const [, label = "", operator, value = ""] = /^(\w+) (=~?) "(.*)"$/.exec(matcher) ?? [];
      const actual = labels[label] ?? "";
      return operator === "=" ? actual === value : new RegExp(`^(${value})$`).test(actual);
    });
    if (matches) {
      names.push(receiver);
      if (!goesOn) return names;
    }
  }
  return names.length > 0 ? names : [route.receiver];
}

const withoutPagerDuty: AlertingArgs = {
  slackWebhookUrl: "https://slack.example.com/hook",
  deadMansSwitchUrl: "https://switch.example.com/ping",
};
const all: AlertingArgs = { ...withoutPagerDuty, pagerDutyRoutingKey: "pager-key" };

describe("alerting", () => {
  for (const [what, alerting, labels, receivers] of [
    [
      "a critical alert pages and is written into the channel",
      all,
      { severity: "critical" },
      ["pagerduty", "slack"],
    ],
    ["a warning is written into the channel", all, { severity: "warning" }, ["slack"]],
    ["what is for information bothers nobody", all, { severity: "info" }, ["null"]],
    ["an alert without severity is written into the channel", all, {}, ["slack"]],
    [
      "the watchdog calls the dead man's switch",
      all,
      { alertname: "Watchdog", severity: "none" },
      ["dead-mans-switch"],
    ],
    [
      "without PagerDuty a critical alert is still written into the channel",
      withoutPagerDuty,
      { severity: "critical" },
      ["slack"],
    ],
    [
      "without a switch the watchdog bothers nobody",
      { slackWebhookUrl: "x" },
      { alertname: "Watchdog" },
      ["null"],
    ],
    ["with nobody to tell nobody is told", {}, { severity: "critical" }, ["null"]],
  ] as const) {
    it(what, () => {
      assert.deepEqual(told(alerting, labels), receivers);
    });
  }

  it("names no receiver that is not there", () => {
    for (const alerting of [all, withoutPagerDuty, {}]) {
      const { route, receivers } = configOf(alerting);
      const known = receivers.map(({ name }) => name);
      const named = [route.receiver, ...route.routes.map(({ receiver }) => receiver)];
      assert.deepEqual(
        named.filter((name) => !known.includes(name)),
        [],
      );
    }
  });

  it("reads every key from a file of the Secret, so that the configuration holds none", () => {
    const text = JSON.stringify(alertmanagerConfig(all));
    for (const [key, value] of Object.entries(receiverSecrets(all))) {
      assert.ok(text.includes(`/etc/alertmanager/secrets/alertmanager-receivers/${key}"`), key);
      assert.ok(typeof value === "string" && !text.includes(value), `${key} stands in the configuration`);
    }
  });
});
