import assert from "node:assert/strict";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import { hoursOf, keptOf } from "../../operations/rotation/kept";
import { rotationsOf } from "../../operations/rotation/rotationCommand";
import { planOf } from "../support/plans";
import { type Answer, type Called, fakeRun, operations } from "./support";

const root = join(__dirname, "../..");
const now = new Date("2026-11-21T12:00:00Z");
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const hidden = "hunter2-a-value";

/** The clouds and the state, as all that is asked about was made so many hours ago. */
function answering(hours: number): (called: Called) => Answer {
  const made = ago(hours);
  return ({ program, args }) => {
    const text = args.join(" ");
    if (program === "pulumi") {
      const resources = ["a", "b"].map((key) => ({
        urn: `urn:pulumi:prod::groundwork::x$random:index/randomPassword:RandomPassword::suuupra-prod-services-gateway-edge-proofs-${key}`,
        created: made.toISOString(),
        outputs: { result: hidden },
      }));
      return JSON.stringify({ deployment: { resources } });
    }
    if (text.includes("list-secrets")) {
      const prefix = /Values=(\S+)/.exec(text)?.[1] ?? "";
      // a name that begins so and is another's comes first
      const names = [`${prefix}rotation-0a1b2c3`, `${prefix}0a1b2c3`];
      return JSON.stringify({ SecretList: names.map((Name) => ({ Name, ARN: `arn:${Name}` })) });
    }
    if (text.includes("describe-db-instances")) {
      return JSON.stringify({ DBInstances: [{ MasterUserSecret: { SecretArn: "arn:rds!db" } }] });
    }
    if (text.includes("list-secret-version-ids")) {
      assert.doesNotMatch(text, /arn:\S+-rotation-0a1b2c3/);
      return JSON.stringify({
        Versions: [
          { VersionStages: ["AWSPREVIOUS"], CreatedDate: ago(9999).toISOString() },
          // the first version of the CLI writes seconds
          {
            VersionStages: ["AWSCURRENT"],
            CreatedDate: text.includes("rds!") ? made.getTime() / 1000 : made.toISOString(),
          },
          { VersionStages: ["AWSPENDING"], CreatedDate: now.toISOString() },
        ],
      });
    }
    if (text.startsWith("secrets list")) {
      const names = ["suuupra-prod-secret-session-signing-key-0a1b2c3"];
      return JSON.stringify(names.map((name) => ({ name: `projects/1/secrets/${name}` })));
    }
    if (text.startsWith("secrets versions list")) {
      return JSON.stringify([
        { state: "ENABLED", createTime: ago(9999).toISOString() },
        { state: "ENABLED", createTime: made.toISOString() },
        { state: "DISABLED", createTime: now.toISOString() },
      ]);
    }
    return undefined;
  };
}

const expected = {
  aws: [
    ["suuupra-prod-mysql-administrator", "secretsManager", 168],
    ["suuupra-prod-postgres-administrator", "secretsManager", 168],
    ["suuupra-prod-secret-session-signing-key", "secretsManager", 12],
    ["suuupra-prod-services-gateway-edge-proofs-a", "state", 2160],
    ["suuupra-prod-services-gateway-edge-proofs-b", "state", 2160],
  ],
  gcp: [
    ["suuupra-prod-secret-session-signing-key", "secretManager", 12],
    ["suuupra-prod-services-gateway-edge-proofs-a", "state", 2160],
    ["suuupra-prod-services-gateway-edge-proofs-b", "state", 2160],
  ],
} as const;

describe("Whether secrets were made anew", () => {
  for (const cloud of clouds) {
    const plan = () => planOf("prod", "blueprint=suuupra", `cloud=${cloud}`);

    it(`is asked of all that the program has made anew on ${cloud}, with its period`, async () => {
      const kept = keptOf(await plan()).map(({ name, where, everyHours }) => [name, where, everyHours]);
      assert.deepEqual(kept.sort(), expected[cloud]);
    });

    for (const [hours, late] of [
      [12, []],
      [13, []],
      [14, ["secret-session-signing-key"]],
      [193, ["mysql-administrator", "postgres-administrator", "secret-session-signing-key"]],
      [2161, expected[cloud].map(([name]) => name.replace("suuupra-prod-", ""))],
    ] as const) {
      it(`is seen on ${cloud} where all of it is ${hours} hours old`, async () => {
        const { run, calls } = fakeRun(answering(hours));
        const checks = await rotationsOf(
          await plan(),
          { stack: "prod", root, region: "us-east-1", run },
          now,
        );
        const found = checks
          .filter(({ state }) => state === "late")
          .map(({ name }) => name.replace("suuupra-prod-", ""));
        const there = expected[cloud].map(([name]) => name.replace("suuupra-prod-", ""));
        assert.deepEqual(
          found.sort(),
          there.filter((name) => (late as readonly string[]).includes(name)),
        );
        assert.ok(checks.every(({ ageHours }) => ageHours === hours));
        // nothing that prints a value is asked for
        for (const { args } of calls)
          assert.doesNotMatch(args.join(" "), /get-secret-value|access|show-secrets/);
        const told = calls.filter(({ program }) => program !== "pulumi").map(({ args }) => args.join(" "));
        for (const text of told)
          assert.match(text, cloud === "aws" ? /--region us-east-1/ : /--project example-prod/);
      });
    }
  }

  it("is asked of a password that RDS keeps, by its instance", async () => {
    const resources = await planOf("staging", "blueprint=suuupra", "cloud=aws");
    const instances = resources.filter(({ type }) => type === "aws:rds/instance:Instance");
    for (const [hours, state] of [
      [192, "ok"],
      [193, "late"],
    ] as const) {
      const { run, calls } = fakeRun(answering(hours));
      const place = { stack: "staging", root, region: "us-east-1", run };
      assert.deepEqual(await rotationsOf(instances, place, now), [
        { name: "suuupra-staging-mysql", state, everyHours: 168, ageHours: hours },
      ]);
      const asked = calls.map(({ args }) => args.slice(0, 4).join(" "));
      assert.deepEqual(asked, [
        "rds describe-db-instances --db-instance-identifier suuupra-staging-mysql",
        "secretsmanager list-secret-version-ids --secret-id arn:rds!db",
      ]);
    }
  });

  it("knows the periods of schedules, and no other", () => {
    assert.deepEqual(
      [hoursOf("rate(1 day)"), hoursOf("rate(7 days)"), hoursOf("cron(0 /8 * * ? *)")],
      [24, 168, 8],
    );
    assert.throws(() => hoursOf("rate(2 hours)"), /scheduleExpression: expected rate/);
  });
});

describe("operations secret-rotation", () => {
  const command = ["secret-rotation", "-C", root, "--stack", "prod"];
  // the stack's own system is another one
  const of = (hours: number) => (called: Called) => {
    const given = answering(hours)(called);
    return typeof given === "string" ? given.replaceAll("suuupra-prod", "seo-platform-prod") : given;
  };

  for (const [hours, status] of [
    [1, 0],
    [3000, 1],
  ] as const) {
    it(`ends with ${status} where values are ${hours} hours old, and prints none`, async () => {
      const { run } = fakeRun(of(hours));
      for (const flags of [[], ["--json"]]) {
        const ended = await operations({ run }, ...command, ...flags);
        assert.equal(ended.status, status, ended.stdout);
        assert.match(ended.stdout, /seo-platform-prod-postgres-administrator/);
        assert.ok(!`${ended.stdout}${ended.stderr}`.includes(hidden));
      }
      const { stdout } = await operations({ run }, ...command, "--json");
      const told = JSON.parse(stdout) as { readonly secrets: readonly { readonly ageHours?: number }[] };
      assert.ok(told.secrets.length >= 3 && told.secrets.every(({ ageHours }) => ageHours === hours));
    });
  }

  it("ends with 3 where nobody can be asked, and says why", async () => {
    const away = await operations({}, ...command);
    assert.equal(away.status, 3);
    assert.match(away.stdout, /unknown +seo-platform-prod-\S+ +aws: expected it to be installed/);
    const { run } = fakeRun(({ program }) => (program === "pulumi" ? hidden : '{"SecretList": []}'));
    const none = await operations({ run }, ...command);
    assert.equal(none.status, 3);
    assert.match(none.stdout, /expected a secret of this name, found none/);
    assert.match(none.stdout, /pulumi stack export: expected JSON/);
    assert.ok(!none.stdout.includes(hidden));
  });
});
