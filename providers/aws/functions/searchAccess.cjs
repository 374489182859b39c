"use strict";
/*
 * Says in a domain of OpenSearch Service what an IAM role may do with its indices: fine-grained access control lets in
 * nobody whom its own tables do not know, and those are written by its own API alone, by the domain's master user. This
 * function runs as that user, and nobody else does.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
 *
 * Called by the program as a grant is made, changed and taken away (`tf.action`). Each call can run twice.
 */
const { createHash, createHmac } = require("node:crypto");

const everyIndex = (allowed_actions) => [{ index_patterns: ["*"], allowed_actions }];

/** By access, in the action groups of OpenSearch's security plugin; neither has administration of users or of the domain. */
const permissions = {
  read: {
    cluster_permissions: ["cluster_composite_ops_ro"],
    index_permissions: everyIndex(["read", "indices_monitor"]),
  },
  readWrite: {
    cluster_permissions: ["cluster_composite_ops", "cluster_monitor"],
    index_permissions: everyIndex(["crud", "create_index", "manage"]),
  },
};

/**
 * @param call sends a request to the domain: `(method, path, body?)`, answers the status
 */
function access(call) {
  const paths = (user) =>
    ["roles", "rolesmapping"].map((table) => `/_plugins/_security/api/${table}/${user}`);

  async function put(path, body) {
    const status = await call("PUT", path, body);
    if (status !== 200 && status !== 201) throw new Error(`PUT ${path}: expected 200 or 201, got ${status}`);
  }

  async function remove(path) {
    const status = await call("DELETE", path);
    if (status !== 200 && status !== 404)
      throw new Error(`DELETE ${path}: expected 200 or 404, got ${status}`);
  }

  return async ({ user, access: asked, roleArn, tf: { action } = {} }) => {
    if (!/^[a-z0-9-]+$/.test(user ?? "")) {
      throw new Error(`user: expected letters, digits and dashes, got ${user}`);
    }
    const [role, mapping] = paths(user);
    if (action === "delete") {
      await remove(mapping);
      await remove(role);
      return { user, access: "none" };
    }
    if (!Object.hasOwn(permissions, asked)) {
      throw new Error(`access: expected read or readWrite, got ${asked}`);
    }
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn ?? "")) {
      throw new Error(`roleArn: expected a role, got ${roleArn}`);
    }
    await put(role, permissions[asked]);
    await put(mapping, { backend_roles: [roleArn] });
    return { user, access: asked };
  };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/**
 * Headers of a request signed by Signature Version 4.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
function signed({ method, host, path, body = "", region, service, credentials, now }) {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = now.toISOString().replace(/[:-]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers = {
    host,
    "x-amz-date": time,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const request = [
    method,
    path,
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${secretAccessKey}`);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

/** Sends to the one domain that the function is for. */
function caller({ SEARCH_HOST: host, AWS_REGION: region, ...env }) {
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN,
  };
  return async (method, path, content) => {
    const body = content === undefined ? undefined : JSON.stringify(content);
    const request = { method, host, path, body, region, service: "es", credentials, now: new Date() };
    const { status } = await fetch(`https://${host}${path}`, {
      method,
      headers: { ...signed(request), "content-type": "application/json" },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(20_000),
    });
    return status;
  };
}

exports.access = access;
exports.signed = signed;
exports.handler = (event) => access(caller(process.env))(event);
