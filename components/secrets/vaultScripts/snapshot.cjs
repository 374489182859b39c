"use strict";
/*
 * Keeps a snapshot of all that Vault has in a bucket, as another version of one object: run by a job in the cluster, with
 * nothing but Node.js. What is in it stays encrypted by Vault, whose key the cloud's KMS opens.
 */
const { readFileSync } = require("node:fs");
const { gunzipSync } = require("node:zlib");
const { signIn, vaultAt } = require("./vaultApi.cjs");

/** What Vault writes last: without it, it has stopped half-way, and has answered 200 all the same. */
const last = "SHA256SUMS.sealed";

const block = 512;

/** Sizes of the files of a tar archive, by name. */
function sizes(tar) {
  const found = {};
  for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
    const [name] = tar.toString("latin1", at, at + 100).split("\0");
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 136), 8);
    found[name] = size;
    at += block + Math.ceil(size / block) * block;
  }
  return found;
}

/** Refuses what is no whole snapshot. */
function checkWhole(bytes) {
  let files;
  try {
    files = sizes(gunzipSync(bytes));
  } catch (error) {
    throw new Error(`sys/storage/raft/snapshot: expected a whole archive, got ${error.code}`);
  }
  if (!(files[last] > 0)) throw new Error(`sys/storage/raft/snapshot: expected ${last} in it, got none`);
}

/**
 * @param fetch as Node.js has it
 * @param store the cloud's buckets: `put(bucket, name, bytes)` makes an object, or another version of it
 * @param config where the leader answers, the role to sign in by, and the bucket and the object
 * @param token of the service account, for Vault alone
 */
async function snapshot({ fetch, store, config, token, log }) {
  const { address, bucket, object } = config;
  const own = await signIn(fetch, config, token);
  try {
    const response = await fetch(`${address}/v1/sys/storage/raft/snapshot`, {
      headers: { "X-Vault-Request": "true", "X-Vault-Token": own },
      signal: AbortSignal.timeout(600_000),
    });
    if (!response.ok)
      throw new Error(`sys/storage/raft/snapshot: expected to be let, got ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    checkWhole(bytes);
    await store.put(bucket, object, bytes);
    log(`kept ${bytes.length} bytes as ${object}`);
  } finally {
    await vaultAt(fetch, address, own)("POST", "auth/token/revoke-self");
  }
}

exports.snapshot = snapshot;

if (require.main === module) {
  snapshot({
    fetch,
    store: require("./objectStore.cjs").objectStore(process.env, fetch),
    config: JSON.parse(readFileSync(`${__dirname}/config.json`, "utf8")),
    token: readFileSync(process.env.VAULT_JWT_FILE, "utf8"),
    log: (line) => console.log(line),
  }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
