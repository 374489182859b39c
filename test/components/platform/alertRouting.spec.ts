import assert from "node:assert/strict";
import { type AlertingArgs, receiverSecrets } from "../../../components/platform/alerting";
import { alertmanagerConfig } from "../../../components/platform/alertRouting";
import {
  all,
  configOf,
  type Labels,
  mail,
  mailed,
  matches,
  type Route,
  withoutPagerDuty,
} from "./alertmanagerScene";

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

  it("say what an alert is of, in every message", () => {
    const pairs = "{{ range .Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}";
    for (const [name, integration] of [
      ["slack", "slack_configs"],
      ["shop-email", "email_configs"],
    ] as const) {
      const lines = String(receiver(name, integration)["text"]).split("\n");
      assert.ok(lines.includes(pairs), `${name}: ${lines.join("\n")}`);
    }
    const { description } = receiver("pagerduty", "pagerduty_configs");
    assert.match(
      String(description),
      /\{\{ with \.CommonLabels\.service \}\}.+\{\{ with \.CommonLabels\.instance \}\}/,
    );
  });

  it("call the dead man's switch every minute", () => {
    // Alertmanager looks once in a group's interval, and leaves out what was told less than the other one ago
    const [watchdog] = configOf(all).route.routes ?? [];
    assert.deepEqual([watchdog?.group_interval, watchdog?.repeat_interval], ["1m", "50s"]);
  });

  it("group the speeds of a burn that page as one, and nothing else by less than its name", () => {
    const critical = (configOf(all).route.routes ?? []).filter(({ matchers }) =>
      matchers.includes('severity = "critical"'),
    );
    assert.equal(critical.length, 2);
    for (const { group_by = [], receiver: told, routes = [] } of critical) {
      assert.ok(group_by.includes("alertname"));
      assert.deepEqual(routes, [
        {
          matchers: ['alertname =~ "slo-burning-.+"'],
          receiver: told,
          group_by: ["cluster", "namespace", "service", "slo"],
        },
      ]);
    }
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
