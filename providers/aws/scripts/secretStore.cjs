"use strict";
/* AWS Secrets Manager by the identity of a pod. */
const { randomUUID } = require("node:crypto");
const { podCredentials, signed } = require("./podRequest.cjs");

/**
 * @param env what EKS gives a pod (`AWS_CONTAINER_…`), and `AWS_REGION`
 * @param fetch as Node.js has it
 */
function secretStore(env, fetch) {
  const region = env.AWS_REGION;
  const host = `secretsmanager.${region}.amazonaws.com`;

  async function call(target, asked) {
    const body = JSON.stringify(asked);
    const headers = signed({
      service: "secretsmanager",
      region,
      method: "POST",
      path: "/",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        host,
        "x-amz-target": `secretsmanager.${target}`,
      },
      body,
      now: new Date(),
      credentials: await podCredentials(env, fetch),
    });
    const response = await fetch(`https://${host}/`, { method: "POST", headers, body });
    const answer = await response.json();
    // its type alone: a message may quote what was asked
    if (!response.ok) throw new Error(`${target} ${asked.SecretId}: got ${response.status} ${answer.__type}`);
    return answer;
  }

  return {
    read: async (SecretId) => (await call("GetSecretValue", { SecretId })).SecretString,
    add: async (SecretId, SecretString) => {
      await call("PutSecretValue", { SecretId, SecretString, ClientRequestToken: randomUUID() });
    },
  };
}

exports.secretStore = secretStore;
