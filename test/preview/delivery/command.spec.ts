import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { ApplicationObject, StackApplications } from "../../../preview/delivery/applications";
import { withState } from "../../../preview/delivery/state";
import { UsageError } from "../../../preview/errors";
import { commandLine } from "../../support/commandLine";

const root = join(__dirname, "../../..");
const onGainsly = ["--cwd", root, "--blueprint", "gainsly", "--cloud", "gcp", "--stacks", "staging"];

describe("chart and kustomize", function () {
  this.timeout(120_000);
  const scratch = mkdtempSync(join(tmpdir(), "delivery-"));
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  it("write a chart, its version the program's, and say how much only an update makes", async () => {
    const out = join(scratch, "chart");
    const { status, stdout, stderr } = await commandLine("chart", ...onGainsly, "--out", out);
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /^\d+ files written to .*\n {2}staging: \d+ objects, \d+ values known after an update alone\n$/,
    );
    const chart = parse(readFileSync(join(out, "Chart.yaml"), "utf8")) as Readonly<Record<string, unknown>>;
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly version: string;
    };
    assert.equal(chart["name"], "gainsly");
    assert.equal(chart["version"], version);
    assert.deepEqual(chart["annotations"], {
      "groundwork.dev/blueprint": "gainsly",
      "groundwork.dev/cloud": "gcp",
      "groundwork.dev/stacks": "staging",
    });
    for (const file of ["values.yaml", "values-staging.yaml", "values.schema.json", "templates/auth.yaml"]) {
      assert.ok(existsSync(join(out, file)), file);
    }
  });

  it("write a base with an overlay for each stack", async () => {
    const out = join(scratch, "kustomize");
    const { status, stderr } = await commandLine("kustomize", ...onGainsly, "--out", out);
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(join(out, "base/kustomization.yaml")));
    assert.ok(existsSync(join(out, "overlays/staging/kustomization.yaml")));
  });

  it("refuse a folder of someone else's, the state of a stack that is none of theirs, and a file that is no state", async () => {
    const foreign = join(scratch, "foreign");
    writeFileSync(foreign, "mine");
    for (const [flags, message] of [
      [["--out", foreign], /^error: --out: expected a folder, got the file/],
      [
        ["--out", join(scratch, "a"), "--state", "prod=x"],
        /^error: --state: expected <stack>=<file> of staging, got prod=x/,
      ],
      [
        ["--out", join(scratch, "a"), "--state", "staging=none"],
        /^error: --state: expected a file of JSON, got none/,
      ],
    ] as const) {
      const { status, stderr } = await commandLine("chart", ...onGainsly, ...flags);
      assert.equal(status, 2, stderr);
      assert.match(stderr.slice(stderr.indexOf("error:")), message);
    }
  });

  it("refuse stacks of several clouds, before any of them is run", async () => {
    const folder = mkdtempSync(join(scratch, "several-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: missing.ts\n");
    for (const cloud of ["aws", "gcp"]) {
      writeFileSync(join(folder, `Pulumi.${cloud}.yaml`), `config:\n  shop:cloud: ${cloud}\n`);
    }
    const flags = ["--cwd", folder, "--stacks", "aws", "gcp", "--out", join(scratch, "b")];
    const { status, stderr } = await commandLine("chart", ...flags);
    assert.equal(status, 2, stderr);
    assert.match(
      stderr,
      /^error: --stacks: expected stacks of one cloud, got aws, gcp: say which by --cloud\n$/,
    );
  });

  describe("with a stack's state", () => {
    const object = (asked: readonly string[]): ApplicationObject => ({
      id: "v1/ConfigMap/shop/till-connections",
      urn: "urn:pulumi:prod::shop::kubernetes:core/v1:ConfigMap::till",
      service: "till",
      generated: "connections",
      object: { kind: "ConfigMap", data: { HOST: "stand-in", PORT: "1", "a/b": "stand-in" } },
      asked: new Set(asked),
    });
    const applications = (...asked: readonly string[]): StackApplications => ({
      stack: "prod",
      namespace: "shop",
      services: ["till"],
      objects: [object(asked)],
    });
    const stateOf = (outputs: unknown): string => {
      const file = join(scratch, "state.json");
      const { urn } = object([]);
      writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources: [{ urn, outputs }] } }));
      return file;
    };

    it("hold what the update has made in the place of what they would ask for, and nothing else of it", () => {
      const file = stateOf({ data: { HOST: "db.example.com", PORT: "2", "a/b": "c" } });
      const [filled] = withState(applications("/data/HOST", "/data/a~1b"), file).objects;
      assert.deepEqual(filled?.object["data"], { HOST: "db.example.com", PORT: "1", "a/b": "c" });
      assert.deepEqual([...filled.asked], []);
    });

    it("go on asking for what is secret there, or missing", () => {
      const secret = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        ciphertext: "v1:x",
      };
      const [filled] = withState(
        applications("/data/HOST", "/data/a~1b"),
        stateOf({ data: { HOST: secret } }),
      ).objects;
      assert.deepEqual([...(filled?.asked ?? new Set())], ["/data/HOST", "/data/a~1b"]);
      assert.deepEqual(filled?.object["data"], object([]).object["data"]);
    });

    it("refuse a file that is no stack's state", () => {
      const file = join(scratch, "other.json");
      writeFileSync(file, "[]");
      assert.throws(
        () => withState(applications(), file),
        (error) =>
          error instanceof UsageError && error.message.includes("expected what pulumi stack export prints"),
      );
    });
  });
});
