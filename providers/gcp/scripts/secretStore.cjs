"use strict";
/* Google Secret Manager by the identity of a pod (https://cloud.google.com/secret-manager/docs/reference/rest). */
const { podToken } = require("./podToken.cjs");

/**
 * @param _env nothing that it needs
 * @param fetch as Node.js has it
 */
function secretStore(_env, fetch) {
  async function call(method, path, body) {
    const response = await fetch(`https://secretmanager.googleapis.com/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${await podToken(fetch)}`, "content-type": "application/json" },
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
