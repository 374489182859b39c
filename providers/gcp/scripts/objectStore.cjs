"use strict";
/* Cloud Storage by the identity of a pod (https://cloud.google.com/storage/docs/json_api/v1/objects/insert). */
const { createHash } = require("node:crypto");
const { podToken } = require("./podToken.cjs");

/**
 * @param _env nothing that it needs
 * @param fetch as Node.js has it
 */
function objectStore(_env, fetch) {
  return {
    /** An object; what was kept has the digest of what was sent. */
    put: async (bucket, name, body) => {
      const to = `${encodeURIComponent(bucket)}/o?uploadType=media&name=${encodeURIComponent(name)}`;
      const response = await fetch(`https://storage.googleapis.com/upload/storage/v1/b/${to}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${await podToken(fetch)}`,
          "content-type": "application/octet-stream",
        },
        body,
      });
      if (!response.ok) throw new Error(`insert ${bucket}/${name}: got ${response.status}`);
      const { md5Hash } = await response.json();
      const digest = createHash("md5").update(body).digest("base64");
      if (md5Hash !== digest) {
        throw new Error(`insert ${bucket}/${name}: expected the digest ${digest}, got ${md5Hash}`);
      }
    },
  };
}

exports.objectStore = objectStore;
