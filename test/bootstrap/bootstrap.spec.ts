import assert from "node:assert/strict";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import type { Plan } from "../../preview/plan";
import { commandLine } from "../support/commandLine";
import { find, findAll } from "../support/run";

const folder = join(__dirname, "../../bootstrap");

function previewOf(...flags: readonly string[]): ReturnType<typeof commandLine> {
  return commandLine("preview", "--cwd", folder, "--stack", "example", ...flags);
}

async function planOf(...flags: readonly string[]): Promise<Plan> {
  const { status, stdout, stderr } = await previewOf("--json", ...flags);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Plan;
}

describe("the bootstrap project", () => {
  for (const cloud of clouds) {
    it(`is clean of violations on ${cloud}, in a first preview as in an update`, async () => {
      const { status, stdout } = await previewOf("--cloud", cloud, "--first");
      assert.equal(status, 0);
      assert.match(stdout, /First preview {2}registers the same \d+ resources/);
      assert.match(stdout, /Policy {2}✓ \d+ checks, no violation/);
    });

    it(`protects the state, its key and the secrets' key on ${cloud}`, async () => {
      const { resources } = await planOf("--cloud", cloud);
      const held = resources.filter(
        ({ type }) => /:(Bucket|Key|CryptoKey)$/.test(type) && !/^groundwork/.test(type),
      );
      assert.deepEqual(
        held.map(({ name, protect }) => [name, protect]).sort(),
        [
          "pulumi-secrets",
          "pulumi-state",
          // on GCP audit logs tell who read the state
          ...(cloud === "aws" ? ["pulumi-state-access-logs"] : []),
          "pulumi-state-key",
        ].map((name) => [name, true]),
      );
    });
  }

  it("records on GCP who reads and writes the state", async () => {
    const { resources } = await planOf("--cloud", "gcp");
    assert.deepEqual(find(resources, "gcp:projects/iAMAuditConfig:IAMAuditConfig").inputs, {
      project: "example-state",
      service: "storage.googleapis.com",
      auditLogConfigs: [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
    });
  });

  it("says what to log in to and what encrypts secrets on AWS", async () => {
    const { resources, outputs } = await planOf("--cloud", "aws");
    const { bucket } = find(
      resources,
      "aws:s3/bucketVersioning:BucketVersioning",
      "pulumi-state-versioning",
    ).inputs;
    const { targetKeyId } = find(resources, "aws:kms/alias:Alias", "pulumi-secrets-alias").inputs;
    assert.ok(typeof bucket === "string" && typeof targetKeyId === "string");
    assert.equal(outputs["login"], `s3://${bucket}?region=us-east-1`);
    assert.equal(outputs["secretsProvider"], `awskms://${targetKeyId}?region=us-east-1`);
  });

  it("says what to log in to and what encrypts secrets on GCP", async () => {
    const { outputs } = await planOf("--cloud", "gcp");
    const { login, secretsProvider } = outputs;
    assert.ok(typeof login === "string" && typeof secretsProvider === "string");
    assert.match(login, /^gs:\/\/pulumi-state-[0-9a-f]{7}$/);
    assert.match(
      secretsProvider,
      /^gcpkms:\/\/projects\/example-state\/locations\/us-east1\/keyRings\/pulumi-secrets-[0-9a-f]{7}\/cryptoKeys\/pulumi-secrets-[0-9a-f]{7}$/,
    );
  });

  it("says what workflows sign in as, and on AWS the boundary that their stack's roles carry", async () => {
    const onAws = (await planOf("--cloud", "aws")).outputs;
    assert.deepEqual(Object.keys(onAws), ["deployers", "login", "previewer", "secretsProvider"]);
    const { prod } = onAws["deployers"] as { readonly prod: Readonly<Record<string, string>> };
    assert.match(prod["identity"] ?? "", /^arn:aws:iam::333333333333:role\/pulumi-ci-deploy-prod-/);
    assert.equal(prod["permissionsBoundary"], "arn:aws:iam::333333333333:policy/pulumi-ci-deploy-prod");
    const onGcp = (await planOf("--cloud", "gcp")).outputs;
    assert.deepEqual(onGcp["deployers"], {
      prod: { identity: "pulumi-ci-deploy-prod@example-state.iam.gserviceaccount.com" },
    });
    assert.equal(onGcp["previewer"], "pulumi-ci-preview@example-state.iam.gserviceaccount.com");
  });

  it("takes tokens on GCP of the deployments' environments and of pull requests alone", async () => {
    const { resources } = await planOf("--cloud", "gcp");
    const provider = find(resources, "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider");
    assert.equal(
      provider.inputs["attributeCondition"],
      'assertion.sub == "repo:example/platform:environment:prod" || assertion.sub == "repo:example/platform:pull_request"',
    );
  });

  it("lets who looks for drift decrypt the state, from its own environment and no pull request", async () => {
    const set = ["--set", "ci.watchEnvironment=drift"];
    const onAws = await planOf("--cloud", "aws", ...set);
    const { assumeRolePolicy, managedPolicyArns } = find(
      onAws.resources,
      "aws:iam/role:Role",
      "pulumi-ci-watch",
    ).inputs;
    assert.equal(managedPolicyArns, undefined);
    assert.ok(typeof assumeRolePolicy === "string");
    assert.match(assumeRolePolicy, /"repo:example\/platform:environment:drift"/);
    assert.deepEqual(
      findAll(onAws.resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ name }) => name.startsWith("pulumi-ci-watch"))
        .map(({ inputs }) => inputs["policyArn"])
        .sort(),
      ["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
    );
    assert.match(JSON.stringify(onAws.outputs["watcher"]), /role\/pulumi-ci-watch-/);

    const onGcp = await planOf("--cloud", "gcp", ...set);
    const provider = find(
      onGcp.resources,
      "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    );
    assert.match(JSON.stringify(provider.inputs["attributeCondition"]), /environment:drift/);
    const binding = find(
      onGcp.resources,
      "gcp:serviceaccount/iAMMember:IAMMember",
      "pulumi-ci-watch-binding",
    );
    assert.match(
      JSON.stringify(binding.inputs["member"]),
      /\/subject\/repo:example\/platform:environment:drift"$/,
    );
    // the previewer still may not
    assert.deepEqual(
      findAll(onGcp.resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember").map(({ name }) => name),
      ["pulumi-ci-deploy-prod-secrets", "pulumi-ci-watch-secrets", "pulumi-state-key-storage"],
    );
  });

  it("makes the account's provider of GitHub's tokens unless told that it stands", async () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    assert.equal(findAll((await planOf("--cloud", "aws")).resources, type).length, 1);
    const shared = await planOf("--cloud", "aws", "--set", "ci.ownsProvider=false");
    assert.equal(findAll(shared.resources, type).length, 0);
    const { assumeRolePolicy } = find(shared.resources, "aws:iam/role:Role", "pulumi-ci-deploy-prod").inputs;
    assert.ok(typeof assumeRolePolicy === "string");
    assert.match(assumeRolePolicy, /arn:aws:iam::333333333333:oidc-provider\/token\.actions/);
  });

  it("lets nobody in from CI where no deployment is named", async () => {
    for (const cloud of clouds) {
      const { resources } = await planOf("--cloud", cloud, "--set", "ci=");
      assert.deepEqual(
        resources.filter(({ type }) => /(iam\/role|serviceaccount|workloadIdentity)/.test(type)),
        [],
      );
    }
  });

  it("refuses an environment with a wildcard, naming the key", async () => {
    const { status, stderr } = await previewOf("--set", "ci.deployments.prod.environment=*");
    assert.notEqual(status, 0);
    assert.match(stderr, /environment/);
  });

  it("lets nobody use the secrets' key by way of the state's bucket", async () => {
    const { resources } = await planOf("--cloud", "gcp");
    const members = findAll(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember");
    assert.deepEqual(
      members.map(({ name }) => name),
      // and the deployer by its own grant
      ["pulumi-ci-deploy-prod-secrets", "pulumi-state-key-storage"],
    );
  });

  it("keeps versions as long as the stack says", async () => {
    const { resources } = await planOf("--cloud", "gcp", "--set", "stateRetentionDays=90");
    const { lifecycleRules } = find(resources, "gcp:storage/bucket:Bucket", "pulumi-state").inputs;
    assert.deepEqual(lifecycleRules, [
      { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 90, withState: "ARCHIVED" } },
      { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
    ]);
  });

  it("refuses a stack that does not say who owns it, naming the key", async () => {
    const { status, stderr } = await previewOf("--set", "owner=Platform Team");
    assert.notEqual(status, 0);
    assert.match(stderr, /owner/);
  });
});
