"use strict";
/*
 * Requests to AWS by the identity of a pod, with nothing but Node.js: credentials from the agent of EKS Pod Identity
 * (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html), requests signed by Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
const { createHash, createHmac } = require("node:crypto");
const { readFileSync } = require("node:fs");

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/**
 * Headers of a request to a service, signed. Whatever is given is signed too.
 *
 * @param headers lower-case, `host` among them
 */
function signed({ service, region, method, path, headers, body, now, credentials }) {
  const { AccessKeyId, SecretAccessKey, Token } = credentials;
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const all = Object.entries({ ...headers, "x-amz-date": time, "x-amz-security-token": Token }).sort(
    ([one], [other]) => (one < other ? -1 : 1),
  );
  const names = all.map(([name]) => name).join(";");
  const lines = all.map(([name, value]) => `${name}:${value}\n`).join("");
  const request = [method, path, "", lines, names, sha256(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${SecretAccessKey}`);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const { host: _host, ...sent } = Object.fromEntries(all);
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${AccessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/**
 * @param env what EKS gives a pod (`AWS_CONTAINER_…`)
 * @param fetch as Node.js has it
 */
async function podCredentials(env, fetch) {
  const authorization = readFileSync(env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "utf8");
  const response = await fetch(env.AWS_CONTAINER_CREDENTIALS_FULL_URI, { headers: { authorization } });
  if (!response.ok) throw new Error(`pod identity: expected credentials, got ${response.status}`);
  return response.json();
}

exports.podCredentials = podCredentials;
exports.sha256 = sha256;
exports.signed = signed;
