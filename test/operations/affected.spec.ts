import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { blueprintNames } from "../../blueprints/names";
import { affectedStacks, type StackOfFile } from "../../operations/affected/affected";
import { blueprintFiles } from "../../operations/affected/blueprintFiles";
import { stacksIn } from "../../operations/stacks";
import { fakeRun, operations } from "./support";

const root = join(__dirname, "../..");

const stacks: readonly StackOfFile[] = [
  { stack: "dev", cloud: "aws", environment: "dev", blueprint: "seo-platform", region: "us-east-1" },
  { stack: "shop", cloud: "gcp", environment: "prod", blueprint: "suuupra", region: "us-east1" },
  { stack: "prod", cloud: "aws", environment: "prod", blueprint: "seo-platform", region: "us-east-1" },
];
const all = ["dev aws", "dev gcp", "shop gcp", "shop aws", "prod aws", "prod gcp"];
const onAws = ["dev aws", "shop aws", "prod aws"];
const onGcp = ["dev gcp", "shop gcp", "prod gcp"];

/** What a changed file reaches, as stack and cloud. */
const cases: readonly (readonly [path: string, reached: readonly string[]])[] = [
  ["Pulumi.prod.yaml", ["prod aws", "prod gcp"]],
  ["Pulumi.gone.yaml", []],
  ["Pulumi.yaml", all],
  ["index.ts", all],
  ["stores.ts", all],
  ["package-lock.json", all],
  ["tsconfig.json", all],
  ["components/data/redis.ts", all],
  ["config/schema.ts", all],
  ["providers/provider.ts", all],
  ["providers/aws/redis.ts", onAws],
  ["providers/gcp/redis.ts", onGcp],
  ["policy/aws/rds.ts", onAws],
  ["policy/gcp/sql.ts", onGcp],
  ["policy/atlas/cluster.ts", all],
  ["policy/kubernetes/helm.ts", all],
  ["policy/config/prod.json", ["shop gcp", "shop aws", "prod aws", "prod gcp"]],
  ["policy/config/staging.json", []],
  ["preview/outputs/aws-data.ts", onAws],
  ["preview/outputs/gcp.ts", onGcp],
  ["preview/monitor.ts", all],
  ["blueprints/suuupra.ts", ["shop gcp", "shop aws"]],
  ["blueprints/seoPlatform.ts", ["dev aws", "dev gcp", "prod aws", "prod gcp"]],
  ["blueprints/presets.ts", all],
  ["blueprints/gainsly.ts", []],
  ["somewhere/new.ts", all],
  ["README.md", []],
  ["components/data/notes.md", []],
  ["docs/generate/stores.ts", []],
  ["test/all.ts", []],
  ["images/node/Dockerfile", []],
  ["operations/main.ts", []],
  [".github/workflows/ci.yaml", []],
  ["releases/prod-suuupra-aws.jsonl", []],
  ["renovate.json", []],
];

describe("Stacks that a change reaches", () => {
  for (const [path, reached] of cases) {
    it(`are ${reached.length === 0 ? "none" : reached.join(", ")} for ${path}`, () => {
      const found = affectedStacks({ changed: [path], stacks, blueprintFiles });
      assert.deepEqual(
        found.map(({ stack, cloud }) => `${stack} ${cloud}`),
        reached,
      );
    });
  }

  it("are those of every file of a change, each once", () => {
    const changed = ["README.md", "Pulumi.dev.yaml", "blueprints/seoPlatform.ts", "providers/gcp/redis.ts"];
    const found = affectedStacks({ changed, stacks, blueprintFiles }).map(
      ({ stack, cloud }) => `${stack} ${cloud}`,
    );
    assert.deepEqual(found, ["dev aws", "dev gcp", "shop gcp", "prod aws", "prod gcp"]);
  });

  it("are told on their own cloud by what is theirs", () => {
    const found = affectedStacks({ changed: ["index.ts"], stacks, blueprintFiles });
    assert.deepEqual(
      found.filter(({ own }) => own).map(({ stack, cloud }) => `${stack} ${cloud}`),
      ["dev aws", "shop gcp", "prod aws"],
    );
  });

  it("know a file for each blueprint that there is", () => {
    assert.deepEqual([...Object.values(blueprintFiles)].sort(), [...blueprintNames].sort());
    for (const file of Object.keys(blueprintFiles)) assert.ok(existsSync(join(root, file)), file);
  });

  it("are read from the stacks' files", () => {
    assert.deepEqual(
      stacksIn(root).map(({ stack, environment }) => `${stack} ${environment}`),
      ["dev dev", "prod prod", "staging staging"],
    );
  });
});

describe("operations affected", () => {
  const git = (listed: string) => fakeRun(({ program }) => (program === "git" ? listed : undefined));

  const printed = (stdout: string) =>
    (JSON.parse(stdout) as readonly StackOfFile[]).map(({ stack, cloud }) => `${stack} ${cloud}`);

  it("asks Git for what differs between where the change began and where it ends", async () => {
    const { run, calls } = git("providers/aws/redis.ts\0Pulumi.dev.yaml\0");
    const { status, stdout } = await operations(
      { run },
      "affected",
      "--cwd",
      root,
      "--base",
      "aaa",
      "--head",
      "bbb",
    );
    assert.equal(status, 0);
    assert.deepEqual(calls, [
      { program: "git", args: ["diff", "--name-only", "--no-renames", "-z", "aaa...bbb", "--"], cwd: root },
    ]);
    assert.deepEqual(printed(stdout), ["dev aws", "prod aws", "staging aws"]);
  });

  it("names both clouds only where it is asked to", async () => {
    const { run } = git("Pulumi.dev.yaml\0");
    const { stdout } = await operations({ run }, "affected", "-C", root, "--base", "aaa", "--both-clouds");
    assert.deepEqual(printed(stdout), ["dev aws", "dev gcp"]);
  });

  it("takes every stack where nothing is known of before, as on a branch's first push", async () => {
    for (const base of [[], ["--base", "0".repeat(40)]]) {
      const { run, calls } = git("");
      const { stdout } = await operations(
        { run },
        "affected",
        "-C",
        root,
        ...base,
        "--environment",
        "staging,prod",
      );
      assert.deepEqual(printed(stdout), ["prod aws", "staging aws"]);
      assert.deepEqual(calls, []);
    }
  });

  it("refuses an environment that is none, and says what Git said when it fails", async () => {
    const wrong = await operations({}, "affected", "-C", root, "--environment", "production");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--environment: expected one of dev, staging, prod, got production/);
    const { run } = fakeRun(() => ({ status: 128, stderr: "fatal: bad revision 'aaa...HEAD'" }));
    const failed = await operations({ run }, "affected", "-C", root, "--base", "aaa");
    assert.equal(failed.status, 3);
    assert.match(failed.stderr, /got 128: fatal: bad revision/);
  });
});
