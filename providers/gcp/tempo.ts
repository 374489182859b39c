import type { TempoStorage } from "../../components/tracing/tempo";

/**
 * Tempo's traces in Cloud Storage, by Google's own libraries, which sign in as the pod's service account. The bucket encrypts
 * what it is given with its own key.
 */
export function gcsTempo(): TempoStorage {
  return ({ bucketName }) => ({ backend: "gcs", gcs: { bucket_name: bucketName } });
}
