import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Request {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

// the job's own language, which has no types: this is what the file exports
const { secretStore } = createRequire(__filename)("../../../providers/aws/scripts/secretStore.cjs") as {
  readonly secretStore: (
    env: Record<string, string>,
    fetch: (url: string, init?: { headers?: Record<string, string>; body?: string }) => Promise<Response>,
  ) => {
    readonly read: (id: string) => Promise<string>;
    readonly add: (id: string, value: string) => Promise<void>;
  };
};
const { signed } = createRequire(__filename)("../../../providers/aws/scripts/podRequest.cjs") as {
  readonly signed: (request: object) => Record<string, string>;
};

const credentials = {
  AccessKeyId: "AKIDEXAMPLE",
  SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  Token: "session",
};

describe("Secrets Manager in a pod", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-"));
    writeFileSync(join(folder, "token"), "pod-token");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function storeAnswering(status: number, answer: object) {
    const requests: Request[] = [];
    const store = secretStore(
      {
        AWS_REGION: "eu-west-1",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, "token"),
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
      },
      (url, { headers = {}, body } = {}) => {
        requests.push({ url, headers, body });
        const agent = url.startsWith("http://169.254.170.23/");
        return Promise.resolve(agent ? Response.json(credentials) : Response.json(answer, { status }));
      },
    );
    return { store, requests };
  }

  it("signs a request as AWS's own SDK does", () => {
    const { authorization } = signed({
      service: "secretsmanager",
      region: "eu-west-1",
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        host: "secretsmanager.eu-west-1.amazonaws.com",
        "x-amz-target": "secretsmanager.GetSecretValue",
      },
      body: '{"SecretId":"keys"}',
      now: new Date("2026-11-21T12:00:00Z"),
      credentials,
    });
    // by botocore 1.43.11 (auth.SigV4Auth), of the same request
    const signature = "7efd01c593e975773f031b875644eca9218591b9e8d63dfd2f6ca5ebe0d582a3";
    assert.ok(authorization?.endsWith(`Signature=${signature}`), authorization);
  });

  it("signs an object as AWS's own SDK does", () => {
    const digest = "16a0eeb0791b6c92451fd284dd9f599e0a7dbe7f6ebea6e2d2d06c7f74aec112";
    const headers = signed({
      service: "s3",
      region: "eu-west-1",
      method: "PUT",
      path: "/vault.snap",
      headers: { host: "shop.s3.eu-west-1.amazonaws.com", "x-amz-content-sha256": digest },
      body: Buffer.from("snapshot"),
      now: new Date("2026-11-21T12:00:00Z"),
      credentials,
    });
    // by botocore 1.43.11 (auth.S3SigV4Auth), of the same request
    const signature = "e7647344b7791da54371e4db5049f71025619b7a51fa21516601e85594f09c29";
    assert.ok(headers["authorization"]?.endsWith(`Signature=${signature}`), headers["authorization"]);
    assert.equal(headers["host"], undefined);
  });

  it("reads a value by the credentials of the pod's agent", async () => {
    const { store, requests } = storeAnswering(200, { SecretString: "value" });
    assert.equal(await store.read("keys"), "value");
    assert.equal(requests[0]?.headers["authorization"], "pod-token");
    assert.equal(requests[1]?.url, "https://secretsmanager.eu-west-1.amazonaws.com/");
    assert.equal(requests[1].headers["x-amz-target"], "secretsmanager.GetSecretValue");
  });

  it("adds a value, by a token of its own each time", async () => {
    const { store, requests } = storeAnswering(200, {});
    await store.add("keys", "one");
    await store.add("keys", "one");
    const bodies = requests.flatMap(({ body }) =>
      body === undefined ? [] : [JSON.parse(body) as Record<string, string>],
    );
    assert.deepEqual(
      bodies.map(({ SecretString }) => SecretString),
      ["one", "one"],
    );
    assert.equal(new Set(bodies.map(({ ClientRequestToken }) => ClientRequestToken)).size, 2);
  });

  it("says of a refusal what it was about, and nothing of the value", async () => {
    const { store } = storeAnswering(400, {
      __type: "AccessDeniedException",
      Message: "the value is secret",
    });
    await assert.rejects(store.add("keys", "secret"), (error: Error) => {
      assert.match(error.message, /PutSecretValue keys: got 400 AccessDeniedException/);
      assert.doesNotMatch(error.message, /secret\b/);
      return true;
    });
  });
});
