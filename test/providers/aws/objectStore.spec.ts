import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

// the job's own language, which has no types: this is what the file exports
const { objectStore } = createRequire(__filename)("../../../providers/aws/scripts/objectStore.cjs") as {
  readonly objectStore: (
    env: Record<string, string>,
    fetch: (url: string, init?: Init) => Promise<Response>,
  ) => { readonly put: (bucket: string, name: string, body: Uint8Array) => Promise<void> };
};

const credentials = { AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "secret", Token: "session" };
const body = Buffer.from("snapshot");

describe("S3 in a pod", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-"));
    writeFileSync(join(folder, "token"), "pod-token");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function storeAnswering(answer: () => Response) {
    const requests: (Init & { readonly url: string })[] = [];
    const store = objectStore(
      {
        AWS_REGION: "eu-west-1",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(folder, "token"),
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
      },
      (url, init = {}) => {
        requests.push({ url, ...init });
        const agent = url.startsWith("http://169.254.170.23/");
        return Promise.resolve(agent ? Response.json(credentials) : answer());
      },
    );
    return { store, requests };
  }

  it("keeps an object by the credentials of the pod's agent, with its digest signed", async () => {
    const { store, requests } = storeAnswering(() => new Response());
    await store.put("shop", "vault.snap", body);
    const [agent, put] = requests;
    assert.equal(agent?.headers?.["authorization"], "pod-token");
    assert.equal(put?.url, "https://shop.s3.eu-west-1.amazonaws.com/vault.snap");
    assert.equal(put.method, "PUT");
    assert.deepEqual(put.body, body);
    const { authorization = "", ...headers } = put.headers ?? {};
    assert.match(
      authorization,
      /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    assert.match(headers["x-amz-content-sha256"] ?? "", /^16a0eeb0/);
    assert.equal(headers["x-amz-security-token"], "session");
  });

  it("says what S3 refused, and why", async () => {
    const refused = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
    const { store } = storeAnswering(() => new Response(refused, { status: 403 }));
    await assert.rejects(
      store.put("shop", "vault.snap", body),
      /PUT shop\/vault\.snap: got 403 AccessDenied$/,
    );
  });
});
