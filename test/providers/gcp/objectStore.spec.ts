import assert from "node:assert/strict";
import { createRequire } from "node:module";

interface Init {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

// the job's own language, which has no types: this is what the file exports
const { objectStore } = createRequire(__filename)("../../../providers/gcp/scripts/objectStore.cjs") as {
  readonly objectStore: (
    env: object,
    fetch: (url: string, init?: Init) => Promise<Response>,
  ) => { readonly put: (bucket: string, name: string, body: Uint8Array) => Promise<void> };
};

const body = Buffer.from("snapshot");
/** MD5 of it, base64, by `openssl md5 -binary | base64`. */
const digest = "wyLT3inSsMXi4BHa1ed98g==";

function storeAnswering(status: number, answer: object) {
  const requests: (Init & { readonly url: string })[] = [];
  const store = objectStore({}, (url, init = {}) => {
    requests.push({ url, ...init });
    const metadata = url.startsWith("http://169.254.169.254/");
    return Promise.resolve(
      metadata ? Response.json({ access_token: "pod-token" }) : Response.json(answer, { status }),
    );
  });
  return { store, requests };
}

describe("Cloud Storage in a pod", () => {
  it("keeps an object by the token of GKE's metadata server", async () => {
    const { store, requests } = storeAnswering(200, { md5Hash: digest });
    await store.put("shop", "vault.snap", body);
    const [metadata, insert] = requests;
    assert.equal(metadata?.headers?.["Metadata-Flavor"], "Google");
    assert.equal(
      insert?.url,
      "https://storage.googleapis.com/upload/storage/v1/b/shop/o?uploadType=media&name=vault.snap",
    );
    assert.equal(insert.headers?.["authorization"], "Bearer pod-token");
    assert.deepEqual(insert.body, body);
  });

  it("refuses what was kept otherwise than it was sent", async () => {
    const { store } = storeAnswering(200, { md5Hash: "AAAAAAAAAAAAAAAAAAAAAA==" });
    await assert.rejects(store.put("shop", "vault.snap", body), /expected the digest wyLT.*, got AAAA/);
  });

  it("says what was refused", async () => {
    const { store } = storeAnswering(403, {});
    await assert.rejects(store.put("shop", "vault.snap", body), /insert shop\/vault\.snap: got 403$/);
  });
});
