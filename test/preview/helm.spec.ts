import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { UsageError } from "../../preview/errors";
import {
  clusterOf,
  type HelmRelease,
  releasesOf,
  templateRelease,
  templateReleases,
} from "../../preview/helm";
import { run } from "../support/run";

const release: HelmRelease = {
  name: "web",
  namespace: "shop",
  chart: "nginx",
  version: "1.2.3",
  source: { repo: "https://charts.example.com" },
  values: { mode: "off", count: 2 },
  skipCrds: false,
};

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: monitors.example.com }
spec:
  group: example.com
  names: { kind: Monitor }
  versions:
    - { name: v1, served: true }
    - { name: v1alpha1, served: false }
`;

/**
 * Stands in for Helm, which not every machine has: says what it was given, one call after the other, and answers with a
 * file of the chart's name. A chart called `picky` needs a kind.
 */
const standIn = `#!/usr/bin/env node
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
const chart = args.find((arg) => !arg.startsWith("-") && arg !== "template" && arg !== "web");
appendFileSync(__dirname + "/calls.jsonl", JSON.stringify({ args, values: readFileSync(0, "utf8") }) + "\\n");
if (chart === "picky" && !args.includes("--api-versions=example.com/v1/Monitor")) {
  process.stderr.write("Error: Monitor CRD is required");
  process.exit(1);
}
process.stdout.write(readFileSync(__dirname + "/" + chart.split("/").pop() + ".yaml", "utf8"));
`;

describe("helm", () => {
  const path = process.env["PATH"] ?? "";
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "helm-"));
    writeFileSync(join(folder, "helm"), standIn);
    chmodSync(join(folder, "helm"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  });

  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  const answer = (chart: string, yaml: string): void => {
    writeFileSync(join(folder, `${chart}.yaml`), yaml);
  };
  const calls = (): readonly { readonly args: readonly string[]; readonly values: string }[] =>
    readFileSync(join(folder, "calls.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { args: string[]; values: string });

  it("hands the exact chart and values over, words that YAML 1.1 takes for booleans as words", async () => {
    answer("nginx", "");
    await templateRelease(release, { kubernetesVersion: "1.35", apiVersions: ["example.com/v1"] });
    const [call] = calls();
    assert.deepEqual(call?.args, [
      "template",
      "web",
      "nginx",
      "--repo=https://charts.example.com",
      "--version=1.2.3",
      "--namespace=shop",
      "--values=-",
      "--skip-tests",
      "--include-crds",
      "--kube-version=1.35",
      "--api-versions=example.com/v1",
    ]);
    assert.equal(call.values, '{"mode":"off","count":2}');
  });

  const sources: readonly [string, Partial<HelmRelease>, readonly string[]][] = [
    ["a registry", { source: { address: "oci://r.example.com/c/nginx" } }, ["oci://r.example.com/c/nginx"]],
    ["CRDs left out", { skipCrds: true }, ["--skip-crds"]],
  ];
  for (const [what, change, expected] of sources) {
    it(`tells helm of ${what}`, async () => {
      answer("nginx", "");
      await templateRelease({ ...release, ...change });
      const args = calls()[0]?.args ?? [];
      assert.deepEqual(
        expected.filter((arg) => !args.includes(arg)),
        [],
      );
      assert.equal(
        args.some((arg) => arg.startsWith("--repo")),
        !("address" in (change.source ?? {})),
      );
    });
  }

  it("takes unpacked charts from a folder, and names the one that is not there", async () => {
    const charts = join(folder, "charts");
    mkdirSync(join(charts, "nginx"), { recursive: true });
    await assert.rejects(templateRelease(release, { chartFolder: charts }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        `--chart-folder: expected the unpacked chart nginx 1.2.3 in ${join(charts, "nginx")}, got none`,
      );
      return true;
    });
    writeFileSync(join(charts, "nginx", "Chart.yaml"), "name: nginx\n");
    answer("nginx", "");
    await templateRelease(release, { chartFolder: charts });
    assert.deepEqual(calls()[0]?.args.slice(2, 4), [join(charts, "nginx"), "--namespace=shop"]);
  });

  it("reads objects as Kubernetes would: lists opened, empty documents skipped, `off` a boolean", async () => {
    answer(
      "nginx",
      "---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {enableServiceLinks: off}\n",
    );
    const objects = await templateRelease(release);
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ["ConfigMap a", "Pod b"],
    );
    assert.deepEqual(objects[1]?.["spec"], { enableServiceLinks: false });
  });

  it("passes on why helm refused a chart", async () => {
    await assert.rejects(templateRelease({ ...release, chart: "picky" }), {
      message:
        "release web: expected chart picky 1.2.3 to render with its values, got Error: Monitor CRD is required",
    });
  });

  it("says what is missing where there is no helm", async () => {
    process.env["PATH"] = join(folder, "nowhere");
    await assert.rejects(templateReleases([release]), /^UsageError: --charts: expected helm on the PATH/);
  });

  it("renders every chart for a cluster that has the kinds of all of them", async () => {
    answer("picky", "apiVersion: example.com/v1\nkind: Monitor\nmetadata: {name: web}\n");
    answer("nginx", definition);
    const rendered = await templateReleases([{ ...release, chart: "picky", namespace: "first" }, release]);
    assert.deepEqual(
      rendered.map(({ namespace, objects }) => [namespace, ...objects.map(({ kind }) => kind)]),
      [
        ["first", "Monitor"],
        ["shop", "CustomResourceDefinition"],
      ],
    );
    const last = calls().at(-1)?.args ?? [];
    assert.deepEqual(
      last.filter((arg) => arg.startsWith("--api-versions")),
      ["--api-versions=example.com/v1", "--api-versions=example.com/v1/Monitor"],
    );
  });

  it("finds the releases of a run, secrets in their values masked", async () => {
    const ran = await run(
      () => {
        new kubernetes.helm.v3.Release("web", {
          name: "web",
          chart: "oci://r.example.com/charts/nginx",
          version: "1.2.3",
          namespace: "shop",
          skipCrds: true,
          values: { password: pulumi.secret("hush") },
        });
      },
      { table: { "kubernetes:helm.sh/v3:Release": () => ({}) } },
    );
    assert.deepEqual(releasesOf(ran), [
      {
        ...release,
        source: { address: "oci://r.example.com/charts/nginx" },
        skipCrds: true,
        values: { password: "[secret]" },
      },
    ]);
  });

  it("reads the version of Kubernetes from either cloud's cluster", () => {
    const resource = (
      type: string,
      inputs: Record<string, string>,
    ): Parameters<typeof clusterOf>[0][number] =>
      ({ type, inputs }) as unknown as Parameters<typeof clusterOf>[0][number];
    assert.deepEqual(clusterOf([resource("eks:index:Cluster", { version: "1.35" })]), {
      kubernetesVersion: "1.35",
    });
    assert.deepEqual(clusterOf([resource("gcp:container/cluster:Cluster", { minMasterVersion: "1.34" })]), {
      kubernetesVersion: "1.34",
    });
    assert.deepEqual(clusterOf([resource("aws:rds/cluster:Cluster", { version: "8" })]), {});
  });
});
