"use strict";
/*
 * AWS Secrets Manager by the identity of a pod, with nothing but Node.js: credentials from the agent of EKS Pod Identity
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html), requests signed by Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
const { createHash, createHmac, randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** Headers of a signed request to Secrets Manager. */
function signed({ region, target, body, now, credentials: { AccessKeyId, SecretAccessKey, Token } }) {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    host: `secretsmanager.${region}.amazonaws.com`,
    "x-amz-date": time,
    "x-amz-security-token": Token,
    "x-amz-target": `secretsmanager.${target}`,
  };
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ["POST", "/", "", lines.join(""), names, sha256(body)].join("\n");
  const scope = `${day}/${region}/secretsmanager/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const key = [day, region, "secretsmanager", "aws4_request"].reduce(hmac, `AWS4${SecretAccessKey}`);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const { host: _host, ...sent } = headers;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${AccessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/**
 * @param env what EKS gives a pod (`AWS_CONTAINER_…`), and `AWS_REGION`
 * @param fetch as Node.js has it
 */
function secretStore(env, fetch) {
  const region = env.AWS_REGION;

  async function credentials() {
    const authorization = readFileSync(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "utf8");
    const response = await fetch(env.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers: { authorization } });
    if (!response.ok) throw new Error(`pod identity: expected credentials, got ${response.status}`);
    return response.json();
  }

  async function call(target, asked) {
    const body = JSON.stringify(asked);
    const headers = signed({ region, target, body, now: new Date(), credentials: await credentials() });
    const response = await fetch(`https://secretsmanager.${region}.amazonaws.com/`, {
      method: "POST",
      headers,
      body,
    });
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
exports.signed = signed;
