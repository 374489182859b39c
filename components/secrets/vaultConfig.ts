import type { SqlAdministration } from "../data/sqlAdministration";
import type { Access } from "../identity/workloadIdentity";
import { namespaces } from "../platform/names";
import {
  configurator,
  operator,
  serverHost,
  snapshotter,
  vaultAudience,
  vaultFolders,
  vaultHosts,
  vaultPorts,
} from "./vaultParts";

/** Kinds of servers whose users Vault makes, by the names that services use of them. */
export type SqlStore = "postgres" | "mysql";

/** What a service may do in Vault, by what its entry says. */
export interface VaultUser {
  /** With its own secrets. */
  readonly access: Access;
  /** Databases of which it gets users. */
  readonly databases: Partial<Readonly<Record<SqlStore, Access>>>;
}

/** How long what Vault hands out lives: an hour, and renewed as often as it takes until a day is over. */
export const lifetimes = {
  token: "1h",
  credentials: "1h",
  credentialsMost: "24h",
  certificate: "24h",
} as const;

/** The authority's certificate, hours: ten years. */
const authorityTtl = "87600h";

type Body = Readonly<Record<string, unknown>>;
type Named = Readonly<Record<string, Body>>;

/** What the configuration is made from. */
export interface VaultConfigArgs {
  /** Of the services. */
  readonly systemNamespace: string;
  /** By the service's name, which is its service account's. */
  readonly users: Readonly<Record<string, VaultUser>>;
  readonly databases: Partial<Readonly<Record<SqlStore, Pick<SqlAdministration, "settings" | "secretId">>>>;
  readonly servers: number;
}

/** All that Vault is, as `vaultScripts/configure.cjs` makes it so; no secret is in it. */
export interface VaultConfig {
  /** Where the first server answers before there is a leader, and where the leader does. */
  readonly first: string;
  readonly address: string;
  readonly role: string;
  readonly auth: Named;
  readonly mounts: Named;
  readonly audit: Named;
  readonly settings: Named;
  readonly policies: Named;
  readonly roles: Named;
  readonly authority: Body;
  readonly certificates: Named;
  readonly databases: Readonly<Record<string, { readonly settings: Body; readonly secretId?: unknown }>>;
  readonly databaseRoles: Named;
}

/** What Vault is to be. */
export function vaultConfig({ systemNamespace, users, databases, servers }: VaultConfigArgs): VaultConfig {
  const services = Object.entries(users);
  const stores = Object.keys(databases).filter(isSqlStore);
  return {
    first: `https://${serverHost(0)}:${vaultPorts.api}`,
    address: `https://${vaultHosts.leader}:${vaultPorts.api}`,
    role: configurator,
    auth: { kubernetes: { type: "kubernetes", description: "service accounts of this cluster" } },
    mounts: {
      secret: { type: "kv", options: { version: "2" }, description: "secrets of services" },
      database: { type: "database", description: "users of databases" },
      pki: { type: "pki", description: "certificates of services", config: { max_lease_ttl: authorityTtl } },
    },
    // one is enough to go on: with a full disk the other still tells all
    audit: {
      file: { type: "file", options: { file_path: `${vaultFolders.audit}/audit.log` } },
      stdout: { type: "file", options: { file_path: "stdout" } },
    },
    settings: {
      "auth/kubernetes/config": { kubernetes_host: "https://kubernetes.default.svc" },
      "sys/storage/raft/autopilot/configuration": {
        cleanup_dead_servers: servers > 1,
        dead_server_last_contact_threshold: "24h",
        ...(servers > 1 && { min_quorum: servers }),
      },
    },
    policies: {
      ...ownPolicies,
      ...Object.fromEntries(
        services.map(([service, user]) => [
          service,
          { policy: servicePolicy(systemNamespace, service, user) },
        ]),
      ),
    },
    roles: {
      ...Object.fromEntries(Object.keys(ownPolicies).map((own) => [own, role(namespaces.vault, own, brief)])),
      ...Object.fromEntries(
        services.map(([service]) => [
          service,
          role(systemNamespace, service, {
            token_ttl: lifetimes.token,
            token_max_ttl: lifetimes.credentialsMost,
          }),
        ]),
      ),
    },
    authority: {
      common_name: `Vault of ${systemNamespace}`,
      ttl: authorityTtl,
      key_type: "ec",
      key_bits: 384,
    },
    certificates: Object.fromEntries(
      services.map(([service]) => [service, certificateRole(systemNamespace, service)]),
    ),
    databases: Object.fromEntries(
      stores.flatMap((store) => {
        const { settings, secretId } = databases[store] ?? {};
        const allowed = services.filter(([, user]) => user.databases[store] !== undefined);
        const names = allowed.map(([service]) => databaseRole(service, store));
        const plugin = { plugin_name: plugins[store], allowed_roles: names };
        const body = { ...settings, ...plugin };
        return settings === undefined
          ? []
          : [[store, { settings: body, ...(secretId !== undefined && { secretId }) }]];
      }),
    ),
    databaseRoles: Object.fromEntries(
      services.flatMap(([service, user]) =>
        stores.flatMap((store) => {
          const access = user.databases[store];
          return access === undefined
            ? []
            : [[databaseRole(service, store), databaseRoleBody(store, access)]];
        }),
      ),
    ),
  };
}

function isSqlStore(store: string): store is SqlStore {
  return store in plugins;
}

const plugins: Readonly<Record<SqlStore, string>> = {
  postgres: "postgresql-database-plugin",
  mysql: "mysql-database-plugin",
};

/** Name of what gives a service its users of a database. */
export function databaseRole(service: string, store: SqlStore): string {
  return `${service}-${store}`;
}

/** The roles that an administrator makes once (docs/database-access.md). */
const groups: Readonly<Record<Access, string>> = { read: "app_reader", readWrite: "app_writer" };

/** A user of Vault's making owns nothing: what it may do is its group's. */
function databaseRoleBody(store: SqlStore, access: Access): Body {
  const group = groups[access];
  const statements = {
    postgres: {
      creation_statements: [
        `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}' IN ROLE ${group}`,
      ],
      renew_statements: [`ALTER ROLE "{{name}}" VALID UNTIL '{{expiration}}'`],
      revocation_statements: [`DROP ROLE IF EXISTS "{{name}}"`],
    },
    mysql: {
      creation_statements: [
        `CREATE USER '{{name}}'@'%' IDENTIFIED BY '{{password}}' REQUIRE SSL`,
        `GRANT ${group} TO '{{name}}'@'%'`,
        `SET DEFAULT ROLE ALL TO '{{name}}'@'%'`,
      ],
      revocation_statements: [`DROP USER IF EXISTS '{{name}}'@'%'`],
    },
  };
  return {
    db_name: store,
    ...statements[store],
    default_ttl: lifetimes.credentials,
    max_ttl: lifetimes.credentialsMost,
  };
}

function role(namespace: string, account: string, lifetime: Body): Body {
  return {
    bound_service_account_names: [account],
    bound_service_account_namespaces: [namespace],
    audience: vaultAudience,
    token_policies: [account],
    ...lifetime,
  };
}

/** Certificates of the service's own names inside the cluster, of which none has to be taken back within its day. */
function certificateRole(namespace: string, service: string): Body {
  const name = `${service}.${namespace}.svc`;
  return {
    allowed_domains: [service, name, `${name}.cluster.local`],
    allow_bare_domains: true,
    allow_subdomains: false,
    allow_localhost: false,
    allow_ip_sans: false,
    enforce_hostnames: true,
    key_type: "ec",
    key_bits: 256,
    ttl: lifetimes.certificate,
    max_ttl: lifetimes.certificate,
    no_store: true,
  };
}

function path(pattern: string, ...capabilities: readonly string[]): string {
  return `path "${pattern}" { capabilities = ${JSON.stringify(capabilities)} }`;
}

/** Its own secrets, its own users of databases, its own certificates. */
function servicePolicy(namespace: string, service: string, { access, databases }: VaultUser): string {
  const own = `${namespace}/${service}`;
  const data = access === "read" ? ["read"] : ["create", "read", "update", "delete"];
  return [
    path(`secret/data/${own}/*`, ...data),
    path(`secret/metadata/${own}/*`, "list", "read"),
    ...Object.keys(databases)
      .filter(isSqlStore)
      .map((store) => path(`database/creds/${databaseRole(service, store)}`, "read")),
    path(`pki/issue/${service}`, "update"),
  ].join("\n");
}

/** What configures Vault reads no secret and hands out none; it says who may, and that is in the audit log. */
const configuratorPolicy = [
  path("sys/auth", "read"),
  path("sys/auth/*", "create", "read", "update", "sudo"),
  path("sys/mounts", "read"),
  path("sys/mounts/*", "create", "read", "update"),
  path("sys/audit", "read", "sudo"),
  path("sys/audit/*", "create", "update", "sudo"),
  path("sys/policies/acl", "list"),
  path("sys/policies/acl/*", "create", "read", "update", "delete"),
  path("sys/storage/raft/autopilot/configuration", "create", "read", "update"),
  path("auth/kubernetes/config", "create", "read", "update"),
  path("auth/kubernetes/role", "list"),
  path("auth/kubernetes/role/*", "create", "read", "update", "delete"),
  path("pki/issuers", "list"),
  path("pki/root/generate/internal", "create", "update"),
  path("pki/roles", "list"),
  path("pki/roles/*", "create", "read", "update", "delete"),
  path("database/config", "list"),
  path("database/config/*", "create", "read", "update", "delete"),
  path("database/roles", "list"),
  path("database/roles/*", "create", "read", "update", "delete"),
].join("\n");

/** A snapshot is all that Vault has, encrypted by it. */
const snapshotPolicy = path("sys/storage/raft/snapshot", "read");

/**
 * To begin to make a root token, and hand in recovery keys for it: from 2.0 on that takes a token of Vault's
 * (https://nvd.nist.gov/vuln/detail/CVE-2026-5807). Without three recovery keys nothing comes of it.
 */
const operatorPolicy = [
  path("sys/generate-root/attempt", "create", "read", "update", "delete", "sudo"),
  path("sys/generate-root/update", "create", "update", "sudo"),
].join("\n");

/** Of service accounts in Vault's own namespace, by their names. */
const ownPolicies: Readonly<Record<string, { readonly policy: string }>> = {
  [configurator]: { policy: configuratorPolicy },
  [snapshotter]: { policy: snapshotPolicy },
  [operator]: { policy: operatorPolicy },
};

/** How long they are signed in. */
const brief = { token_ttl: "15m", token_max_ttl: "15m" } as const;
