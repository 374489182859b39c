import type { ThanosStorage } from "../../components/metrics/metricsArchive";

/**
 * Thanos' blocks in Cloud Storage, by the metadata server of GKE: without a key it acts as the pod's service account
 * (https://thanos.io/tip/thanos/storage.md/#gcs). The bucket encrypts what it is given with its own key.
 */
export const gcsThanos: ThanosStorage = (bucket) => ({ type: "GCS", config: { bucket } });
