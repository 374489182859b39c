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

  it("finds in what it put off all that is there, and loads nothing of it before", () => {
    const all = exportsOfPackages({ startup: false });
    const putOff = exportsOfPackages({ startup: true });
    assert.ok(all.loaded.length > 1000, `only ${all.loaded.length} modules`);
    assert.deepEqual(putOff.keys, all.keys);
    for (const late of ["@pulumi/awsx/classic/ecs/cluster.js", "@pulumi/pulumi/automation/stack.js"]) {
      assert.ok(all.loaded.some((file) => file.endsWith(late)));
      assert.ok(!putOff.loaded.some((file) => file.endsWith(late)));
    }
  });

  it("loads nothing of a cloud for a stack whose configuration is wrong", () => {
    const loadedFor = (...flags: readonly string[]) => {
      const script = `
        process.argv.push("preview", "--stack", "prod", "--json", ...${JSON.stringify(flags)});
        process.stdout.write = () => true;
        process.on("exit", () => {
          const loaded = Object.keys(require.cache).some((file) => file.includes("/providers/"));
          process.stderr.write(loaded ? "loaded" : "left");
        });
        require("./preview/main");
      `;
      const { status, stderr } = runScript(script);
      return { status, said: stderr.split("\n").at(-1) };
    };
    assert.deepEqual(loadedFor("--set", "domain=nothing"), { status: 2, said: "left" });
    assert.deepEqual(loadedFor(), { status: 0, said: "loaded" });
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

/** Runs JavaScript in a process of its own, under tsx, at the root of the checkout. */
function runScript(script: string): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  });
}

/** What the SDK packages export, down to each service's names, and the modules that were loaded before it was asked for. */
function exportsOfPackages({ startup }: { readonly startup: boolean }): {
  readonly keys: unknown;
  readonly loaded: readonly string[];
} {
  const script = `
    ${startup ? 'require("./preview/startup");' : ""}
    const packages = ["pulumi", "aws", "awsx", "gcp", "kubernetes"].map((name) => require("@pulumi/" + name));
    const loaded = Object.keys(require.cache).filter((file) => require.cache[file].children.length > 0);
    const keys = packages.map((all) =>
      Object.keys(all).map((name) => [
        name,
        // a getter would load a class
        typeof Object.getOwnPropertyDescriptor(all, name).value === "object" && Object.keys(all[name] ?? {}).sort(),
      ]),
    );
    process.stdout.write(JSON.stringify({ keys, loaded }));
  `;
  const { status, stdout, stderr } = runScript(script);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ReturnType<typeof exportsOfPackages>;
}
