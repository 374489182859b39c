import assert from "node:assert/strict";
import { matches, problemOf, today } from "../../policy/exemption";
import { resourceRule } from "../../policy/rule";
import { exemptionsValid } from "../../policy/stack/exemptions";
import type { PackConfig } from "../../policy/config";
import { judge } from "../../preview/policy";
import { facts } from "./asking";
import { day, exempting, good, keyUrn, prod, resources, rule } from "./exempting";
import { edited, scene } from "./scene";

describe("an exemption", () => {
  for (const [what, value, said] of [
    ["no object", "all", /expected an object/],
    ["nothing", null, /expected an object .*, got null/],
    ["a list", [good], /expected an object/],
    [
      "a key it doesn't have",
      { ...good, until: "2026-09-01" },
      /until is no key of an exemption: expected urn, type, name, reason, owner, expires$/,
    ],
    ["an owner that is no text", { ...good, owner: 3 }, /owner is 3, expected a text/],
    ["a reason of blanks", { ...good, reason: "  " }, /reason is " {2}", expected a text/],
    ["no reason", { name: "a", expires: good.expires }, /reason is not set/],
    ["nothing to match", { reason: "x", expires: good.expires }, /expected a urn, a type or a name/],
    ["a pattern that matches all", { ...good, name: "*" }, /set the rule's enforcementLevel/],
    ["a pattern of stars alone", { ...good, name: "**" }, /set the rule's enforcementLevel/],
    ["no end", { name: "a", reason: "x" }, /expires is not set/],
    ["an end that is no day", { ...good, expires: "2026-06-31" }, /expected a day as YYYY-MM-DD/],
    ["an end in words", { ...good, expires: "next year" }, /expected a day as YYYY-MM-DD/],
    ["an end with more to it", { ...good, expires: "2026-09-01 or so" }, /expected a day as YYYY-MM-DD/],
    ["an end with more before it", { ...good, expires: "by 2026-09-01" }, /expected a day as YYYY-MM-DD/],
    ["an end that is past", { ...good, expires: "2026-05-31" }, /expired on 2026-05-31/],
    ["an end too far ahead", { ...good, expires: "2026-11-29" }, /more than 180 days after 2026-06-01/],
  ] as const) {
    it(`does not hold with ${what}`, () => {
      assert.match(problemOf(value, day) ?? "", said);
    });
  }

  it("holds through its last day, 180 days ahead at most", () => {
    assert.equal(problemOf(good, day), undefined);
    assert.equal(problemOf({ ...good, expires: day }, day), undefined);
    assert.equal(problemOf({ ...good, expires: "2026-11-28" }, day), undefined);
    assert.equal(problemOf({ ...good, owner: "security" }, day), undefined);
    // every name, of one type
    assert.equal(problemOf({ ...good, name: "*", type: "a:b:C" }, day), undefined);
  });

  const subject = { urn: "urn:pulumi:prod::g::a:b:C::x.y", type: "a:b:C", name: "x.y" };
  for (const [given, expected] of [
    [{ name: "x.y" }, true],
    [{ name: "x*" }, true],
    [{ name: "x" }, false],
    [{ name: "xzy" }, false],
    [{ name: "x?y" }, false],
    [{ type: "a:*" }, true],
    [{ type: "a:*", name: "z" }, false],
    [{ urn: "urn:pulumi:prod::*::x.y" }, true],
    [{ urn: "urn:pulumi:dev::*" }, false],
  ] as const) {
    it(`with ${JSON.stringify(given)} ${expected ? "matches" : "does not match"}`, () => {
      assert.equal(matches({ reason: "r", expires: day, ...given }, subject), expected);
    });
  }

  it("takes the clock's day", () => {
    assert.match(today(), /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(Math.abs(Date.parse(today()) - Date.now()) < 2 * 24 * 60 * 60 * 1000);
  });
});

describe("judge with exemptions", () => {
  const judged = (exemptions: Readonly<Record<string, unknown>>, some = resources) =>
    judge(some, { environment: "prod", config: exempting(exemptions), day });
  const said = (exemptions: Readonly<Record<string, unknown>>, some = resources) =>
    judged(exemptions, some).violations.map(({ policy, message }) => [policy, message] as const);

  it("lists what is exempt, until when and why, in place of a violation", () => {
    const exemption = {
      type: "gcp:kms/*",
      reason: "a key of a test",
      owner: "security",
      expires: "2026-09-01",
    };
    const { violations, exempt, evaluated } = judged({ [rule]: [exemption] });
    assert.deepEqual(violations, []);
    assert.deepEqual(exempt, [
      {
        policy: rule,
        severity: "high",
        urn: keyUrn,
        message: 'rotationPeriod is "9999999s", expected at most "7776000s"',
        until: "2026-09-01",
        reason: "a key of a test",
        owner: "security",
      },
    ]);
    // the verdict on the exemptions is one check more
    assert.equal(evaluated, judged({}).evaluated + 1);
  });

  it("lets only the rule be that has it", () => {
    assert.deepEqual(
      said({ "all-stateful-protected": [{ ...good, name: "key" }] }).map(([policy]) => policy),
      [rule],
    );
  });

  for (const [what, exemption, problem] of [
    ["is past its day", { ...good, name: "key", expires: "2026-05-31" }, /expired on 2026-05-31$/],
    ["reaches too far", { ...good, name: "key", expires: "2027-06-01" }, /more than 180 days/],
    ["has no reason", { name: "key", expires: "2026-09-01" }, /reason is not set$/],
  ] as const) {
    it(`counts one that ${what} for nothing, and refuses it`, () => {
      const found = said({ [rule]: [exemption] });
      assert.deepEqual(
        found.map(([policy]) => policy),
        ["all-exemptions-valid", rule],
      );
      assert.match(found[0]?.[1] ?? "", problem);
      assert.match(found[0]?.[1] ?? "", /^gcp-kms-rotation: exemption \{/);
    });
  }

  it("refuses one that matches nothing the rule judges", () => {
    const found = said({
      [rule]: [
        { ...good, name: "key" },
        { ...good, name: "provider" },
      ],
    });
    assert.equal(found.length, 1);
    assert.match(found[0]?.[1] ?? "", /"provider".*matches no resource that the rule judges$/);
    const fine = edited(resources, ["key", "inputs.rotationPeriod", "7776000s"]);
    assert.deepEqual(said({ [rule]: [{ ...good, name: "key" }] }, fine), [], "it may not be needed");
    const absent = said({ "aws-rds-backup-retention": [{ ...good, name: "key" }] }, fine);
    assert.match(absent[0]?.[1] ?? "", /matches no resource/, "of a type that the stack has not");
  });

  it("refuses one for a resource that the rule is not about", () => {
    const own = resourceRule({
      ...facts,
      id: "test-keys",
      types: ["gcp:kms/cryptoKey:CryptoKey"],
      applies: ({ props }) => props.keyRing !== "ring",
      check: () => "no",
    });
    const { violations } = judge(resources, {
      environment: "prod",
      rules: [exemptionsValid, own],
      config: { "test-keys": { enforcementLevel: "mandatory", exemptions: [{ ...good, name: "key" }] } },
      day,
    });
    assert.match(violations[0]?.message ?? "", /matches no resource that the rule judges$/);
  });

  it("counts one as met where the value that decides is not known yet", () => {
    const open = edited(resources, ["key", "inputs.rotationPeriod", "[unknown]"]);
    const { violations, unknown } = judged({ [rule]: [{ ...good, name: "key" }] }, open);
    assert.deepEqual(violations, []);
    assert.equal(unknown, 1);
  });

  it("grants none to a critical rule", () => {
    const keyed = edited(resources, ["provider", "inputs.credentials", "{}"]);
    const found = said(
      {
        [rule]: [{ ...good, name: "key" }],
        "all-provider-no-static-credentials": [{ ...good, name: "provider" }],
      },
      keyed,
    );
    assert.deepEqual(
      found.map(([policy]) => policy),
      ["all-exemptions-valid", "all-provider-no-static-credentials"],
    );
    assert.match(found[0]?.[1] ?? "", /a critical rule takes no exemption$/);
  });

  it("takes one for what a rule of the whole stack says of a resource", () => {
    const vpc = scene([
      ["pulumi:providers:aws", "provider", { inputs: { region: "us-east-1" } }],
      ["aws:ec2/vpc:Vpc", "main", { inputs: { cidrBlock: "10.0.0.0/16" } }],
      ["aws:ec2/vpc:Vpc", "other", { inputs: { cidrBlock: "10.1.0.0/16" } }],
    ]);
    const about = (config: PackConfig) =>
      judge(vpc, { environment: "prod", config, day }).violations.filter(
        ({ policy }) => policy === "aws-vpc-flow-logs",
      );
    assert.equal(about(prod).length, 2);
    const left = about(exempting({ "aws-vpc-flow-logs": [{ ...good, name: "main" }] }));
    assert.deepEqual(
      left.map(({ urn }) => urn),
      [vpc[2]?.urn],
    );
  });

  it("asks for none that is of a rule which is off", () => {
    const config = { ...prod, [rule]: { enforcementLevel: "disabled", exemptions: ["?"] } } as const;
    assert.deepEqual(judge(resources, { environment: "prod", config, day }).violations, []);
  });
});
