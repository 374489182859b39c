import assert from "node:assert/strict";
import { createRequire } from "node:module";

interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

// the job's own language, which has no types: this is what the file exports
const { secretStore } = createRequire(__filename)("../../../providers/gcp/scripts/secretStore.cjs") as {
  readonly secretStore: (
    env: object,
    fetch: (url: string, init?: Init) => Promise<Response>,
  ) => {
    readonly read: (id: string) => Promise<string>;
    readonly add: (id: string, value: string) => Promise<void>;
  };
};

const id = "projects/shop/secrets/keys";

function storeAnswering(status: number, answer: object) {
  const requests: (Init & { readonly url: string })[] = [];
  const store = secretStore({}, (url, init = {}) => {
    requests.push({ url, ...init });
    const metadata = url.startsWith("http://169.254.169.254/");
    return Promise.resolve(
      metadata ? Response.json({ access_token: "pod-token" }) : Response.json(answer, { status }),
    );
  });
  return { store, requests };
}

describe("Secret Manager in a pod", () => {
  it("reads the newest value by the token of GKE's metadata server", async () => {
    const data = Buffer.from("value").toString("base64");
    const { store, requests } = storeAnswering(200, { payload: { data } });
    assert.equal(await store.read(id), "value");
    assert.equal(requests[0]?.headers?.["Metadata-Flavor"], "Google");
    assert.equal(requests[1]?.url, `https://secretmanager.googleapis.com/v1/${id}/versions/latest:access`);
    assert.equal(requests[1].headers?.["authorization"], "Bearer pod-token");
  });

  it("adds a version", async () => {
    const { store, requests } = storeAnswering(200, {});
    await store.add(id, "value");
    assert.equal(requests[1]?.url, `https://secretmanager.googleapis.com/v1/${id}:addVersion`);
    assert.deepEqual(JSON.parse(requests[1].body ?? ""), {
      payload: { data: Buffer.from("value").toString("base64") },
    });
  });

  it("says of a refusal what it was about, and nothing of the value", async () => {
    const { store } = storeAnswering(403, { error: { status: "PERMISSION_DENIED", message: "the value" } });
    await assert.rejects(store.add(id, "value"), /addVersion: got 403 PERMISSION_DENIED$/);
  });
});
