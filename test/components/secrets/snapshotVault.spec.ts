import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";

interface Run {
  readonly fetch: typeof fetch;
  readonly store: { readonly put: (bucket: string, name: string, body: Uint8Array) => Promise<void> };
  readonly config: object;
  readonly token: string;
  readonly log: (line: string) => void;
}

// the job's own language, which has no types: this is what the file exports
const { snapshot } = createRequire(__filename)("../../../components/secrets/vaultScripts/snapshot.cjs") as {
  readonly snapshot: (run: Run) => Promise<void>;
};

const config = {
  address: "https://vault-active.vault.svc:8200",
  role: "vault-snapshot",
  bucket: "shop",
  object: "vault.snap",
};

/** A tar archive of these files, as Vault makes one. */
function tar(files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, "latin1");
    header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    const data = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    data.write(text);
    return [header, data];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const unsealed = { "meta.json": "{}", "state.bin": "x".repeat(600), SHA256SUMS: "sums" };
const whole = { ...unsealed, "SHA256SUMS.sealed": "sealed" };

async function runOn(answer: () => Response, refuses = false) {
  const requests: string[] = [];
  const kept: { readonly bucket: string; readonly name: string; readonly body: Uint8Array }[] = [];
  const lines: string[] = [];
  const failure = await snapshot({
    fetch: (url, init = {}) => {
      const path = (url instanceof Request ? url.url : url.toString()).replace(`${config.address}/v1/`, "");
      const token = (init.headers as Record<string, string>)["X-Vault-Token"] ?? "nobody";
      requests.push(`${init.method ?? "GET"} ${path} by ${token}`);
      if (path === "auth/kubernetes/login") {
        assert.deepEqual(JSON.parse(init.body as string), { role: "vault-snapshot", jwt: "jwt" });
        return Promise.resolve(Response.json({ auth: { client_token: "own" } }));
      }
      return Promise.resolve(
        path === "sys/storage/raft/snapshot" ? answer() : new Response(null, { status: 204 }),
      );
    },
    store: {
      put: (bucket, name, body) => {
        if (refuses) return Promise.reject(new Error("PUT shop/vault.snap: got 403"));
        kept.push({ bucket, name, body });
        return Promise.resolve();
      },
    },
    config,
    token: "jwt",
    log: (line) => lines.push(line),
  }).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  return { requests, kept, lines, failure };
}

describe("the snapshot of Vault", () => {
  it("is kept as Vault gives it, by a token that is given back", async () => {
    const bytes = gzipSync(tar(whole));
    const { requests, kept, failure, lines } = await runOn(() => new Response(bytes));
    assert.equal(failure, undefined);
    assert.deepEqual(requests, [
      "POST auth/kubernetes/login by nobody",
      "GET sys/storage/raft/snapshot by own",
      "POST auth/token/revoke-self by own",
    ]);
    assert.deepEqual(kept, [{ bucket: "shop", name: "vault.snap", body: bytes }]);
    assert.deepEqual(lines, [`kept ${bytes.length} bytes as vault.snap`]);
  });

  for (const [what, bytes, says] of [
    ["that ends before what Vault writes last", gzipSync(tar(unsealed)), /expected SHA256SUMS\.sealed in it/],
    ["whose last file is empty", gzipSync(tar({ ...whole, "SHA256SUMS.sealed": "" })), /SHA256SUMS\.sealed/],
    ["that was cut off", gzipSync(tar(whole)).subarray(0, 60), /expected a whole archive, got Z_BUF_ERROR/],
    ["that is none", Buffer.from("<html>"), /expected a whole archive, got Z_DATA_ERROR/],
    ["of nothing", Buffer.alloc(0), /expected a whole archive/],
  ] as const) {
    it(`is not kept ${what}, and the token is given back`, async () => {
      const { requests, kept, failure } = await runOn(() => new Response(bytes));
      assert.match(failure?.message ?? "", says);
      assert.deepEqual(kept, []);
      assert.equal(requests.at(-1), "POST auth/token/revoke-self by own");
    });
  }

  it("fails where Vault refuses it, or the bucket does", async () => {
    const refused = await runOn(() => Response.json({ errors: ["permission denied"] }, { status: 403 }));
    assert.match(refused.failure?.message ?? "", /raft\/snapshot: expected to be let, got 403$/);
    const full = await runOn(() => new Response(gzipSync(tar(whole))), true);
    assert.match(full.failure?.message ?? "", /PUT shop\/vault\.snap: got 403/);
    assert.equal(full.requests.at(-1), "POST auth/token/revoke-self by own");
  });
});
