import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOlder, readGood, recordGood } from "../../operations/deploy/good";
import { parsePin } from "../../operations/images/pin";
import { runProgram } from "../../operations/run";

const digest = `sha256:${"ab".repeat(32)}`;

describe("What was good last", () => {
  let folder: string;
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-good-"));
    git("init", "--quiet", "--initial-branch=main");
    git("commit", "--quiet", "--allow-empty", "--message", "first");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is a tag on its commit, which moves, with the images in it", async () => {
    const first = git("rev-parse", "HEAD");
    const version = { stack: "prod", images: { api: "1.0" }, pins: [parsePin("api=1.0")], push: false };
    await recordGood(runProgram, folder, version);
    git("commit", "--quiet", "--allow-empty", "--message", "second");
    assert.deepEqual(await readGood(runProgram, folder, "prod"), {
      commit: first,
      images: { api: "1.0" },
      pins: [{ service: "api", tag: "1.0" }],
    });
    await recordGood(runProgram, folder, { ...version, images: { api: digest }, pins: [] });
    const { commit, images } = await readGood(runProgram, folder, "prod");
    assert.equal(commit, git("rev-parse", "HEAD"));
    assert.deepEqual(images, { api: digest });
  });

  it("is what a commit before it is older than, and one after it is not", async () => {
    git("commit", "--quiet", "--allow-empty", "--message", "second");
    assert.equal(await isOlder(runProgram, folder, "prod"), false);
    await recordGood(runProgram, folder, { stack: "prod", images: {}, pins: [], push: false });
    assert.equal(await isOlder(runProgram, folder, "prod"), false);
    git("commit", "--quiet", "--allow-empty", "--message", "third");
    assert.equal(await isOlder(runProgram, folder, "prod"), false);
    git("checkout", "--quiet", "HEAD~2");
    assert.equal(await isOlder(runProgram, folder, "prod"), true);
  });

  it("is pushed where that is asked for", async () => {
    const origin = mkdtempSync(join(tmpdir(), "groundwork-origin-"));
    try {
      execFileSync("git", ["init", "--quiet", "--bare", origin]);
      git("remote", "add", "origin", origin);
      await recordGood(runProgram, folder, { stack: "prod", images: {}, pins: [], push: true });
      const there = execFileSync("git", ["rev-parse", "good/prod^{commit}"], {
        cwd: origin,
        encoding: "utf8",
      }).trim();
      assert.equal(there, git("rev-parse", "HEAD"));
    } finally {
      rmSync(origin, { recursive: true, force: true });
    }
  });

  it("is refused where there is none, or it is somebody else's tag", async () => {
    await assert.rejects(readGood(runProgram, folder, "prod"), /expected a tag good\/prod/);
    git("tag", "--annotate", "--message", "mine", "good/prod");
    await assert.rejects(
      readGood(runProgram, folder, "prod"),
      /good\/prod: expected the images of a deployment, got mine/,
    );
  });
});
