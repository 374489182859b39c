import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Plan } from "../../preview/plan";

const root = join(__dirname, "..", "..");
const onShop = ["--stack", "test", "--cwd", join(__dirname, "fixtures", "shop")] as const;

describe("the process of the command line", () => {
  it("does not hang when its resources wait for each other", () => {
    const { status, stderr } = spawnPreview("--set", "mode=deadlock");
    assert.equal(status, 3);
    assert.match(stderr, /the program waits for a value that never comes/);
  });

  it("loads what it put off when a program asks for it", () => {
    const { status, stdout, stderr } = spawnPreview("--json", "--set", "mode=closure");
    assert.equal(status, 0, stderr);
    const { outputs } = JSON.parse(stdout) as Plan;
    assert.equal(outputs["greeting"], "hello none");
    assert.match(stderr, /exports\.handler = /);
  });

  it("colours what goes to a terminal, unless NO_COLOR refuses it", () => {
    const onTerminal = (env: NodeJS.ProcessEnv) => {
      const script = `
        process.stdout.isTTY = true;
        process.argv.push("preview", ...${JSON.stringify(onShop)});
        require("./preview/main");
      `;
      return spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
        cwd: root,
        encoding: "utf8",
        env: { PATH: process.env["PATH"], FORCE_COLOR: "1", ...env },
      });
    };
    const coloured = onTerminal({});
    assert.equal(coloured.status, 0, coloured.stderr);
    assert.match(coloured.stdout, /\u001b\[1m/);
    const plain = onTerminal({ NO_COLOR: "1" });
    assert.equal(plain.status, 0, plain.stderr);
    assert.equal(plain.stdout.includes("\u001b"), false);
    assert.equal(plain.stdout, stripVTControlCharacters(coloured.stdout));
  });

  it("ends as it would have where the reader of its report goes away", () => {
    // far more than a pipe holds (64 KiB on Linux), so that the rest has nowhere to go
    const shell = `"$0" --require tsx/cjs preview/main.ts preview --stack prod --json | head -c 20; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", shell, process.execPath], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    assert.match(stdout, /^\{\n {2}"stack": "prod",0\n$/);
  });

  it("prints the plan through npm as JSON alone, and exits 0", () => {
    const { status, stdout } = spawnPreview("--json");
    assert.equal(status, 0);
    assert.equal((JSON.parse(stdout) as Plan).stack, "test");
  });
});

function spawnPreview(...flags: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync("npm", ["run", "preview", "--", ...onShop, ...flags], {
    cwd: root,
    encoding: "utf8",
  });
}
