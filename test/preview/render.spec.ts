import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { UsageError } from "../../preview/errors";
import type { OutputTable } from "../../preview/outputs/table";
import { type Manifest, manifests } from "../../preview/render";
import { writeManifests } from "../../preview/renderFolder";
import { commandLine } from "../support/commandLine";
import { run } from "../support/run";

const anything: OutputTable = Object.fromEntries(
  [
    "kubernetes:core/v1:Namespace",
    "kubernetes:core/v1:Secret",
    "kubernetes:core/v1:ConfigMap",
    "kubernetes:core/v1:ConfigMapPatch",
    "kubernetes:core/v1:ConfigMapList",
    "kubernetes:core/v1:Service",
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "kubernetes:crd.projectcalico.org/v1:NetworkPolicy",
    "kubernetes:cert-manager.io/v1:ClusterIssuer",
  ].map((type) => [type, () => ({})]),
);

async function rendered(program: () => void): Promise<ReadonlyMap<string, Manifest>> {
  const ran = await run(program, { table: anything });
  return new Map(manifests(ran).map((manifest) => [manifest.path, manifest]));
}

describe("render", () => {
  it("writes words that were booleans and numbers in YAML 1.1, as kubectl reads it, so that they stay words", async () => {
    const data = { ciphers: "off", answer: "yes", size: "1_000", mode: "0755", time: "1:30" };
    const files = await rendered(() => {
      new kubernetes.core.v1.ConfigMap("words", { metadata: { name: "words", namespace: "shop" }, data });
    });
    const [{ yaml } = { yaml: "" }] = files.values();
    for (const version of ["1.1", "1.2"] as const) {
      assert.deepEqual((parse(yaml, { version }) as { data: object }).data, data);
    }
  });

  it("gives each object a file in its namespace's folder, and those of no namespace a folder of their own", async () => {
    const files = await rendered(() => {
      new kubernetes.core.v1.Namespace("shop", { metadata: { name: "shop" } });
      new kubernetes.core.v1.ConfigMap("prices", { metadata: { namespace: "shop" }, data: { egg: "1" } });
      new kubernetes.core.v1.ConfigMap("strays", { metadata: { name: "strays" } });
      new kubernetes.rbac.v1.ClusterRole("reader", { metadata: { name: "shop:reader" }, rules: [] });
      new kubernetes.apiextensions.CustomResource("issuer", {
        apiVersion: "cert-manager.io/v1",
        kind: "ClusterIssuer",
        metadata: { name: "issuer" },
      });
    });
    assert.deepEqual(
      [...files.keys()],
      [
        "_cluster/clusterissuer-issuer.yaml",
        "_cluster/clusterrole-shop-reader.yaml",
        "_cluster/namespace-shop.yaml",
        "default/configmap-strays.yaml",
        "shop/configmap-prices-fa194e5.yaml",
      ],
    );
    assert.equal(
      files.get("shop/configmap-prices-fa194e5.yaml")?.yaml,
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: prices-fa194e5\n  namespace: shop\ndata:\n  egg: "1"\n',
    );
  });

  it("leaves out releases, lists, patches and what is only read", async () => {
    const files = await rendered(() => {
      new kubernetes.helm.v3.Release("chart", { chart: "nginx" });
      new kubernetes.core.v1.ConfigMapPatch("patch", { metadata: { name: "theirs" } });
      new kubernetes.core.v1.ConfigMapList("list", { items: [] });
      kubernetes.core.v1.Service.get("existing", "default/kubernetes");
    });
    assert.deepEqual([...files.keys()], []);
  });

  it("keeps apart two objects of one kind and name from two API groups", async () => {
    const metadata = { name: "deny", namespace: "shop" };
    const files = await rendered(() => {
      new kubernetes.networking.v1.NetworkPolicy("deny", { metadata });
      new kubernetes.apiextensions.CustomResource("calico-deny", {
        apiVersion: "crd.projectcalico.org/v1",
        kind: "NetworkPolicy",
        metadata,
      });
    });
    assert.deepEqual(
      [...files.keys()],
      [
        "shop/networkpolicy.crd.projectcalico.org-deny.yaml",
        "shop/networkpolicy.networking.k8s.io-deny.yaml",
      ],
    );
  });

  it("masks the values of secrets where the API takes a mask, and keeps their keys", async () => {
    const files = await rendered(() => {
      const metadata = { name: "login", namespace: "shop" };
      const data = { password: pulumi.secret("hush"), user: "bWU=" };
      new kubernetes.core.v1.Secret("login", { metadata, data, stringData: { pin: pulumi.secret("1234") } });
      new kubernetes.core.v1.ConfigMap("prices", { metadata: { name: "prices", namespace: "shop" } });
    });
    const secret = files.get("shop/secret-login.yaml");
    assert.equal(secret?.masked, true);
    assert.match(secret.yaml, /^# \[secret\] stands for a value that is not shown\n/);
    const object = parse(secret.yaml) as Readonly<Record<string, unknown>>;
    assert.deepEqual(object["stringData"], { password: "[secret]", user: "[secret]", pin: "[secret]" });
    assert.equal(object["data"], undefined);
    assert.equal(files.get("shop/configmap-prices.yaml")?.masked, false);
  });

  describe("into a folder", () => {
    const folder = mkdtempSync(join(tmpdir(), "render-"));
    after(() => {
      rmSync(folder, { recursive: true });
    });
    const file = (path: string): Pick<Manifest, "path" | "yaml"> => ({ path, yaml: "kind: ConfigMap\n" });

    it("writes the files, and at the next time removes those that are no more", () => {
      const out = join(folder, "new", "out");
      writeManifests([file("shop/a.yaml"), file("_cluster/b.yaml")], out);
      assert.equal(readFileSync(join(out, "shop/a.yaml"), "utf8"), "kind: ConfigMap\n");
      writeManifests([file("shop/c.yaml")], out);
      assert.deepEqual(readdirSync(out).sort(), [".groundwork-render", "shop"]);
      assert.deepEqual(readdirSync(join(out, "shop")), ["c.yaml"]);
    });

    it("leaves what the user put there, in its folders too", () => {
      const out = join(folder, "shared");
      writeManifests([file("shop/a.yaml"), file("till/b.yaml")], out);
      writeFileSync(join(out, "README.md"), "ours");
      writeFileSync(join(out, "shop", "kustomization.yaml"), "ours too");
      mkdirSync(join(out, ".git"));
      writeFileSync(join(out, ".git", "HEAD"), "ref: refs/heads/main");
      writeManifests([file("bank/c.yaml")], out);
      assert.deepEqual(readdirSync(out, { recursive: true }).sort(), [
        ".git",
        ".git/HEAD",
        ".groundwork-render",
        "README.md",
        "bank",
        "bank/c.yaml",
        "shop",
        "shop/kustomization.yaml",
      ]);
      assert.equal(readFileSync(join(out, "README.md"), "utf8"), "ours");
    });

    it("refuses to write over a file of the user's, and touches nothing", () => {
      const out = join(folder, "over");
      writeManifests([file("shop/a.yaml")], out);
      writeFileSync(join(out, "shop", "b.yaml"), "ours");
      assert.throws(
        () => {
          writeManifests([file("shop/b.yaml")], out);
        },
        (error) => error instanceof UsageError && /no files of your own .*b\.yaml$/.test(error.message),
      );
      assert.equal(readFileSync(join(out, "shop", "b.yaml"), "utf8"), "ours");
      assert.equal(existsSync(join(out, "shop", "a.yaml")), true);
    });

    it("removes nothing outside the folder, whatever its marker says", () => {
      const out = join(folder, "tampered");
      writeManifests([file("a.yaml")], out);
      writeFileSync(join(folder, "outside.txt"), "not here");
      writeFileSync(
        join(out, ".groundwork-render"),
        ["../outside.txt", "a/../../outside.txt", join(folder, "outside.txt"), "a.yaml", "."].join("\n"),
      );
      writeManifests([], out);
      assert.equal(existsSync(join(folder, "outside.txt")), true);
      assert.deepEqual(readdirSync(out), [".groundwork-render"]);
    });

    for (const [what, path] of [
      ["a file in place of a folder", ["taken"]],
      ["a folder below a file", ["taken", "out"]],
    ] as const) {
      it(`refuses ${what} as bad usage, with status 2`, async () => {
        writeFileSync(join(folder, "taken"), "a file");
        const out = join(folder, ...path);
        const shop = join(__dirname, "fixtures", "shop");
        const ended = await commandLine("render", "--stack", "test", "--cwd", shop, "--out", out);
        assert.equal(ended.status, 2, ended.stderr);
        assert.match(ended.stderr, /^error: --out: expected a folder.*, got .*taken.*\n$/);
        assert.equal(readFileSync(join(folder, "taken"), "utf8"), "a file");
      });
    }

    it("refuses a folder that holds anything else, and touches nothing in it", () => {
      writeFileSync(join(folder, "thesis.txt"), "ten years of work");
      assert.throws(
        () => {
          writeManifests([file("a.yaml")], folder);
        },
        (error) =>
          error instanceof UsageError && /--out: expected a folder that is empty or made/.test(error.message),
      );
      assert.equal(existsSync(join(folder, "thesis.txt")), true);
      assert.equal(existsSync(join(folder, "a.yaml")), false);
    });
  });
});
