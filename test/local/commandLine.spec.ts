import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "../..");

describe("npm run local", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-local-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const local = (...args: readonly string[]) =>
    spawnSync(process.execPath, ["--require=tsx/cjs", "local/main.ts", ...args], {
      cwd: root,
      encoding: "utf8",
    });

  it("writes what runs a system, with passwords that it makes once and shows to nobody", () => {
    const first = local(
      "--blueprint",
      "explico",
      "--out",
      folder,
      "--service",
      "backend=ghcr.io/acme/backend:2",
    );
    assert.equal(first.status, 0, first.stderr);
    const compose = parse(readFileSync(join(folder, "compose.yaml"), "utf8")) as {
      readonly services: Readonly<Record<string, { readonly image?: string }>>;
    };
    assert.equal(compose.services["backend"]?.image, "ghcr.io/acme/backend:2");
    assert.match(readFileSync(join(folder, "configs/gateway"), "utf8"), /^ +set \$target http:\/\/backend:/m);
    assert.match(readFileSync(join(folder, "kind.yaml"), "utf8"), /kind\.x-k8s\.io\/v1alpha4/);
    assert.equal(statSync(join(folder, "minikube.sh")).mode & 0o777, 0o755);
    assert.equal(statSync(join(folder, ".env")).mode & 0o777, 0o600);
    const passwords = readFileSync(join(folder, ".env"), "utf8");
    const values = [...passwords.matchAll(/=(\S{24})$/gm)].map(([, value = ""]) => value);
    assert.equal(values.length, 3);
    const shown = first.stdout + JSON.stringify(compose);
    assert.deepEqual(
      values.filter((value) => shown.includes(value)),
      [],
    );
    const second = local("--blueprint", "explico", "--out", folder);
    assert.equal(second.status, 0, second.stderr);
    assert.equal(readFileSync(join(folder, ".env"), "utf8"), passwords);
  });

  it("says which stores are not there", () => {
    const { stdout } = local("--blueprint", "suuupra", "--out", folder);
    assert.match(stdout, /left out: vault, which identity, content/);
  });

  it("refuses what it does not know by its name", () => {
    const { status, stderr } = local("--blueprint", "nobody", "--out", folder);
    assert.notEqual(status, 0);
    assert.match(stderr, /expected one of seo-platform, suuupra/);
    const source = local("--blueprint", "explico", "--out", folder, "--service", "backend");
    assert.notEqual(source.status, 0);
    assert.match(source.stderr, /expected name=image or name=\.\/folder/);
    const service = local("--blueprint", "explico", "--out", folder, "--service", "nobody=x:1");
    assert.notEqual(service.status, 0);
    assert.match(service.stderr, /expected one of frontend, backend, ai-inference/);
  });
});
