"use strict";
/* Amazon S3 by the identity of a pod. */
const { podCredentials, sha256, signed } = require("./podRequest.cjs");

/**
 * @param env what EKS gives a pod (`AWS_CONTAINER_…`), and `AWS_REGION`
 * @param fetch as Node.js has it
 */
function objectStore(env, fetch) {
  const region = env.AWS_REGION;
  return {
    /** An object of up to 5 GiB, with a name of letters, digits, dashes and dots; S3 compares its digest. */
    put: async (bucket, name, body) => {
      const host = `${bucket}.s3.${region}.amazonaws.com`;
      const path = `/${name}`;
      const headers = signed({
        service: "s3",
        region,
        method: "PUT",
        path,
        headers: { host, "x-amz-content-sha256": sha256(body) },
        body,
        now: new Date(),
        credentials: await podCredentials(env, fetch),
      });
      const response = await fetch(`https://${host}${path}`, { method: "PUT", headers, body });
      if (response.ok) return;
      const [, code = "nothing"] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? [];
      throw new Error(`PUT ${bucket}${path}: got ${response.status} ${code}`);
    },
  };
}

exports.objectStore = objectStore;
