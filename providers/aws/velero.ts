import type { VeleroStorage } from "../../components/backup/velero";

/**
 * Velero's backups in S3, by the SDK's own chain: without a key its plugin signs in as the pod's role. The bucket encrypts what it
 * is given with its own key. Plugin 1.14 is made for Velero 1.18.
 */
export function s3Velero(region: string): VeleroStorage {
  return {
    provider: "velero.io/aws",
    plugin: { repository: "docker.io/velero/velero-plugin-for-aws", tag: "v1.14.4" },
    configOf: () => ({ region }),
  };
}
