import assert from "node:assert/strict";
import type { ImagePolicyArgs } from "../../../components/governance/imagePolicy";
import type { PlanResource } from "../../../preview/plan";
import { find } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { clusterArgs, networkArgs, onGcp } from "./stack";

const registry = "us-east1-docker.pkg.dev/example-prod/images";
const type = "gcp:binaryauthorization/policy:Policy";

async function makePolicy(args: Partial<ImagePolicyArgs> = {}): Promise<PlanResource> {
  const { resources } = await onGcp((cloud) =>
    cloud.imagePolicy("main-images", { registries: [registry], ...args }, {}),
  );
  return find(resources, type, "main-images");
}

describe("GcpImagePolicy", () => {
  it("denies what is not named, leaves GKE's own images to Google, and says no more", async () => {
    const { inputs, protect } = await makePolicy({ repositories: ["quay.io/prometheus/prometheus"] });
    assert.deepEqual(inputs, {
      project: "example-prod",
      description: "images of the platform and of its systems",
      globalPolicyEvaluationMode: "ENABLE",
      defaultAdmissionRule: {
        evaluationMode: "ALWAYS_DENY",
        enforcementMode: "ENFORCED_BLOCK_AND_AUDIT_LOG",
      },
      admissionWhitelistPatterns: [
        { namePattern: `${registry}/**` },
        { namePattern: "quay.io/prometheus/prometheus:*" },
      ],
    });
    assert.equal(protect, false);
  });

  it("only records where it is not enforced", async () => {
    const { inputs } = await makePolicy({ enforced: false });
    assert.deepEqual(inputs["defaultAdmissionRule"], {
      evaluationMode: "ALWAYS_DENY",
      enforcementMode: "DRYRUN_AUDIT_LOG_ONLY",
    });
  });

  it("is written when its API is on, and before any cluster that it is for, with nodes or without", async () => {
    for (const kind of ["cluster", "serverlessCluster"] as const) {
      const { resources } = await onGcp((cloud) => {
        const imagePolicy = cloud.imagePolicy("main-images", { registries: [registry] }, {});
        const network = cloud.network("main-network", networkArgs, {});
        return kind === "cluster"
          ? cloud.cluster("main", { ...clusterArgs, network, imagePolicy }, {})
          : cloud.serverlessCluster(
              "main",
              { version: "1.35", serverlessNamespaces: ["publishing"], network, imagePolicy },
              {},
            );
      });
      const policy = find(resources, type, "main-images");
      assert.ok(waitsFor(resources, policy, (urn) => urn.endsWith("::main-binaryauthorization")));
      assert.ok(
        find(resources, "gcp:container/cluster:Cluster", "main").dependencies.includes(policy.urn),
        kind,
      );
    }
  });

  const bad: readonly [what: string, args: Partial<ImagePolicyArgs>, message: RegExp][] = [
    ["no registry", { registries: [] }, /^RangeError: registries: expected at least one, got none$/],
    [
      "a wildcard",
      { registries: ["gcr.io/acme/*"] },
      /registries\.0: expected a registry and a path, got "gcr/,
    ],
    [
      "everybody's registry",
      { registries: ["docker.io"] },
      /registries\.0: expected a path after the registry/,
    ],
    ["a repository without a path", { repositories: ["example.com"] }, /repositories\.0: expected a path/],
    [
      "a name without a registry",
      { repositories: ["nginx"] },
      /repositories\.0: expected a registry and a path/,
    ],
    ["a tag", { repositories: ["quay.io/a/b:1"] }, /repositories\.0: expected a registry and a path/],
    ["one twice", { registries: [registry, registry] }, /registries\.1: expected each once, got ".*" again/],
  ];
  for (const [what, args, message] of bad) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(makePolicy(args), message);
    });
  }

  it("takes a registry of one's own as a whole, with a port", async () => {
    const { inputs } = await makePolicy({ registries: ["registry.example.com:5000"] });
    assert.deepEqual(inputs["admissionWhitelistPatterns"], [{ namePattern: "registry.example.com:5000/**" }]);
  });
});
