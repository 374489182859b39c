import assert from "node:assert/strict";
import { type AlertingArgs, receiverSecrets } from "../../../components/platform/alerting";
import { alertmanagerConfig } from "../../../components/platform/alertRouting";

type Labels = Readonly<Record<string, string>>;

interface Route {
  readonly matchers: readonly string[];
  readonly receiver: string;
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
}

interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

interface Config {
  readonly route: Route;
  readonly inhibit_rules: readonly Inhibition[];
  readonly receivers: readonly { readonly name: string; readonly [integration: string]: unknown }[];
}

const configOf = (alerting: AlertingArgs) => alertmanagerConfig(alerting) as unknown as Config;

/** Whether an alert has what a list of matchers asks for, as Alertmanager sees it: a label that is not there is empty. */
function matches(matchers: readonly string[], labels: Labels): boolean {
  return matchers.every((matcher) => {
    const [, label = "", operator = "", value = ""] = /^(\w+) (=|!=|=~|!~) "(.*)"$/.exec(matcher) ?? [];
    const actual = labels[label] ?? "";
    const same = operator.endsWith("~") ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
    return operator.startsWith("!") ? !same : same;
  });
}

/** Who is told of an alert, walking the routes as Alertmanager does. */
function walk({ receiver, routes = [] }: Route, labels: Labels): readonly string[] {
  const names: string[] = [];
  for (const route of routes) {
    if (!matches(route.matchers, labels)) continue;
    names.push(...walk(route, labels));
    if (route.continue !== true) return names;
  }
  return names.length > 0 ? names : [receiver];
}
const told = (alerting: AlertingArgs, labels: Labels) => walk(configOf(alerting).route, labels);

/** Whether one alert keeps another from being told. */
function inhibits(source: Labels, target: Labels): boolean {
  return configOf(all).inhibit_rules.some(
    ({ source_matchers, target_matchers, equal }) =>
      matches(source_matchers, source) &&
      matches(target_matchers, target) &&
      equal.every((label) => (source[label] ?? "") === (target[label] ?? "")),
  );
}

const withoutPagerDuty: AlertingArgs = {
  slackWebhookUrl: "https://slack.example.com/hook",
  deadMansSwitchUrl: "https://switch.example.com/ping",
};
const mail = { host: "smtp.example.com", port: 587, from: "alerts@example.com", username: "alerts" };
const mailed: AlertingArgs = { mail, mailPassword: "mail-password", email: ["ops@example.com"] };
const all: AlertingArgs = {
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

describe("Alertmanager's routes", () => {
  for (const [what, alerting, labels, receivers] of [
    [
      "a critical alert pages and is written into the channel",
      all,
      { severity: "critical" },
      ["pagerduty", "slack"],
    ],
    ["a warning is written into the channel", all, { severity: "warning" }, ["slack"]],
    ["what is for information is mail", all, { severity: "info" }, ["email"]],
    ["what is for information bothers nobody without mail", withoutPagerDuty, { severity: "info" }, ["null"]],
    ["an alert without severity is written into the channel", all, {}, ["slack"]],
    ["an alert of another severity is written into the channel", all, { severity: "error" }, ["slack"]],
    [
      "the watchdog calls the dead man's switch",
      all,
      { alertname: "Watchdog", severity: "none" },
      ["dead-mans-switch"],
    ],
    ["what inhibits is told to nobody", all, { alertname: "InfoInhibitor", severity: "none" }, ["null"]],
    [
      "without PagerDuty a critical alert is still written into the channel",
      withoutPagerDuty,
      { severity: "critical" },
      ["slack"],
    ],
    ["with mail alone a critical alert is mail", mailed, { severity: "critical" }, ["email"]],
    [
      "without a switch the watchdog bothers nobody",
      { slackWebhookUrl: "x" },
      { alertname: "Watchdog" },
      ["null"],
    ],
    ["with nobody to tell nobody is told", {}, { severity: "critical" }, ["null"]],
    [
      "a team's critical alert pages the team",
      all,
      { severity: "critical", team: "shop" },
      ["shop-pagerduty", "shop-slack"],
    ],
    ["a team's warning is in the team's channel", all, { severity: "warning", team: "shop" }, ["shop-slack"]],
    ["a team's information is the team's mail", all, { severity: "info", team: "shop" }, ["shop-email"]],
    [
      "an alert of a team's namespace that names no team is the team's",
      all,
      { severity: "warning", namespace: "shop-jobs" },
      ["shop-slack"],
    ],
    [
      "an alert of a team's namespace that names another is not",
      all,
      { severity: "warning", namespace: "shop", team: "platform" },
      ["slack"],
    ],
    [
      "a team without a pager has the platform's page",
      all,
      { severity: "critical", team: "search" },
      ["pagerduty", "slack"],
    ],
    [
      "a team without a channel has its own mail all the same",
      all,
      { severity: "info", team: "search" },
      ["search-email"],
    ],
    [
      "a team with nothing of its own has the platform's ways",
      all,
      { severity: "warning", namespace: "idle" },
      ["slack"],
    ],
    [
      "a team that nobody knows has the platform's ways",
      all,
      { severity: "critical", team: "other" },
      ["pagerduty", "slack"],
    ],
  ] as const) {
    it(what, () => {
      assert.deepEqual(told(alerting, labels), receivers);
    });
  }

  it("name no receiver that is not there, and none twice", () => {
    const named = ({ receiver, routes = [] }: Route): readonly string[] => [
      receiver,
      ...routes.flatMap(named),
    ];
    for (const alerting of [all, withoutPagerDuty, mailed, {}]) {
      const { route, receivers } = configOf(alerting);
      const known = receivers.map(({ name }) => name);
      assert.equal(new Set(known).size, known.length);
      assert.deepEqual(
        named(route).filter((name) => !known.includes(name)),
        [],
      );
    }
  });
});

describe("Alertmanager's receivers", () => {
  const receiver = (name: string, integration: string) => {
    const found = configOf(all).receivers.find((one) => one.name === name)?.[integration];
    assert.ok(Array.isArray(found) && found.length === 1, name);
    return found[0] as Readonly<Record<string, unknown>>;
  };

  it("read every key from a file of the Secret, so that the configuration holds none", () => {
    const text = JSON.stringify(alertmanagerConfig(all));
    const secrets = Object.entries(receiverSecrets(all));
    assert.equal(secrets.length, 6);
    for (const [key, value] of secrets) {
      assert.ok(text.includes(`/etc/alertmanager/secrets/alertmanager-receivers/${key}"`), key);
      assert.ok(typeof value === "string" && !text.includes(value), `${key} stands in the configuration`);
    }
  });

  it("send mail with TLS demanded: by STARTTLS, or from the first byte on 465", () => {
    assert.deepEqual(
      ["to", "from", "smarthost", "require_tls", "auth_username"].map(
        (key) => receiver("shop-email", "email_configs")[key],
      ),
      ["shop@example.com, owner@example.com", "alerts@example.com", "smtp.example.com:587", true, "alerts"],
    );
    const { receivers } = configOf({ ...mailed, mail: { ...mail, port: 465 } });
    assert.match(JSON.stringify(receivers), /"smarthost":"smtp.example.com:465","require_tls":false/);
  });

  it("refuse addresses of mail where there is no server for it", () => {
    assert.throws(
      () => alertmanagerConfig({ email: ["a@example.com"] }),
      /^RangeError: mail: expected the server/,
    );
  });

  it("link the runbook, as a whole URL where people can read it, and give PagerDuty no other", () => {
    assert.match(
      String(receiver("shop-slack", "slack_configs")["text"]),
      /reReplaceAll "\^docs\/" "https:\/\/git\.example\.com\/groundwork\/docs\/" \.Annotations\.runbook_url/,
    );
    const { links } = receiver("pagerduty", "pagerduty_configs") as { links: readonly { href: string }[] };
    assert.equal(links.length, 2);
    const { receivers } = configOf({ pagerDutyRoutingKey: "k", slackWebhookUrl: "s" });
    assert.doesNotMatch(JSON.stringify(receivers), /"links"|reReplaceAll/);
  });

  it("write to each team's own channel", () => {
    assert.equal(receiver("shop-slack", "slack_configs")["channel"], "#shop");
    assert.equal(receiver("slack", "slack_configs")["channel"], "#alerts");
  });

  it("send events to the region of PagerDuty that is told", () => {
    assert.equal(receiver("pagerduty", "pagerduty_configs")["url"], undefined);
    const url = "https://events.eu.pagerduty.com/v2/enqueue";
    assert.match(
      JSON.stringify(configOf({ ...all, pagerDutyUrl: url }).receivers),
      /"url":"https:\/\/events\.eu/,
    );
  });
});

describe("Alertmanager's inhibitions", () => {
  const alert = { alertname: "disk", namespace: "shop", cluster: "prod" };
  for (const [what, source, target, expected] of [
    [
      "a critical alert keeps back the warning of the same",
      { ...alert, severity: "critical" },
      { ...alert, severity: "warning" },
      true,
    ],
    [
      "a critical alert keeps back no other's warning",
      { ...alert, severity: "critical" },
      { ...alert, alertname: "cpu", severity: "warning" },
      false,
    ],
    [
      "a critical alert keeps back nothing of another namespace",
      { ...alert, severity: "critical" },
      { ...alert, namespace: "search", severity: "warning" },
      false,
    ],
    [
      "a critical alert of a service keeps back nothing of another service",
      { ...alert, service: "api", severity: "critical" },
      { ...alert, service: "web", severity: "warning" },
      false,
    ],
    [
      "a warning keeps back no critical alert",
      { ...alert, severity: "warning" },
      { ...alert, severity: "critical" },
      false,
    ],
    [
      "a warning keeps back the information of the same",
      { ...alert, severity: "warning" },
      { ...alert, severity: "info" },
      true,
    ],
    [
      "the inhibitor keeps back information of the mixin's",
      { alertname: "InfoInhibitor", namespace: "shop" },
      { namespace: "shop", severity: "info" },
      true,
    ],
    [
      "the inhibitor keeps back no information of ours, which names a team",
      { alertname: "InfoInhibitor", namespace: "shop" },
      { namespace: "shop", severity: "info", team: "platform" },
      false,
    ],
    [
      "a node that is gone keeps back what happens on it",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something", node: "a" },
      true,
    ],
    [
      "a node that is gone keeps back nothing of another",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something", node: "b" },
      false,
    ],
    [
      "a node that is gone keeps back nothing that names no node",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something" },
      false,
    ],
    [
      "an alert of nodes that names none keeps nothing back",
      { alertname: "KubeNodeNotReady" },
      { alertname: "something" },
      false,
    ],
    [
      "a node that is gone does not keep back its own alert",
      { alertname: "KubeNodeNotReady", node: "a" },
      { alertname: "KubeNodeUnreachable", node: "a" },
      false,
    ],
    [
      "a cluster that nobody can ask keeps back what is said of pods",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "KubePodCrashLooping", cluster: "prod" },
      true,
    ],
    [
      "a cluster that nobody can ask keeps back nothing of another cluster",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "KubePodCrashLooping", cluster: "dev" },
      false,
    ],
    [
      "a cluster that nobody can ask keeps back nothing of services",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "slo-burn", cluster: "prod" },
      false,
    ],
  ] as const) {
    it(what, () => {
      assert.equal(inhibits(source, target), expected);
    });
  }

  it("let no alert keep itself back", () => {
    for (const alertname of ["KubeAPIDown", "KubeletDown", "KubeNodeNotReady", "KubeNodeUnreachable"]) {
      const own = { alertname, severity: "critical", node: "a", cluster: "prod" };
      assert.ok(!inhibits(own, own), alertname);
    }
  });
});
