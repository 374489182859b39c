import type { ThanosStorage } from "../../components/metrics/metricsArchive";

/**
 * Thanos' blocks in S3, by the SDK's own chain: without a key it signs in as the pod's role
 * (https://thanos.io/tip/thanos/storage.md/#s3). The bucket encrypts what it is given with its own key.
 */
export function s3Thanos(region: string): ThanosStorage {
  return (bucket) => ({
    type: "S3",
    config: { bucket, region, endpoint: `s3.${region}.amazonaws.com`, aws_sdk_auth: true },
  });
}
