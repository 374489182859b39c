import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parseStackFile } from "../../config/parse";
import { resolve } from "../../config/resolve";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

const teams = { platform: { primary: ["ada@example.com"] } };
const timeZone = "Europe/Berlin";

describe("groundwork:pagerDuty", () => {
  it("hands over on Monday morning and escalates after five, ten and fifteen minutes unless told", () => {
    assert.deepEqual(configOf(withSetting("prod", "pagerDuty", { timeZone, teams })).onCall, {
      region: "us",
      timeZone,
      handoff: { day: "monday", time: "09:00" },
      escalation: { primaryMinutes: 5, secondaryMinutes: 10, leadMinutes: 15, repeats: 2 },
      acknowledgementMinutes: 30,
      autoResolveHours: 24,
      teams,
    });
  });

  it("makes nothing where a stack does not name it", () => {
    const values = Object.entries(stackValues("prod")).filter(([key]) => key !== "pagerDuty");
    assert.equal(configOf(Object.fromEntries(values)).onCall, undefined);
  });

  for (const [what, value, problem] of [
    [
      "no zone",
      { teams },
      /^pagerDuty\.timeZone: expected a zone of the tz database such as Europe\/Berlin, got nothing$/,
    ],
    [
      "a zone that is none",
      { timeZone: "Europe/Bonn", teams },
      /^pagerDuty\.timeZone: expected a zone of the tz database/,
    ],
    [
      "no team for the platform",
      { timeZone, teams: { shop: teams.platform } },
      /^pagerDuty\.teams: expected the team platform, which has what no other has/,
    ],
    [
      "a team of nobody",
      { timeZone, teams: { platform: { primary: [] } } },
      /^pagerDuty\.teams\.platform\.primary: expected at least one e-mail address, got \[\]$/,
    ],
    [
      "somebody twice",
      { timeZone, teams: { platform: { primary: ["a@example.com", "a@example.com"] } } },
      /^pagerDuty\.teams\.platform\.primary: expected each address once/,
    ],
    [
      "a lead who is no address",
      { timeZone, teams: { platform: { ...teams.platform, lead: "ada" } } },
      /^pagerDuty\.teams\.platform\.lead: expected an e-mail address, got "ada"$/,
    ],
    [
      "a day that is none",
      { timeZone, teams, handoff: { day: "mon" } },
      /^pagerDuty\.handoff\.day: expected one of monday, .*, got "mon"$/,
    ],
    [
      "a time that is none",
      { timeZone, teams, handoff: { time: "9" } },
      /^pagerDuty\.handoff\.time: expected a time such as 09:00, in quotes, got "9"$/,
    ],
    [
      "a level without time",
      { timeZone, teams, escalation: { primaryMinutes: 0 } },
      /^pagerDuty\.escalation\.primaryMinutes: expected a whole number from 1 to 120, got 0$/,
    ],
    [
      "more repeats than PagerDuty has",
      { timeZone, teams, escalation: { repeats: 10 } },
      /^pagerDuty\.escalation\.repeats: expected a whole number from 0 to 9, got 10$/,
    ],
    [
      "another region",
      { timeZone, teams, region: "asia" },
      /^pagerDuty\.region: expected one of us, eu, got "asia"$/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(withSetting("prod", "pagerDuty", value));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("refuses keys of services that it makes itself, and shows none", () => {
    const file = parseStackFile(stackValues("prod"), () => false);
    const key = pulumi.secret("T0P");
    assert.throws(
      () => resolve(file, { pagerDutyRoutingKey: key }, { "seo-platform": { pagerDutyRoutingKey: key } }),
      /groundwork:pagerDutyRoutingKey: expected no key where groundwork:pagerDuty makes the service[^]*groundwork:teamReceivers\.seo-platform\.pagerDutyRoutingKey: expected no key/,
    );
    assert.doesNotThrow(() => resolve(file, {}, { search: { pagerDutyRoutingKey: key } }));
  });
});
