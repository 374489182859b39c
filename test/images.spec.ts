import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { flagdImage } from "../components/delivery/flagd";
import { chartImages } from "../components/platform/chartImages";
import { type ChartName, charts } from "../components/platform/charts";
import { clouds, environments } from "../components/cloud";
import type { Json, PlanResource } from "../preview/plan";
import { find, findAll } from "./support/run";
import { planOf } from "./support/plans";

const policyType = "gcp:binaryauthorization/policy:Policy";
const release = "kubernetes:helm.sh/v3:Release";

async function resourcesOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf(stack, ...set);
}

/** Every map below a value, itself among them. */
function mapsIn(value: Json | undefined): readonly Readonly<Record<string, Json>>[] {
  if (Array.isArray(value)) return value.flatMap((inner: Json) => mapsIn(inner));
  if (typeof value !== "object" || value === null) return [];
  const map = value as Readonly<Record<string, Json>>;
  return [map, ...Object.values(map).flatMap(mapsIn)];
}

/** Images of the pods that the program makes itself. */
function podImages(resources: readonly PlanResource[]): readonly string[] {
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:") && type !== release)
    .flatMap(({ inputs }) => mapsIn(inputs))
    .flatMap(({ containers, initContainers }) => [...mapsIn(containers), ...mapsIn(initContainers)])
    .flatMap(({ image }) => (typeof image === "string" ? [image] : []));
}

function chartOf({ inputs: { chart } }: PlanResource): ChartName {
  const name = typeof chart === "string" ? chart.split("/").at(-1) : undefined;
  const [key] = Object.entries(charts).find(([, pin]) => pin.chart === name) ?? [];
  assert.ok(key !== undefined, `no chart is pinned as ${String(name)}`);
  return key as ChartName;
}

/** Repositories that our values name in place of a chart's own. */
function namedInValues({ inputs }: PlanResource): readonly string[] {
  return mapsIn(inputs["values"]).flatMap(({ registry, repository }) =>
    typeof repository === "string"
      ? [typeof registry === "string" ? `${registry}/${repository}` : repository]
      : [],
  );
}

/** As Binary Authorization reads a pattern: `**` stands for anything, `*` for what has no slash in it. */
function admits({ inputs }: PlanResource, image: string): boolean {
  return mapsIn(inputs["admissionWhitelistPatterns"]).some(({ namePattern: pattern }) => {
    if (typeof pattern !== "string") return false;
    if (!pattern.endsWith("*")) return pattern === image;
    const prefix = pattern.replace(/\*+$/, "");
    const rest = image.slice(prefix.length);
    return image.startsWith(prefix) && (pattern.endsWith("**") || !rest.includes("/"));
  });
}

describe("the images of a project on GCP", () => {
  it("admits the server of objects where the bucket is in the cluster, and nowhere else", async () => {
    const settings = ["cloud=gcp", "blueprint=gainsly", "audit=stack"];
    const [cluster, cloud] = [
      await resourcesOf("dev", ...settings, "bucket.hosting=cluster"),
      await resourcesOf("dev", ...settings),
    ];
    const image = podImages(cluster).find((name) => name.includes("seaweedfs")) ?? "";
    assert.ok(admits(find(cluster, policyType), image), image);
    assert.ok(!admits(find(cloud, policyType), image), image);
  });

  it("admits flagd where the system has flags, and nowhere else", async () => {
    const { repository, version } = flagdImage;
    for (const [blueprint, isAdmitted] of [
      ["suuupra", true],
      ["gainsly", false],
    ] as const) {
      const resources = await resourcesOf("dev", "cloud=gcp", `blueprint=${blueprint}`, "audit=stack");
      assert.equal(admits(find(resources, policyType), `${repository}:${version}`), isAdmitted, blueprint);
    }
  });

  for (const blueprint of blueprintNames) {
    for (const stack of environments) {
      it(`are all admitted, and no others: ${blueprint} ${stack}`, async () => {
        const resources = await resourcesOf(stack, "cloud=gcp", `blueprint=${blueprint}`, "audit=stack");
        const policy = find(resources, policyType);
        assert.match(
          JSON.stringify(policy.inputs["defaultAdmissionRule"]),
          stack === "prod" ? /"ENFORCED_BLOCK_AND_AUDIT_LOG"/ : /"DRYRUN_AUDIT_LOG_ONLY"/,
        );
        const own = podImages(resources);
        assert.ok(own.length > 0);
        const installed = new Set(findAll(resources, release).map(chartOf));
        const ofCharts = [...installed].flatMap((chart) => chartImages[chart].repositories);
        assert.deepEqual(
          [...own, ...ofCharts.map((repository) => `${repository}:1.0.0`)].filter(
            (image) => !admits(policy, image),
          ),
          [],
        );

        const others = (Object.keys(charts) as ChartName[])
          .filter((chart) => !installed.has(chart))
          .flatMap((chart) => chartImages[chart].repositories);
        const strangers = [
          ...others.filter((repository) => !ofCharts.includes(repository)).map((name) => `${name}:1.0.0`),
          "docker.io/library/nginx:1.29",
          "docker.io/nginx/nginx-ingress-x:1",
          "quay.io/prometheus/prometheus/x:1",
          "us-east1-docker.pkg.dev/example-prod/other/tool:1",
        ];
        assert.deepEqual(
          strangers.filter((image) => admits(policy, image)),
          [],
        );
      });
    }
  }

  it("are on each cloud of charts whose list says so, and named by our values as they are listed", async () => {
    for (const cloud of clouds) {
      for (const blueprint of blueprintNames) {
        for (const made of findAll(
          await resourcesOf("prod", `cloud=${cloud}`, `blueprint=${blueprint}`),
          release,
        )) {
          const { clouds: only = clouds, repositories } = chartImages[chartOf(made)];
          assert.ok(only.includes(cloud), made.name);
          assert.deepEqual(
            namedInValues(made).filter((repository) => !repositories.includes(repository)),
            [],
          );
        }
      }
    }
  });

  it("are those of the registry that the stack names, and of others that it admits", async () => {
    const resources = await resourcesOf(
      "staging",
      "cloud=gcp",
      "audit=stack",
      "images.registry=ghcr.io/example",
      'gcp.admittedRegistries=["us-east1-docker.pkg.dev/example-prod/other"]',
    );
    const policy = find(resources, policyType);
    for (const image of [...podImages(resources), "us-east1-docker.pkg.dev/example-prod/other/team/tool:1"]) {
      assert.ok(admits(policy, image), image);
    }
    const services = resources.filter(
      ({ inputs }) =>
        (inputs["metadata"] as { namespace?: string } | undefined)?.namespace === "seo-platform",
    );
    assert.ok(podImages(services).length > 0);
    assert.ok(podImages(services).every((image) => image.startsWith("ghcr.io/example/")));
    assert.ok(!admits(policy, "ghcr.io/another/tool:1"));
  });

  it("are another stack's to say where the audit is, and nobody's on AWS", async () => {
    for (const set of [
      ["cloud=gcp", "audit=none"],
      ["cloud=aws", "audit=stack"],
    ]) {
      assert.deepEqual(findAll(await resourcesOf("prod", ...set), policyType), []);
    }
  });

  it("are admitted before the cluster is there, and so before anything runs", async () => {
    const resources = await resourcesOf("prod", "cloud=gcp");
    const cluster = find(resources, "gcp:container/cluster:Cluster");
    assert.ok(cluster.dependencies.includes(find(resources, policyType).urn));
  });
});
