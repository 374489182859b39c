"use strict";
/*
 * Initialises Vault where nobody has, and makes it what its configuration says: run by a job in the cluster, with nothing
 * but Node.js. Whatever is there already stays as it is; what the configuration no longer names is taken away. Running it
 * again changes nothing.
 *
 * What it prints names paths alone: no token, no key and no password.
 */
const { readFileSync } = require("node:fs");
const { signIn, vaultAt } = require("./vaultApi.cjs");

/** Shares of the key with which a root token can be made where all else is lost, and how many of them it takes. */
const recovery = { recovery_shares: 5, recovery_threshold: 3 };

/** What Vault itself has, and nobody configures. */
const builtIn = { policies: new Set(["root", "default"]) };

/** Names below a path; none where there is nothing yet. */
async function list(call, path) {
  try {
    return (await call("LIST", path)).data.keys;
  } catch (error) {
    if (error.status === 404) return [];
    throw error;
  }
}

/** Sign-in methods, engines and audit devices: made once, and otherwise tuned by hand with the configuration. */
async function mount(call, log, kind, asked) {
  const { data } = await call("GET", kind);
  for (const [path, spec] of Object.entries(asked)) {
    const there = data[`${path}/`];
    if (there === undefined) {
      await call("POST", `${kind}/${path}`, spec);
      log(`made ${kind}/${path}`);
    } else if (there.type !== spec.type) {
      throw new Error(`${kind}/${path}: expected ${spec.type}, got ${there.type}`);
    }
  }
}

/** Objects by their names, all of which the configuration owns. */
async function keep(call, log, path, asked, spared = new Set()) {
  for (const [name, spec] of Object.entries(asked)) await call("POST", `${path}/${name}`, spec);
  for (const name of await list(call, path)) {
    if (!(name in asked) && !spared.has(name)) {
      await call("DELETE", `${path}/${name}`);
      log(`took away ${path}/${name}`);
    }
  }
}

/** The authority whose key never leaves Vault: made once, for as long as it is asked for. */
async function authority(call, log, mountPath, spec) {
  const issuers = await list(call, `${mountPath}/issuers`);
  if (issuers.length > 0) return;
  await call("POST", `${mountPath}/root/generate/internal`, spec);
  log(`made the authority of ${mountPath}`);
}

/** A server's connection, with what signs in to it: of a password it is told each time, since others change it. */
async function connection(call, log, store, name, { settings, secretId }) {
  const credentials = secretId === undefined ? {} : JSON.parse(await store.read(secretId));
  const { username, password } = credentials;
  const path = `database/config/${name}`;
  if (secretId !== undefined && (typeof username !== "string" || typeof password !== "string")) {
    throw new Error(`${path}: expected a secret with username and password, got something else`);
  }
  await call("POST", path, { ...settings, ...(secretId === undefined ? {} : { username, password }) });
  log(`connected ${path}`);
}

/** Makes Vault what the configuration says; one server that can't be reached keeps nothing else from being made. */
async function apply(call, log, store, config) {
  await mount(call, log, "sys/auth", config.auth);
  await mount(call, log, "sys/mounts", config.mounts);
  await mount(call, log, "sys/audit", config.audit);
  for (const [path, body] of Object.entries(config.settings)) {
    await call("POST", path, body);
  }
  await keep(call, log, "sys/policies/acl", config.policies, builtIn.policies);
  await keep(call, log, "auth/kubernetes/role", config.roles);
  await authority(call, log, "pki", config.authority);
  await keep(call, log, "pki/roles", config.certificates);
  const failures = [];
  for (const [name, spec] of Object.entries(config.databases)) {
    try {
      await connection(call, log, store, name, spec);
    } catch (error) {
      failures.push(error);
    }
  }
  await keep(call, log, "database/roles", config.databaseRoles);
  for (const name of await list(call, "database/config")) {
    if (!(name in config.databases)) await call("DELETE", `database/config/${name}`);
  }
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
}

/** Runs it until it is done; a server that does not answer is another run's. */
async function attempts(most, sleep, work) {
  for (let made = 1; ; made += 1) {
    try {
      return await work();
    } catch (error) {
      if (made >= most || error instanceof AggregateError) throw error;
      await sleep(5000);
    }
  }
}

/** Asks until it answers; Vault needs a moment to start, and to find a leader. */
async function until(sleep, ask, what) {
  for (let left = 60; ; left -= 1) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (left === 0) throw error;
    }
    if (left === 0) throw new Error(`${what}: expected an answer within five minutes, got none`);
    await sleep(5000);
  }
}

/**
 * @param fetch as Node.js has it
 * @param store the cloud's secrets: `read(id)` gives a value, `add(id, value)` makes another the current one
 * @param config what Vault is to be; `first` and `address` say where it answers before there is a leader, and after
 * @param token of the service account, for Vault alone
 * @param initialises whether it may initialise Vault, which one job alone may
 */
async function configure({ fetch, store, config, token, initialises, log, sleep }) {
  const first = vaultAt(fetch, config.first);
  const { initialized } = await until(sleep, () => first("GET", "sys/init"), config.first);
  let root;
  if (!initialized) {
    if (!initialises)
      throw new Error("sys/init: expected an initialised Vault, got none: only the first job makes it");
    // Vault tells its keys once: whoever can't keep them must not ask
    await store.add(config.recoverySecretId, JSON.stringify({ state: "about to be made" }));
    const { root_token: made, recovery_keys_base64: keys } = await first("PUT", "sys/init", recovery);
    await store.add(
      config.recoverySecretId,
      JSON.stringify({ recoveryKeys: keys, threshold: recovery.recovery_threshold }),
    );
    root = made;
    log("initialised; the recovery keys are in the cloud's secret store");
  }
  await until(
    sleep,
    async () => ((await vaultAt(fetch, config.address)("GET", "sys/health")).sealed ? undefined : true),
    config.address,
  );
  const call = vaultAt(fetch, config.address, root ?? (await signIn(fetch, config, token)));
  try {
    // of the first run each step is tried again, since the role by which the next would sign in may not be there yet
    await attempts(root === undefined ? 1 : 5, sleep, () => apply(call, log, store, config));
  } finally {
    // none is kept, whatever came of it: the next run signs in by its role, if that was made
    await call("POST", "auth/token/revoke-self");
    if (root !== undefined) log("revoked the root token");
  }
}

exports.configure = configure;

if (require.main === module) {
  const folder = __dirname;
  configure({
    fetch,
    store: require("./secretStore.cjs").secretStore(process.env, fetch),
    config: JSON.parse(readFileSync(`${folder}/config.json`, "utf8")),
    token: readFileSync(process.env.VAULT_JWT_FILE, "utf8"),
    initialises: process.env.VAULT_INITIALISE === "true",
    log: (line) => console.log(line),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
