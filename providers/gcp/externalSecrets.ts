import type { SecretStoreAccess } from "../../components/secrets/externalSecrets";

/**
 * Secret Manager, by the metadata server of GKE: without `auth` the controller's pods act as their service account
 * (external-secrets 2.9.0, providers/v1/gcp/secretmanager/auth.go). A secret is asked for by its name within the project.
 */
export function secretManagerAccess(projectID: string): SecretStoreAccess {
  return {
    provider: { gcpsm: { projectID } },
    remoteKey: ({ secretId }) => secretId.apply((id) => id.slice(id.lastIndexOf("/") + 1)),
  };
}
