import type { LokiStorage } from "../../components/logging/lokiValues";

/**
 * Loki's chunks in S3, by the SDK's own chain: without a key its client (AWS SDK for Go 2) signs in as the pod's role. The bucket
 * encrypts what it is given with its own key.
 */
export function s3Loki(region: string): LokiStorage {
  return { type: "s3", settings: { region } };
}
