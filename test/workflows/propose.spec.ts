import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, workflows } from "./support";

/** The step that proposes to run an image, as the runner has it: by bash, which ends at the first failure. */
const script =
  workflows["image.yaml"]?.jobs["propose"]?.steps?.find(({ run }) => run?.includes("gh pr create"))?.run ??
  assert.fail("image.yaml: propose opens no pull request");

/** Says what it was asked, and has the open request whose number is in a file. */
const gh = `#!/bin/sh
echo "$*" >> "$ASKED"
if [ "$1 $2" = "pr list" ]; then echo "$OPEN"; fi
`;

describe("The proposal to run an image", () => {
  let folder: string;
  let asked: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-propose-"));
    asked = join(folder, "asked");
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/gh"), gh);
    chmodSync(join(folder, "bin/gh"), 0o755);
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git");
    git(folder, "clone", "--quiet", "origin.git", "main");
    git(main(), "switch", "--quiet", "--create", "main");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const main = () => join(folder, "main");
  const git = (cwd: string, ...args: readonly string[]): string => {
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...who, ...args], { cwd, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const commit = (text: string): string => {
    writeFileSync(join(main(), "source"), text);
    writeFileSync(join(main(), "stack"), "digest: none\n");
    git(main(), "add", ".");
    git(main(), "commit", "--quiet", "--message", text);
    git(main(), "push", "--quiet", "origin", "main");
    return git(main(), "rev-parse", "HEAD");
  };
  /** What a run of a commit does once its image is pushed and its stack file written. */
  const propose = (
    sha: string,
    { open = "", hook }: { readonly open?: string; readonly hook?: string } = {},
  ) => {
    const work = mkdtempSync(join(folder, "run-"));
    git(work, "clone", "--quiet", join(folder, "origin.git"), ".");
    git(work, "switch", "--quiet", "--detach", sha);
    writeFileSync(join(work, "stack"), `digest: ${sha}\n`);
    if (hook !== undefined) {
      writeFileSync(join(work, ".git/hooks/pre-push"), `#!/bin/sh\n${hook}\n`, { mode: 0o755 });
    }
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], {
      cwd: work,
      encoding: "utf8",
      env: {
        PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
        HOME: folder,
        ASKED: asked,
        OPEN: open,
        SERVICE: "api",
        IMAGE: "registry/api",
        DIGEST: `sha256:${"ab".repeat(32)}`,
        GITHUB_SHA: sha,
        GITHUB_REF_NAME: "main",
      },
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const proposed = () => git(main(), "ls-remote", "origin", "refs/heads/image/api").split("\t")[0] ?? "";
  const stackOf = (commitId: string) => {
    git(main(), "fetch", "--quiet", "origin", "image/api");
    return git(main(), "show", `${commitId}:stack`);
  };
  const requests = () =>
    readFileSync(asked, "utf8")
      .split("\n")
      .flatMap((line) => /^pr (?:create|edit \d+)/.exec(line)?.[0] ?? []);

  it("is a request of its own where none is open, and the open one's where there is one", () => {
    const first = commit("1");
    propose(first);
    const second = commit("2");
    propose(second, { open: "7" });
    assert.deepEqual(requests(), ["pr create", "pr edit 7"]);
    assert.equal(stackOf(proposed()), `digest: ${second}`);
    assert.match(readFileSync(asked, "utf8"), /^pr list --head image\/api --base main --state open /m);
  });

  it("leaves what a later commit made, proposed or merged, whoever comes first", () => {
    const [first, second] = [commit("1"), commit("2")];
    propose(second);
    assert.match(propose(first), /a later commit, is proposed already/);
    assert.equal(stackOf(proposed()), `digest: ${second}`);
    // merged, as one commit whose subject has the request's number, and the branch gone
    git(
      main(),
      "commit",
      "--quiet",
      "--allow-empty",
      "--message",
      `api runs it, built from ${second.slice(0, 10)} (#1)`,
    );
    git(main(), "push", "--quiet", "origin", "main", ":image/api");
    assert.match(propose(first), /a later commit, is proposed already/);
    assert.equal(proposed(), "");
    assert.deepEqual(requests(), ["pr create"]);
  });

  it("does it again for the same commit, whose request may have failed", () => {
    const first = commit("1");
    propose(first);
    propose(first);
    assert.deepEqual(requests(), ["pr create", "pr create"]);
  });

  it("does not overwrite what another run pushed while it looked", () => {
    const [first, second] = [commit("1"), commit("2")];
    propose(second);
    const later = proposed();
    git(main(), "push", "--quiet", "origin", ":image/api");
    const origin = join(folder, "origin.git");
    const hook = `git --git-dir=${origin} update-ref refs/heads/image/api ${later}`;
    assert.match(propose(first, { hook }), /a later commit, is proposed already/);
    assert.equal(proposed(), later);
  });

  it("is made by every commit of main: no run waits in another's place", () => {
    assert.equal(
      workflows["images.yaml"]?.concurrency?.group,
      "images-${{ github.event_name == 'push' && github.sha || github.ref }}",
    );
  });
});

describe("The tree that is deployed", () => {
  it("stays clean beside the credentials that are written into it", () => {
    const { status } = spawnSync("git", ["check-ignore", "--quiet", "gha-creds-0123456789abcdef.json"], {
      cwd: root,
    });
    assert.equal(status, 0);
  });
});
