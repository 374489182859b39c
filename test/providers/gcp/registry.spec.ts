import assert from "node:assert/strict";
import { find } from "../../support/run";
import { onGcp, textOf } from "./stack";

const args = { repositories: ["seo/api", "seo/web"] };
const type = "gcp:artifactregistry/repository:Repository";

describe("GcpRegistry", () => {
  it("keeps images in one repository whose tags never move, scanned, under a key of its own", async () => {
    const { resources } = await onGcp((cloud) => cloud.registry("main-registry", args, {}));
    const { inputs, protect } = find(resources, type);
    const { kmsKeyName, ...rest } = inputs;
    assert.match(textOf(kmsKeyName), /\/cryptoKeys\/main-registry-key-[0-9a-f]{7}$/);
    assert.deepEqual(rest, {
      location: "us-east1",
      repositoryId: "main-registry",
      format: "DOCKER",
      mode: "STANDARD_REPOSITORY",
      description: "images of main-registry",
      dockerConfig: { immutableTags: true },
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      cleanupPolicyDryRun: false,
      cleanupPolicies: [
        {
          id: "delete-untagged",
          action: "DELETE",
          condition: { tagState: "UNTAGGED", olderThan: "1209600s" },
        },
      ],
    });
    assert.equal(protect, true);
  });

  it("lets Artifact Registry use the key, and scans by an API that is on, before the repository is made", async () => {
    const { resources } = await onGcp((cloud) => cloud.registry("main-registry", args, {}));
    const grant = find(
      resources,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "main-registry-key-artifactregistry",
    );
    assert.equal(
      grant.inputs["member"],
      "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    );
    const { dependencies } = find(resources, type);
    assert.ok(dependencies.includes(grant.urn));
    for (const api of ["artifactregistry", "containerscanning"]) {
      assert.ok(
        dependencies.includes(find(resources, "gcp:projects/service:Service", `main-${api}`).urn),
        `waits for ${api}`,
      );
    }
  });

  it("answers where images are before the repository is made", async () => {
    const { result } = await onGcp((cloud) => cloud.registry("main-registry", args, {}));
    assert.equal(result.address, "us-east1-docker.pkg.dev/example-prod/main-registry");
  });

  it("keeps untagged images as long as asked, and may go where the stack is not protected", async () => {
    const { resources } = await onGcp((cloud) =>
      cloud.registry("main-registry", { ...args, untaggedRetentionDays: 2, protect: false }, {}),
    );
    const { inputs, protect } = find(resources, type);
    assert.match(JSON.stringify(inputs["cleanupPolicies"]), /"olderThan":"172800s"/);
    assert.equal(protect, false);
  });

  it("refuses what no registry can be made from", async () => {
    await assert.rejects(
      onGcp((cloud) => cloud.registry("main-registry", { repositories: [] }, {})),
      /repositories: expected at least one, got none/,
    );
  });

  it("stands in the multi-region of both regions where images must outlive one, its key too", async () => {
    const { result, resources } = await onGcp((cloud) =>
      cloud.registry("main-registry", { ...args, copyRegion: "us-west1" }, {}),
    );
    const { inputs } = find(resources, type);
    assert.equal(inputs["location"], "us");
    assert.match(textOf(inputs["kmsKeyName"]), /^projects\/example-prod\/locations\/us\//);
    assert.equal(result.address, "us-docker.pkg.dev/example-prod/main-registry");
  });

  it("lets CI push where the registry stands", async () => {
    const { resources } = await onGcp((cloud) => {
      const registry = cloud.registry("main-registry", { ...args, copyRegion: "us-west1" }, {});
      cloud.ciIdentity("main-ci", { repository: "example/seo", registry, ownsAccount: true }, {});
    });
    const member = find(resources, "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember");
    assert.equal(member.inputs["location"], "us");
  });

  for (const copyRegion of ["europe-west1", "northamerica-northeast1", "usa-east1"]) {
    it(`says that a copy in ${copyRegion} is more than Artifact Registry can keep`, async () => {
      const copied = onGcp((cloud) => cloud.registry("main-registry", { ...args, copyRegion }, {}));
      await assert.rejects(
        copied,
        /registry\.copyRegion is not supported on gcp: Artifact Registry keeps images .*: none of .* has both/,
      );
    });
  }
});
