"use strict";
/*
 * Google's APIs by the identity of a pod, with nothing but Node.js: a token from GKE's metadata server
 * (https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#metadata_server).
 */
const metadata = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token";

/** @param fetch as Node.js has it */
async function podToken(fetch) {
  const response = await fetch(metadata, { headers: { "Metadata-Flavor": "Google" } });
  if (!response.ok) throw new Error(`workload identity: expected a token, got ${response.status}`);
  return (await response.json()).access_token;
}

exports.podToken = podToken;
