import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { settingsOf } from "../../operations/deploy/update";
import { parsePin } from "../../operations/images/pin";
import { type Called, fakeRun, operations, type Answer } from "./support";

const root = join(__dirname, "../..");
const digest = `sha256:${"ab".repeat(32)}`;
const served = {
  ask: () => Promise.resolve({ status: 200, text: "" }),
  certificateOf: () => Promise.resolve({ validTo: new Date("2027-11-21T12:00:00Z"), trusted: true }),
};
/** Serves nothing: from when an update has run, or all the time. */
const down = { ...served, ask: () => Promise.resolve({ status: 502, text: "" }) };

/** Programs of a machine on which everything goes well, but for what the test says. */
function machine(other: (called: Called) => Answer = () => undefined): ReturnType<typeof fakeRun> {
  return fakeRun((called) => {
    const said = other(called);
    if (said !== undefined) return said;
    return ["git", "pulumi", "npm"].includes(called.program) ? "" : undefined;
  });
}

const isUp = ({ program, args }: Called) => program === "pulumi" && args[0] === "up";
const isPulumi = ({ program, args }: Called) => program === "pulumi" && args[0] !== "version";
const deploy = (...flags: readonly string[]) => [
  "deploy",
  "-C",
  root,
  "--stack",
  "dev",
  "--yes",
  "--health-wait",
  "0",
  ...flags,
];

describe("operations deploy", () => {
  it("updates with the policy pack at the environment's levels, and records what is well", async () => {
    const { run, calls } = machine();
    const { status, stderr } = await operations({ ...served, run }, ...deploy());
    assert.equal(status, 0, stderr);
    assert.deepEqual(calls.filter(isPulumi), [
      {
        program: "pulumi",
        args: [
          ...["up", "--stack", "dev", "--non-interactive", "--diff", "--suppress-outputs", "--yes"],
          ...["--policy-pack", "policy", "--policy-pack-config", "policy/config/dev.json"],
        ],
        cwd: root,
      },
    ]);
    const last = calls.at(-1)?.args ?? [];
    assert.ok(last.includes("tag") && last.includes("good/dev"), last.join(" "));
    assert.ok(calls.findIndex(isUp) < calls.length - 1);
    assert.match(last.join(" "), /"backend-api":"1\.0\.0"/);
  });

  it("changes nothing where the tree is not a commit's", async () => {
    const { run, calls } = machine(({ args }) => (args[0] === "status" ? " M index.ts\n" : undefined));
    const { status, stderr } = await operations({ ...served, run }, ...deploy());
    assert.equal(status, 2);
    assert.match(stderr, /expected nothing changed beside it, got\n M index.ts/);
    assert.equal(calls.some(isPulumi), false);
  });

  it("is no way back: what is older than what was good is refused", async () => {
    const { run, calls } = machine(({ args }) => {
      if (args[0] === "rev-parse") return args.at(-1) === "HEAD" ? "aaa" : "bbb";
      return args[0] === "for-each-ref" ? "{}" : undefined;
    });
    const { status, stderr } = await operations({ ...served, run }, ...deploy());
    assert.equal(status, 2);
    assert.match(stderr, /older than what was good last: npm run rollback/);
    assert.equal(calls.some(isPulumi), false);
  });

  it("asks where --yes is not given, and refuses where nobody can be asked", async () => {
    const { run, calls } = machine();
    const flags = deploy().filter((flag) => flag !== "--yes");
    const { status, stderr } = await operations({ ...served, run }, ...flags);
    assert.equal(status, 2);
    assert.match(stderr, /--yes: expected where nobody can be asked/);
    assert.deepEqual(
      calls.filter(isPulumi).map(({ args }) => args[0]),
      ["preview"],
    );
  });

  for (const [what, other, on] of [
    ["the update fails", (called: Called): Answer => (isUp(called) ? { status: 255 } : undefined), served],
    ["what was deployed is not served", () => undefined, down],
  ] as const) {
    it(`ends with 4 and records nothing where ${what}`, async () => {
      const { run, calls } = machine(other);
      const ask = () => (calls.some(isUp) ? on : served).ask();
      const { status } = await operations({ ...on, ask, run }, ...deploy());
      assert.equal(status, 4);
      assert.equal(
        calls.some(({ args }) => args.includes("tag")),
        false,
      );
    });
  }

  it("does not answer for what was not served before it, and shows it", async () => {
    const { run } = machine();
    const { status, stdout } = await operations({ ...down, run }, ...deploy());
    assert.equal(status, 0, stdout);
    assert.match(stdout, /✗ route .* answered 502/);
  });

  it("never takes a lock away, and says what would", async () => {
    const locked = { status: 255, stderr: "error: the stack is currently locked by 1 lock(s)." };
    const { run, calls } = machine((called) => (isUp(called) ? locked : undefined));
    const { status, stderr } = await operations({ ...served, run }, ...deploy());
    assert.equal(status, 4);
    assert.match(stderr, /another update holds dev; if none runs any more, pulumi cancel --stack dev/);
    assert.equal(calls.filter(isUp).length, 1);
    assert.equal(
      calls.some(({ args }) => args.includes("cancel")),
      false,
    );
  });

  it("deploys another version from a copy of the stack's file, and leaves the record to others where told", async () => {
    const before = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");
    let seen = "";
    const { run, calls } = machine((called) => {
      const file = called.args[called.args.indexOf("--config-file") + 1];
      if (isUp(called) && called.args.includes("--config-file")) seen = readFileSync(file ?? "", "utf8");
      return undefined;
    });
    const flags = ["--image", `frontend=${digest}`, "--no-record"];
    const { status, stderr } = await operations({ ...served, run }, ...deploy(...flags));
    assert.equal(status, 0, stderr);
    assert.ok(seen.includes(digest));
    assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"), before);
    assert.equal(
      calls.some(({ args }) => args.includes("tag")),
      false,
    );
  });

  it("checks the program with that version: one that it refuses changes nothing", async () => {
    const { run, calls } = machine();
    const { status, stderr } = await operations({ ...served, run }, ...deploy("--image", "nobody=1.0.0"));
    assert.equal(status, 2);
    assert.match(stderr, /nobody/);
    assert.equal(calls.some(isPulumi), false);
    assert.deepEqual(settingsOf([parsePin("a=1.10"), parsePin(`b=${digest}`)]), [
      'services.a.tag="1.10"',
      "services.a.digest=",
      `services.b.digest="${digest}"`,
    ]);
  });

  it("says where the CLI is missing", async () => {
    const { run } = fakeRun(({ program }) => (program === "git" ? "" : undefined));
    const { status, stderr } = await operations({ ...served, run }, ...deploy());
    assert.equal(status, 3);
    assert.match(stderr, /pulumi: expected it to be installed, found no such program/);
  });
});

describe("operations rollback", () => {
  const commit = "c0ffee".padEnd(40, "0");
  const good = JSON.stringify({ images: { frontend: digest, "backend-api": "1.0.0" }, pins: [] });
  const rollback = (...flags: readonly string[]) => [
    "rollback",
    "-C",
    root,
    "--stack",
    "dev",
    "--yes",
    "--health-wait",
    "0",
    ...flags,
  ];

  /** What the CLI tells of a stack's updates, the last first, and of a refresh after them. */
  const historyOf = (...heads: readonly string[]): string =>
    JSON.stringify([
      { kind: "refresh", version: heads.length + 1, environment: { "git.head": "other" } },
      ...heads.map((head, index) => ({
        kind: "update",
        version: heads.length - index,
        environment: { "git.head": head },
      })),
    ]);

  /** A repository that has a good version, in whose worktree the program is this one. */
  const withGood = (other: (called: Called) => Answer = () => undefined) =>
    machine((called) => {
      const said = other(called);
      if (said !== undefined) return said;
      const [command, ...rest] = called.args;
      if (called.program === "pulumi" && rest[0] === "history") return historyOf(commit);
      if (called.program !== "git") return undefined;
      if (command === "for-each-ref") return good;
      if (command === "rev-parse") return `${commit}\n`;
      if (command === "worktree" && rest[0] === "add") {
        const worktree = rest[2] ?? "";
        for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "index.ts"]) {
          cpSync(join(root, name), join(worktree, name), { recursive: true });
        }
        // the program itself is this checkout's
        writeFileSync(
          join(worktree, "index.ts"),
          `export = require(${JSON.stringify(join(root, "index.ts"))});\n`,
        );
      }
      return undefined;
    });

  const standing: readonly (readonly [string, (called: Called) => Answer, RegExp])[] = [
    [
      "another commit is checked out than the stack was updated to last",
      ({ args }) => (args[1] === "history" ? historyOf("deed", commit) : undefined),
      /begins at what stands: expected deed checked out, of which dev was updated last, .* got c0ffee0+/,
    ],
    [
      "something is changed beside the commit",
      ({ args }) => (args[0] === "status" ? " M index.ts\n" : undefined),
      /expected nothing changed beside a commit, or --force, .* got\n M index\.ts/,
    ],
    [
      "no update says of which commit it was",
      ({ args }) => (args[1] === "history" ? '[{"kind":"update","version":1,"environment":{}}]' : undefined),
      /expected an update of dev that says of which commit it was/,
    ],
    [
      "there was no update",
      ({ args }) => (args[1] === "history" ? "[]" : undefined),
      /expected an update of dev that says of which commit it was/,
    ],
  ];
  for (const [what, other, message] of standing) {
    it(`is refused where ${what}, as what it proves is proved of what is checked out`, async () => {
      const { run, calls } = withGood(other);
      for (const flags of [[], ["--service", "frontend"]]) {
        const { status, stderr } = await operations({ ...served, run }, ...rollback(...flags));
        assert.equal(status, 2, stderr);
        assert.match(stderr, message);
      }
      assert.equal(
        calls.some(({ program, args }) => program === "npm" || args[0] === "up" || args[0] === "preview"),
        false,
      );
      const forced = await operations({ ...served, run }, ...rollback("--service", "frontend", "--force"));
      assert.equal(forced.status, 0, forced.stderr);
    });
  }

  it("asks the replay before anything else, shows the difference, and deploys the commit from a worktree", async () => {
    const { run, calls } = withGood();
    const { status, stderr } = await operations({ ...served, run }, ...rollback());
    assert.equal(status, 0, stderr);
    const did = calls.map(({ program, args }) => `${program} ${args.slice(0, 2).join(" ")}`);
    const order = [did.indexOf("git worktree add"), did.findIndex((one) => one.startsWith("npm run"))];
    assert.deepEqual(
      did.filter((one) => /worktree|replay|npm|pulumi/.test(one)),
      [
        "pulumi stack history",
        "git worktree add",
        "npm run --silent",
        "npm run --silent",
        "pulumi preview --stack",
        "pulumi up --stack",
        "git worktree remove",
      ],
      order.join(),
    );
    const [recorded, replayed] = calls.filter(({ program }) => program === "npm");
    assert.ok(recorded?.args.includes("--record") === true && replayed?.args.includes("--record") === false);
    assert.equal(recorded.cwd, root);
    // what is replayed is the older program, and so is what is deployed
    assert.ok(replayed.cwd !== undefined && replayed.cwd !== root);
    const [history, ...changing] = calls.filter(isPulumi);
    assert.equal(history?.cwd, root);
    for (const { cwd } of changing) assert.equal(cwd, replayed.cwd);
    const added = calls.find(({ args }) => args.includes("--detach"));
    assert.equal(added?.args.at(-1), commit);
    assert.match(stderr, /main still says the other: revert it there/);
  });

  it("never touches state, and no package of another lock file", async () => {
    const { run, calls } = withGood(({ args }) => (args[0] === "diff" ? { status: 1 } : undefined));
    await operations({ ...served, run }, ...rollback());
    assert.equal(
      calls.some(({ program, args }) => program === "npm" && args[0] === "ci"),
      true,
    );
    for (const { args } of calls.filter(isPulumi)) {
      if (args[1] === "history") continue;
      assert.equal(
        args.some((arg) => /^(stack|state|import|export|destroy|refresh|cancel)$/.test(arg)),
        false,
      );
    }
  });

  it("is refused where it would cost data", async () => {
    const { run, calls } = withGood(({ program, args }) =>
      program === "npm" && !args.includes("--record")
        ? { status: 1, stdout: "✗ aws:rds/instance:Instance would be deleted\n" }
        : undefined,
    );
    const { status, stderr } = await operations({ ...served, run }, ...rollback());
    assert.equal(status, 1);
    assert.match(stderr, /would be deleted/);
    assert.equal(calls.filter(isPulumi).length, 1, "its history alone");
    assert.equal(calls.at(-1)?.args[1], "remove");
  });

  it("takes a service's image back alone, with the program as it is", async () => {
    let seen = "";
    const { run, calls } = withGood((called) => {
      if (isUp(called)) seen = readFileSync(called.args.at(-1) ?? "", "utf8");
      return undefined;
    });
    const { status, stderr } = await operations({ ...served, run }, ...rollback("--service", "frontend"));
    assert.equal(status, 0, stderr);
    assert.ok(seen.includes(`frontend:\n      digest: ${digest}`), seen);
    assert.equal(
      calls.some(({ args }) => args[0] === "worktree"),
      false,
    );
    const unknown = await operations({ ...served, run }, ...rollback("--service", "nobody"));
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /--service: expected one of backend-api, frontend, got nobody/);
  });

  const migrations: readonly (readonly [string, readonly string[], boolean])[] = [
    ["of a service that goes back alone", ["--service", "backend-api"], true],
    ["of none that stays", ["--service", "frontend"], false],
    ["of all where the commit goes back", [], true],
  ];
  for (const [what, flags, left] of migrations) {
    it(`runs no migration ${what}: an older one does not know what a later one left`, async () => {
      let seen = "";
      const { run } = withGood((called) => {
        const file = called.args.indexOf("--config-file") + 1;
        if (isUp(called) && file > 0) seen = readFileSync(called.args[file] ?? "", "utf8");
        return undefined;
      });
      const { status, stderr } = await operations({ ...served, run }, ...rollback(...flags));
      assert.equal(status, 0, stderr);
      assert.equal(/backend-api:\n(?: {6}.*\n)*? {6}migrate: false\n/.test(seen), left, seen);
      assert.equal(seen.match(/migrate: false/g)?.length ?? 0, left ? 1 : 0);
      assert.equal(stderr.includes("services.backend-api.migrate: false in Pulumi.dev.yaml"), left, stderr);
    });
  }

  it("ends with 4 where what was good is not well either", async () => {
    const { run } = withGood();
    assert.equal((await operations({ ...down, run }, ...rollback("--service", "frontend"))).status, 4);
  });
});
