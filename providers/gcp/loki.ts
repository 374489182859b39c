import type { LokiStorage } from "../../components/logging/lokiValues";

/**
 * Loki's chunks in Cloud Storage, by the metadata server of GKE: without a key its client acts as the pod's service account. The
 * bucket encrypts what it is given with its own key.
 */
export const gcsLoki: LokiStorage = { type: "gcs", settings: {} };
