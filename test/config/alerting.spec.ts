import assert from "node:assert/strict";
import { parseTeamSecrets } from "../../config/alerting";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

const without = (key: string) =>
  Object.fromEntries(Object.entries(stackValues("prod")).filter(([own]) => own !== key));

describe("groundwork:alerting", () => {
  it("says nothing unless a stack does", () => {
    assert.deepEqual(configOf(without("alerting")).alerting, { teams: {} });
  });

  it("takes a server of mail on the port for submission", () => {
    const email = { host: "smtp.example.com", from: "alerts@example.com" };
    const { alerting } = configOf(withSetting("prod", "alerting", { email }));
    assert.deepEqual(alerting.email, { ...email, port: 587 });
  });

  for (const [what, value, problem] of [
    [
      "a channel without its #",
      { slackChannel: "alerts" },
      /^alerting\.slackChannel: expected a channel of Slack with its #, such as #alerts, got "alerts"$/,
    ],
    [
      "runbooks at a URL that ends with a slash",
      { runbooksUrl: "https://git.example.com/" },
      /^alerting\.runbooksUrl: expected an https URL without a slash at its end, got "https:\/\/git/,
    ],
    [
      "a server with its port in its name",
      { email: { host: "smtp.example.com:587", from: "a@example.com" } },
      /^alerting\.email\.host: expected a host's name such as smtp\.example\.com, got /,
    ],
    [
      "a sender that is no address",
      { email: { host: "smtp.example.com", from: "alerts" } },
      /^alerting\.email\.from: expected an e-mail address, got "alerts"$/,
    ],
    [
      "nobody to write to",
      { email: { host: "smtp.example.com", from: "a@example.com", to: [] } },
      /^alerting\.email\.to: expected at least one e-mail address, got \[\]$/,
    ],
    [
      "an unknown key",
      { emails: {} },
      /^alerting\.emails: expected one of the keys slackChannel, runbooksUrl, email, teams, got the unknown key/,
    ],
    [
      "a team's mail where no server takes any",
      { teams: { shop: { email: ["shop@example.com"] } } },
      /^alerting\.teams\.shop\.email: expected no key where groundwork:alerting\.email is not given/,
    ],
    [
      "a team's channel to which nothing leads",
      { teams: { shop: { slackChannel: "#shop" } } },
      /^alerting\.teams\.shop\.slackChannel: expected no key where the secret teamReceivers has no shop\.slackWebhookUrl/,
    ],
    [
      "the platform's team among the others",
      { teams: { platform: {} } },
      /^alerting\.teams\.platform: expected no key: what the team platform has stands in groundwork:alerting itself/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(withSetting("prod", "alerting", value));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("refuses a team whose name could not be a label's value", () => {
    const problems = problemsOf(withSetting("prod", "alerting", { teams: { "Shop Team": {} } }));
    assert.match(
      problems.join(),
      /^alerting\.teams\.Shop Team: expected a map of teams, each a name of up to 40 lower-case letters/,
    );
  });
});

describe("the secret teamReceivers", () => {
  it("has a webhook, a key or both of each team", () => {
    const given = { shop: { slackWebhookUrl: "https://a" }, search: { pagerDutyRoutingKey: "k" } };
    assert.deepEqual(parseTeamSecrets(JSON.stringify(given)), { secrets: given, problems: [] });
  });

  it("is refused by the names of its keys, and no value of it is shown", () => {
    for (const [given, key] of [
      ["T0P-SECRET", "teamReceivers"],
      [JSON.stringify({ shop: "T0P-SECRET" }), "teamReceivers.shop"],
      [JSON.stringify({ shop: { slackWebhook: "T0P-SECRET" } }), "teamReceivers.shop"],
      [JSON.stringify({ shop: { slackWebhookUrl: "T0P SECRET" } }), "teamReceivers.shop.slackWebhookUrl"],
      [JSON.stringify({ "T 0": {} }), "teamReceivers.T 0"],
    ] as const) {
      const { problems } = parseTeamSecrets(given);
      assert.deepEqual(
        problems.map((problem) => problem.key),
        [key],
      );
      assert.ok(problems.every(({ got }) => got === undefined));
      assert.doesNotMatch(JSON.stringify(problems), /T0P/);
    }
  });
});
