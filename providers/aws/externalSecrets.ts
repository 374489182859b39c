import type { SecretStoreAccess } from "../../components/secrets/externalSecrets";

/**
 * Secrets Manager, by the SDK's own chain: without `auth` the controller's pods sign in as their role
 * (external-secrets 2.9.0, providers/v1/aws/auth/auth.go). A secret is asked for by its ARN.
 */
export function secretsManagerAccess(region: string): SecretStoreAccess {
  return {
    provider: { aws: { service: "SecretsManager", region } },
    remoteKey: ({ secretId }) => secretId,
  };
}
