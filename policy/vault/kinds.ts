/** The fields that rules read of Vault's resources, as the provider `@pulumi/vault` 7.8.0 names them. */

interface TokenArgs {
  /** In seconds. */
  readonly tokenTtl?: number;
  /** In seconds. */
  readonly tokenMaxTtl?: number;
}

interface Connection {
  readonly connectionUrl?: string;
  readonly tlsCa?: string;
}

/** Arguments of each of Vault's types. */
export interface VaultArgsByType {
  "vault:index/audit:Audit": { readonly type?: string };
  "vault:index/policy:Policy": { readonly name?: string; readonly policy?: string };
  "vault:index/token:Token": object;
  "vault:index/mount:Mount": {
    readonly type?: string;
    readonly path?: string;
    readonly maxLeaseTtlSeconds?: number;
  };
  "vault:kv/secretV2:SecretV2": { readonly dataJson?: string };
  "vault:kubernetes/authBackendRole:AuthBackendRole": TokenArgs & {
    readonly boundServiceAccountNames?: readonly string[];
    readonly boundServiceAccountNamespaces?: readonly string[];
    readonly audience?: string;
  };
  "vault:jwt/authBackendRole:AuthBackendRole": TokenArgs & {
    readonly boundAudiences?: readonly string[];
    readonly boundClaims?: Readonly<Record<string, string>>;
    readonly boundSubject?: string;
  };
  "vault:database/secretBackendRole:SecretBackendRole": {
    readonly defaultTtl?: number;
    readonly maxTtl?: number;
  };
  "vault:database/secretBackendConnection:SecretBackendConnection": {
    readonly allowedRoles?: readonly string[];
    readonly mysql?: Connection;
    readonly mysqlAurora?: Connection;
    readonly mysqlRds?: Connection;
    readonly postgresql?: Connection;
    readonly mongodb?: Connection;
  };
  "vault:transit/secretBackendKey:SecretBackendKey": {
    readonly exportable?: boolean;
    readonly allowPlaintextBackup?: boolean;
    readonly deletionAllowed?: boolean;
  };
  "pulumi:providers:vault": object;
}
