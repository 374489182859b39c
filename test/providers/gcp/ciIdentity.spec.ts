import assert from "node:assert/strict";
import type { CiIdentity } from "../../../components/delivery/ciIdentity";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { onGcp, textOf } from "./stack";

async function makeCi(repository = "example/seo"): Promise<Ran<CiIdentity>> {
  return await onGcp((cloud) => {
    const registry = cloud.registry("main-registry", { repositories: ["seo/api"] }, {});
    return cloud.ciIdentity("main-ci", { repository, registry, ownsAccount: true }, {});
  });
}

const subject = "repo:example/seo:ref:refs/heads/main";

describe("GcpCiIdentity", () => {
  it("takes tokens of one branch of one repository, whatever else GitHub signs", async () => {
    const { resources } = await makeCi();
    const pool = find(resources, "gcp:iam/workloadIdentityPool:WorkloadIdentityPool");
    const poolId = textOf(pool.inputs["workloadIdentityPoolId"]);
    assert.match(poolId, /^main-ci-[0-9a-f]{8}$/);
    const { inputs } = find(resources, "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider");
    assert.deepEqual(inputs, {
      workloadIdentityPoolId: poolId,
      workloadIdentityPoolProviderId: "github",
      attributeMapping: { "google.subject": "assertion.sub" },
      attributeCondition: `assertion.sub == "${subject}"`,
      oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
    });
  });

  it("acts as a service account that only this subject may be", async () => {
    const { result, resources } = await makeCi();
    assert.equal(await valueOf(result.pusher), "main-ci-pusher@example-prod.iam.gserviceaccount.com");
    const binding = find(resources, "gcp:serviceaccount/iAMMember:IAMMember", "main-ci-pusher-binding");
    assert.equal(binding.inputs["role"], "roles/iam.workloadIdentityUser");
    assert.match(
      textOf(binding.inputs["member"]),
      /^principal:\/\/iam\.googleapis\.com\/projects\/123456789012\/locations\/global\/workloadIdentityPools\/main-ci-[0-9a-f]{8}\/subject\/repo:example\/seo:ref:refs\/heads\/main$/,
    );
  });

  it("may write to the registry's repository, and has no role on the project", async () => {
    const { resources } = await makeCi();
    const { inputs } = find(
      resources,
      "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
      "main-ci-pusher-registry",
    );
    assert.deepEqual(inputs, {
      location: "us-east1",
      repository: "main-registry",
      role: "roles/artifactregistry.writer",
      member: "serviceAccount:main-ci-pusher@example-prod.iam.gserviceaccount.com",
    });
    assert.deepEqual(findAll(resources, "gcp:projects/iAMMember:IAMMember"), []);
    assert.deepEqual(findAll(resources, "gcp:serviceaccount/key:Key"), []);
  });

  it("calls no API before it is on", async () => {
    const { resources } = await makeCi();
    const { dependencies } = find(resources, "gcp:iam/workloadIdentityPool:WorkloadIdentityPool");
    for (const api of ["iam", "iamcredentials", "sts"]) {
      const { urn } = find(resources, "gcp:projects/service:Service", `main-${api}`);
      assert.ok(dependencies.includes(urn), `waits for ${api}`);
    }
  });

  it("refuses a wildcard for a repository", async () => {
    await assert.rejects(makeCi("example/*"), /repository: expected owner\/name/);
  });
});
