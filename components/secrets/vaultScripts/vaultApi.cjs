"use strict";
/* Vault's API for jobs in the cluster, with nothing but Node.js. */

/** A request that Vault refused: its status, and what it says of it, which quotes no secret. */
class Refused extends Error {
  constructor(method, path, status, errors) {
    super(`${method} ${path}: expected to be let, got ${status} ${errors.join("; ")}`);
    this.status = status;
  }
}

/**
 * Vault's API at an address.
 *
 * @param fetch as Node.js has it
 */
function vaultAt(fetch, address, token) {
  return async function call(method, path, body) {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { "X-Vault-Request": "true", ...(token === undefined ? {} : { "X-Vault-Token": token }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    const answer = text === "" ? {} : JSON.parse(text);
    if (!response.ok) throw new Refused(method, path, response.status, answer.errors ?? []);
    return answer;
  };
}

/** Signs in by a service account's token; a token of Vault's. */
async function signIn(fetch, { address, role }, token) {
  const answer = await vaultAt(fetch, address)("POST", "auth/kubernetes/login", { role, jwt: token });
  return answer.auth.client_token;
}

exports.signIn = signIn;
exports.vaultAt = vaultAt;
