import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  checkReadReplicas,
  type Postgres,
  type PostgresArgs,
  postgresVersions,
} from "../../components/data/postgres";
import type { Administrators, SqlAdministration } from "../../components/data/sqlAdministration";
import { checkSqlVersion } from "../../components/data/sqlVersions";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import type { PolicyOptions } from "./alertPolicy";
import type { BackedUpStore } from "./backedUpStore";
import { gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import { sqlAlarms } from "./sqlAlarms";
import {
  administratorRole,
  allowSignIn,
  authoritiesOf,
  connectorPort,
  databaseName,
  sqlServer,
  type SqlServer,
} from "./sqlServer";
import type { WatchedStore } from "./watchedStore";

/** Where the server itself answers. */
const serverPort = 5432;

/**
 * Where its pool of connections does, in which a connection of the server's is a client's for a transaction; any way to sign
 * in by IAM is taken there too. https://cloud.google.com/sql/docs/postgres/managed-connection-pooling
 */
const poolPort = 6432;

/**
 * What the server logs, and that workloads sign in by IAM: section 6.2 of the CIS Google Cloud Foundation benchmark.
 * Statements that change data are not logged by themselves, as their text holds it; pgAudit logs who changed structure
 * and roles.
 */
const flags: Readonly<Record<string, string>> = {
  "cloudsql.enable_pgaudit": "on",
  "cloudsql.iam_authentication": "on",
  log_checkpoints: "on",
  log_connections: "on",
  log_disconnections: "on",
  log_error_verbosity: "default",
  log_hostname: "off",
  log_lock_waits: "on",
  log_min_duration_statement: "-1",
  log_min_error_statement: "error",
  log_min_messages: "warning",
  log_statement: "ddl",
  log_temp_files: "0",
  "pgaudit.log": "ddl,role",
};

/**
 * {@link Postgres} as Cloud SQL: an address in our network only, TLS only, IAM only. No user has a password: the built-in
 * `postgres` is left without one, with which it can't sign in. What a user may do in the database is decided there, by
 * roles that an administrator makes once: docs/database-access.md.
 *
 * Read replicas are a read pool, of which Cloud SQL pools no connections: it answers at the server's port.
 */
export class GcpPostgres extends pulumi.ComponentResource implements Postgres, WatchedStore, BackedUpStore {
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly backedUp: gcp.sql.DatabaseInstance;
  private readonly server: SqlServer;
  private readonly project: GcpProject;
  private readonly dataCidrs: readonly string[];

  constructor(name: string, args: PostgresArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Postgres", name, {}, opts);
    const { version, pooling = false, project } = args;
    checkSqlVersion(postgresVersions, version);
    checkReadReplicas(args);
    const spec = {
      engine: "postgres",
      databaseVersion: `POSTGRES_${version}`,
      flags,
      log: { pointInTimeRecoveryEnabled: true },
      maintenanceHour: 5,
    } as const;

    this.server = sqlServer(name, spec, args, { parent: this });

    const { primary, readers } = this.server;
    this.project = project;
    this.dataCidrs = gcpNetwork(args.network).dataCidrs;
    this.backedUp = primary;
    this.host = primary.privateIpAddress;
    this.port = pooling ? poolPort : serverPort;
    this.destinations = [
      { cidrs: gcpNetwork(args.network).dataCidrs, ports: pooling ? [serverPort, poolPort] : [serverPort] },
    ];
    this.connection = {
      PGHOST: this.host,
      PGPORT: pulumi.output(String(this.port)),
      PGDATABASE: pulumi.output(databaseName),
      PGSSLMODE: pulumi.output("verify-ca"),
      ...(readers !== undefined && {
        PGHOST_READ: readers.privateIpAddress,
        PGPORT_READ: pulumi.output(String(serverPort)),
      }),
    };
    this.caBundle = authoritiesOf(this.server, "PGSSLROOTCERT");
    this.registerOutputs({ host: this.host });
  }

  watch(name: string, policies: PolicyOptions): void {
    sqlAlarms(name, "postgres", this.server, { ...policies, project: this.project });
  }

  /** Lets the identity sign in as a user of its own, on each of the server's instances; gives that user's name. */
  grant(
    name: string,
    to: WorkloadIdentity,
    _access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"PGUSER", pulumi.Output<string>>> {
    return { PGUSER: this.user(name, to, {}, opts).name };
  }

  /** By Vault's own identity: there is no password. https://developer.hashicorp.com/vault/docs/secrets/databases/postgresql */
  administer(
    name: string,
    { server: to }: Administrators,
    opts: pulumi.ComponentResourceOptions,
  ): SqlAdministration {
    const user = this.user(name, to, { databaseRoles: [administratorRole] }, opts);
    const { connectionName } = this.server.primary;
    return {
      settings: {
        connection_url: pulumi.interpolate`host=${connectionName} user=${user.name} dbname=${databaseName} sslmode=disable`,
        auth_type: "gcp_iam",
        use_private_ip: true,
      },
      destinations: [{ cidrs: this.dataCidrs, ports: [connectorPort] }],
    };
  }

  private user(
    name: string,
    to: WorkloadIdentity,
    roles: Pick<gcp.sql.UserArgs, "databaseRoles">,
    opts: pulumi.ComponentResourceOptions,
  ): gcp.sql.User {
    const { project, server } = this;
    allowSignIn(name, server, { project, to }, opts);
    return new gcp.sql.User(
      name,
      {
        instance: server.primary.name,
        type: "CLOUD_IAM_SERVICE_ACCOUNT",
        name: to.principal.apply(databaseUser),
        ...roles,
        // PostgreSQL refuses to drop a user that has rights; without the roles above it can't sign in any more
        deletionPolicy: "ABANDON",
      },
      { ...opts, provider: project.provider },
    );
  }
}

/** Name of a service account as a PostgreSQL user: its e-mail without the ending, which would pass 63 characters. */
export function databaseUser(principal: string): string {
  return principal.replace(/^serviceAccount:/, "").replace(/\.gserviceaccount\.com$/, "");
}
