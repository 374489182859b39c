import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takesExemptions } from "../../policy/exemption";
import { packConfig } from "../../policy/config";
import { rules } from "../../policy/rules";
import { exempting, good, keyUrn, resources, rule } from "./exempting";
import { PackServer } from "./packServer";

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
