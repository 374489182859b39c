import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packConfig, type PackConfig } from "../../policy/config";
import { matches, problemOf, takesExemptions, today } from "../../policy/exemption";
import { always } from "../../policy/levels";
import { resourceRule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { exemptionsValid } from "../../policy/stack/exemptions";
import { judge } from "../../preview/policy";
import { PackServer } from "./packServer";
import { edited, scene, type Line } from "./scene";

const day = "2026-06-01";
const good = { name: "audit", reason: "the auditors read it", expires: "2026-09-01" };
const prod = packConfig(rules, "prod");

/** prod's config with exemptions for some rules. */
function exempting(exemptions: Readonly<Record<string, unknown>>): PackConfig {
  return {
    ...prod,
    ...Object.fromEntries(
      Object.entries(exemptions).map(([id, given]) => [
        id,
        { ...(prod[id] ?? assert.fail(id)), exemptions: given },
      ]),
    ),
  };
}

const lines: readonly Line[] = [
  [
    "pulumi:providers:gcp",
    "provider",
    { inputs: { defaultLabels: { environment: "a", owner: "b", "cost-center": "c", "managed-by": "d" } } },
  ],
  [
    "gcp:kms/cryptoKey:CryptoKey",
    "key",
    { inputs: { keyRing: "ring", rotationPeriod: "9999999s" }, protect: true },
  ],
];
const resources = scene(lines);
const keyUrn = resources[1]?.urn ?? assert.fail();
const rule = "gcp-kms-rotation";

describe("an exemption", () => {
  for (const [what, value, said] of [
    ["no object", "all", /expected an object/],
    ["a list", [good], /expected an object/],
    ["a key it doesn't have", { ...good, until: "2026-09-01" }, /until is no key of an exemption/],
    ["a reason of blanks", { ...good, reason: "  " }, /reason is " {2}", expected a text/],
    ["no reason", { name: "a", expires: good.expires }, /reason is not set/],
    ["nothing to match", { reason: "x", expires: good.expires }, /expected a urn, a type or a name/],
    ["a pattern that matches all", { ...good, name: "*" }, /set the rule's enforcementLevel/],
    ["no end", { name: "a", reason: "x" }, /expires is not set/],
    ["an end that is no day", { ...good, expires: "2026-06-31" }, /expected a day as YYYY-MM-DD/],
    ["an end in words", { ...good, expires: "next year" }, /expected a day as YYYY-MM-DD/],
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
      id: "test-keys",
      title: "A title",
      severity: "high",
      description: "A reason.",
      remedy: "Do it.",
      controls: {},
      levels: always,
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

describe("exemptions under Pulumi's analyzer", () => {
  let server: PackServer;
  before(async () => {
    server = await PackServer.start();
  });
  after(async () => {
    await server.stop();
  });
  const soon = new Date(Date.now() + 10 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

  it("makes a warning of an exempt breach, run after run, and says until when", async () => {
    await server.configure(exempting({ [rule]: [{ ...good, name: "key", expires: soon }] }));
    for (const run of ["preview", "update"]) {
      const found = (await server.analyze(resources)).filter(({ policy }) => policy === rule);
      assert.deepEqual(
        found,
        [
          {
            policy: rule,
            urn: keyUrn,
            message: `exempt until ${soon} (the auditors read it): rotationPeriod is "9999999s", expected at most "7776000s"`,
            level: "advisory",
          },
        ],
        run,
      );
    }
  });

  it("stops the deployment over one that is past its day, and over the breach", async () => {
    await server.configure(exempting({ [rule]: [{ ...good, name: "key", expires: "2026-01-31" }] }));
    const found = await server.analyze(resources);
    assert.deepEqual(
      found.map(({ policy, level }) => `${policy} ${level}`),
      [`${rule} mandatory`, "all-exemptions-valid mandatory"],
    );
    assert.match(found[1]?.message ?? "", /gcp-kms-rotation: exemption .*: expired on 2026-01-31$/);
  });

  it("stops it over one that matches nothing", async () => {
    await server.configure(
      exempting({
        [rule]: [
          { ...good, name: "key", expires: soon },
          { ...good, name: "kee", expires: soon },
        ],
      }),
    );
    const found = await server.analyze(resources);
    assert.deepEqual(
      found.map(({ policy, level }) => `${policy} ${level}`),
      [`${rule} advisory`, "all-exemptions-valid mandatory"],
    );
  });

  it("tells the engine what an exemption looks like, of each rule that takes one", async () => {
    const info = await server.info();
    const takers = info
      .getPoliciesList()
      .filter((policy) => policy.getConfigschema()?.getProperties()?.toJavaScript()["exemptions"])
      .map((policy) => policy.getName());
    assert.deepEqual(
      takers.sort(),
      rules.filter(takesExemptions).map(({ id }) => id),
    );
    assert.equal(info.getPoliciesList().length, rules.length);
  });
});

describe("--policy-config", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-exemptions-"));
    writeFileSync(join(folder, "plan.json"), JSON.stringify({ stack: "prod", resources }));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(config: unknown, ...flags: readonly string[]) {
    writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
    return spawnSync(
      process.execPath,
      [
        ...["--require", "tsx/cjs", "preview/main.ts", "policy", "--plan", join(folder, "plan.json")],
        ...["--policy-config", join(folder, "config.json"), ...flags],
      ],
      { cwd: join(__dirname, "../.."), encoding: "utf8" },
    );
  }
  const expires = new Date(Date.now() + 30 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

  it("lets what is exempt pass, and says so", () => {
    const exemption = { name: "key", reason: "a key of a test", owner: "security", expires };
    const { status, stdout, stderr } = run({ [rule]: { exemptions: [exemption] } });
    assert.equal(stderr, "");
    assert.match(stdout, /no violation, 1 exempt\n/);
    assert.match(
      stdout,
      new RegExp(
        `~ gcp-kms-rotation exempt\n {4}.*CryptoKey key: rotationPeriod is .*\n {6}exempt until ${expires} by security: a key of a test\n`,
      ),
    );
    assert.equal(status, 0);
  });

  it("takes levels alone, and one for all, as the engine does", () => {
    assert.equal(run({}).status, 1);
    assert.equal(run({ [rule]: "advisory" }).status, 0);
    assert.equal(run({ all: "advisory" }).status, 0);
    assert.equal(run({ all: "advisory", [rule]: "mandatory" }).status, 1);
    assert.equal(run({ all: "disabled", [rule]: { enforcementLevel: "mandatory" } }).status, 1);
    assert.equal(run(JSON.stringify(packConfig(rules, "dev"))).status, 0);
  });

  for (const [what, config, said] of [
    ["no JSON", "{", /expected a JSON file, got/],
    ["a list", [], /expected an object with a key for each rule/],
    [
      "a rule there is not",
      { "gcp-kms-rotate": "advisory" },
      /\n {2}gcp-kms-rotate: expected the id of a rule/,
    ],
    [
      "a level there is not",
      { [rule]: "strict" },
      /\n {2}gcp-kms-rotation: expected one of mandatory, advisory/,
    ],
    [
      "remediation of a rule that mends nothing",
      { "aws-backup-retention": "remediate" },
      /\n {2}aws-backup-retention: expected one of mandatory, advisory, disabled, got "remediate"/,
    ],
    [
      "a level there is not, in an object",
      { [rule]: { enforcementLevel: "strict" } },
      /\n {2}gcp-kms-rotation\.enforcementLevel: /,
    ],
    ["a setting there is not", { [rule]: { days: 1 } }, /\n {2}gcp-kms-rotation: .*days/],
    [
      "a setting of another type",
      { "aws-backup-retention": { minDays: "thirty" } },
      /\n {2}aws-backup-retention\.minDays: .*number/,
    ],
    [
      "an exemption without a reason",
      { [rule]: { exemptions: [{ name: "key", expires }] } },
      /\n {2}gcp-kms-rotation\.exemptions\[0\]\.reason: /,
    ],
    [
      "an exemption from a critical rule",
      { "all-provider-no-static-credentials": { exemptions: [] } },
      /\n {2}all-provider-no-static-credentials: .*exemptions/,
    ],
  ] as const) {
    it(`refuses ${what}, and exits 2`, () => {
      const { status, stdout, stderr } = run(config);
      assert.match(stderr, said);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.equal(stdout, "");
      assert.equal(status, 2);
    });
  }
});
