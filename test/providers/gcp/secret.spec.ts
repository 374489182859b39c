import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Secret, SecretArgs } from "../../../components/secrets/secret";
import { rotationSteps } from "../../../providers/gcp/secretRotation";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";
import { runWorkflow, type WorkflowCall } from "./workflow";

async function makeSecret(args: Partial<SecretArgs> = {}): Promise<Ran<Secret>> {
  return await onGcp((cloud) => cloud.secret("main-secret", { key: "signing-key", ...args }, {}));
}

const secretType = "gcp:secretmanager/secret:Secret";
const workflowType = "gcp:workflows/workflow:Workflow";

describe("GcpSecret", () => {
  it("stays in its region, under a key of its own, and refuses deletion", async () => {
    const { resources } = await makeSecret();
    const secret = find(resources, secretType);
    assert.equal(secret.protect, true);
    assert.equal(secret.inputs["deletionProtection"], true);
    const [replica, ...more] = replicasOf(secret.inputs["replication"]);
    assert.deepEqual(more, []);
    assert.equal(replica?.location, "us-east1");
    assert.match(replica.customerManagedEncryption.kmsKeyName, /\/locations\/us-east1\/.*\/main-secret-key-/);
  });

  it("lets a destroyed version be brought back for a week", async () => {
    const { resources } = await makeSecret();
    assert.equal(find(resources, secretType).inputs["versionDestroyTtl"], "604800s");
  });

  it("is copied to another region under a key of that region, both ready before the secret", async () => {
    const { resources } = await makeSecret({ copyRegion: "us-west1" });
    const secret = find(resources, secretType);
    const replicas = replicasOf(secret.inputs["replication"]);
    assert.deepEqual(
      replicas.map(({ location, customerManagedEncryption: { kmsKeyName } }) => [
        location,
        /\/locations\/([^/]+)\//.exec(kmsKeyName)?.[1],
      ]),
      [
        ["us-east1", "us-east1"],
        ["us-west1", "us-west1"],
      ],
    );
    for (const key of ["main-secret-key", "main-secret-copy-key"]) {
      const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", `${key}-secretmanager`);
      assert.match(textOf(grant.inputs["member"]), /@gcp-sa-secretmanager\.iam\.gserviceaccount\.com$/);
      assert.ok(secret.dependencies.includes(grant.urn), key);
    }
  });

  it("puts no value anywhere: there is no version among the resources", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    assert.deepEqual(
      resources.filter(({ type }) => /secretVersion/i.test(type)),
      [],
    );
  });

  it("rotates nothing where its owner sets the value", async () => {
    const { resources } = await makeSecret();
    assert.deepEqual(findAll(resources, workflowType), []);
    assert.deepEqual(findAll(resources, "gcp:cloudscheduler/job:Job"), []);
  });

  it("keeps a run under our key and out of histories and logs", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const workflow = find(resources, workflowType, "main-secret-rotation");
    assert.match(textOf(workflow.inputs["cryptoKeyName"]), /\/main-secret-rotation-key-/);
    assert.equal(workflow.inputs["executionHistoryLevel"], "EXECUTION_HISTORY_BASIC");
    assert.equal(workflow.inputs["callLogLevel"], "LOG_ERRORS_ONLY");
    const grant = find(
      resources,
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
      "main-secret-rotation-key-workflows",
    );
    assert.ok(workflow.dependencies.includes(grant.urn));
  });

  it("runs the tested steps on this secret, as an account that can read no value", async () => {
    const { result, resources } = await makeSecret({ maxAgeHours: 24 });
    const workflow = find(resources, workflowType);
    const secretId = await valueOf(result.secretId);
    const location = "projects/example-prod/locations/us-east1";
    assert.deepEqual(
      JSON.parse(textOf(workflow.inputs["sourceContents"])),
      rotationSteps({ secretId, everyHours: 12, location }),
    );
    const account = "main-secret-rotation@example-prod.iam.gserviceaccount.com";
    const roles = ["gcp:secretmanager/secretIamMember:SecretIamMember", "gcp:projects/iAMMember:IAMMember"]
      .flatMap((type) => findAll(resources, type))
      .filter(({ inputs }) => inputs["member"] === `serviceAccount:${account}`)
      .map(({ inputs }) => inputs["role"]);
    assert.deepEqual(roles.sort(), [
      "projects/example-prod/roles/main_secret_rotation",
      "roles/secretmanager.secretVersionManager",
      "roles/workflows.invoker",
    ]);
    assert.deepEqual(find(resources, "gcp:projects/iAMCustomRole:IAMCustomRole").inputs["permissions"], [
      "cloudkms.locations.generateRandomBytes",
      "logging.logEntries.create",
    ]);
  });

  it("is looked at every ten minutes, so that a first value is there before the first pod", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const { inputs } = find(resources, "gcp:cloudscheduler/job:Job");
    assert.equal(inputs["schedule"], "*/10 * * * *");
    const target = inputs["httpTarget"] as Readonly<Record<string, unknown>>;
    assert.match(
      textOf(target["uri"]),
      /^https:\/\/workflowexecutions\.googleapis\.com\/v1\/projects\/example-prod\/locations\/us-east1\/workflows\/main-secret-rotation-[0-9a-f]{7}\/executions$/,
    );
    assert.equal(Buffer.from(textOf(target["body"]), "base64").toString(), "{}");
  });

  for (const [access, roles] of [
    ["read", ["secretAccessor", "viewer"]],
    ["readWrite", ["secretAccessor", "viewer", "secretVersionAdder"]],
  ] as const) {
    it(`grants ${access} of this one secret`, async () => {
      const { resources } = await onGcp((cloud) => {
        const network = cloud.network("main-network", networkArgs, {});
        const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
        const args = { cluster, namespace: "app", serviceAccount: "auth" };
        const identity = cloud.workloadIdentity("main-auth", args, {});
        const secret = cloud.secret("main-secret", { key: "signing-key" }, {});
        secret.grant("main-auth-secret", identity, access, { parent: identity });
      });
      const grants = findAll(resources, "gcp:secretmanager/secretIamMember:SecretIamMember");
      assert.deepEqual(
        grants.map(({ inputs }) => textOf(inputs["role"]).replace("roles/secretmanager.", "")).sort(),
        [...roles].sort(),
      );
      for (const { inputs } of grants) {
        assert.match(textOf(inputs["secretId"]), /^projects\/example-prod\/secrets\/main-secret-/);
        assert.equal(inputs["member"], "serviceAccount:main-auth@example-prod.iam.gserviceaccount.com");
      }
    });
  }

  it("tells workloads its name, and no value", async () => {
    const { result } = await makeSecret();
    assert.deepEqual(Object.keys(result.connection), ["SIGNING_KEY_SECRET_ID"]);
    assert.match(
      await valueOf(result.secretId),
      /^projects\/example-prod\/secrets\/main-secret-[0-9a-f]{7}$/,
    );
  });
});

interface Version {
  readonly name: string;
  readonly createTime: string;
  readonly value: string;
  state: "ENABLED" | "DISABLED";
}

/** Secret Manager with one secret, and Cloud HSM, as the workflow calls them. */
class FakeApi {
  now = Date.parse("2026-01-01T00:00:00Z") / 1000;
  readonly versions: Version[] = [];
  private readonly steps = rotationSteps({
    secretId: "projects/p/secrets/s",
    everyHours: 12,
    location: "projects/p/locations/us-east1",
  }).main.steps;

  run(): void {
    runWorkflow(this.steps, (call) => this.answer(call), this.now);
  }

  /** Runs it every ten minutes for so long. */
  pass(hours: number): void {
    for (let ticks = hours * 6; ticks > 0; ticks--) {
      this.now += 600;
      this.run();
    }
  }

  get enabled(): readonly Version[] {
    return this.versions.filter(({ state }) => state === "ENABLED");
  }

  private answer({ method, url, body }: WorkflowCall): unknown {
    const manager = "https://secretmanager.googleapis.com/v1/projects/p/secrets/s";
    switch (`${method} ${url}`) {
      case `get ${manager}/versions?filter=state:ENABLED&pageSize=100`:
        return this.enabled.length === 0 ? {} : { versions: [...this.enabled].reverse(), totalSize: 1 };
      case "post https://cloudkms.googleapis.com/v1/projects/p/locations/us-east1:generateRandomBytes":
        assert.deepEqual(body, { lengthBytes: 48, protectionLevel: "HSM" });
        return { data: randomBytes(48).toString("base64") };
      case `post ${manager}:addVersion`: {
        const { payload } = body as { readonly payload: { readonly data: string } };
        this.versions.push({
          name: `projects/p/secrets/s/versions/${this.versions.length + 1}`,
          createTime: new Date(this.now * 1000).toISOString(),
          value: Buffer.from(payload.data, "base64").toString(),
          state: "ENABLED",
        });
        return {};
      }
      default: {
        const destroyed = this.versions.find(
          ({ name }) => url === `https://secretmanager.googleapis.com/v1/${name}:destroy`,
        );
        if (destroyed === undefined) throw new Error(`no such call: ${method} ${url}`);
        destroyed.state = "DISABLED";
        return {};
      }
    }
  }
}

describe("the workflow that rotates a secret", () => {
  it("gives a secret without a value its first, of 48 random bytes", () => {
    const api = new FakeApi();
    api.run();
    const [first, ...more] = api.versions;
    assert.deepEqual(more, []);
    assert.match(first?.value ?? "", /^[A-Za-z0-9+/]{64}$/);
  });

  it("leaves a value alone until it is as old as it may be", () => {
    const api = new FakeApi();
    api.run();
    api.pass(11);
    assert.equal(api.versions.length, 1);
    api.pass(1);
    assert.equal(api.versions.length, 2);
  });

  it("keeps the value before and lets all older ones go", () => {
    const api = new FakeApi();
    api.pass(50);
    assert.equal(api.versions.length, 5);
    assert.deepEqual(api.enabled, api.versions.slice(-2));
    assert.equal(new Set(api.versions.map(({ value }) => value)).size, 5);
  });
});

function replicasOf(replication: unknown): readonly {
  readonly location: string;
  readonly customerManagedEncryption: { readonly kmsKeyName: string };
}[] {
  return (replication as { readonly userManaged: { readonly replicas: ReturnType<typeof replicasOf> } })
    .userManaged.replicas;
}
