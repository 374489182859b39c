"use strict";
/*
 * Google Secret Manager by the identity of a pod, with nothing but Node.js: a token from GKE's metadata server
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#metadata_server), and the API's own methods
 * (https://cloud.google.com/secret-manager/docs/reference/rest).
 */
const metadata = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token";

/**
 * @param _env nothing that it needs
 * @param fetch as Node.js has it
 */
function secretStore(_env, fetch) {
  async function token() {
    const response = await fetch(metadata, { headers: { "Metadata-Flavor": "Google" } });
    if (!response.ok) throw new Error(`workload identity: expected a token, got ${response.status}`);
    return (await response.json()).access_token;
  }

  async function call(method, path, body) {
    const response = await fetch(`https://secretmanager.googleapis.com/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    // its status alone: a message may quote what was asked
    if (!response.ok) throw new Error(`${method} ${path}: got ${response.status} ${answer.error?.status}`);
    return answer;
  }

  return {
    read: async (id) => {
      const { payload } = await call("GET", `${id}/versions/latest:access`);
      return Buffer.from(payload.data, "base64").toString("utf8");
    },
    add: async (id, value) => {
      const data = Buffer.from(value, "utf8").toString("base64");
      await call("POST", `${id}:addVersion`, { payload: { data } });
    },
  };
}

exports.secretStore = secretStore;
