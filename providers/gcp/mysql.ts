import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { type MySql, type MySqlArgs, mysqlVersions } from "../../components/data/mysql";
import type { Administrators, SqlAdministration } from "../../components/data/sqlAdministration";
import { checkSqlVersion } from "../../components/data/sqlVersions";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import type { PolicyOptions } from "./alertPolicy";
import type { BackedUpStore } from "./backedUpStore";
import { sqlMachine, sqlMemoryGiB } from "./machines";
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
import { mysqlConnections } from "./sqlLimits";
import type { WatchedStore } from "./watchedStore";

/**
 * What the server logs and refuses, and that workloads sign in by IAM: section 6.1 of the CIS Google Cloud Foundation
 * benchmark (`local_infile`, `skip_show_database`). Statements that take two seconds go to the project's log, as do those
 * that the audit plugin's rules name: docs/database-access.md.
 * https://cloud.google.com/sql/docs/mysql/flags
 */
const flags: Readonly<Record<string, string>> = {
  cloudsql_iam_authentication: "on",
  cloudsql_mysql_audit: "ON",
  local_infile: "off",
  log_output: "FILE",
  long_query_time: "2",
  skip_show_database: "on",
  slow_query_log: "on",
};

/** An event that writes would fail on a replica, and one that ends connections ends the replication itself. */
const replicaFlags: Readonly<Record<string, string>> = { event_scheduler: "off" };

/**
 * {@link MySql} as Cloud SQL: an address in our network only, TLS only, IAM only. No user has a password: the provider takes
 * away the `root` with which Cloud SQL begins. What a user may do in the database is decided there, by roles that an
 * administrator makes once: docs/database-access.md.
 */
export class GcpMySql extends pulumi.ComponentResource implements MySql, WatchedStore, BackedUpStore {
  readonly host: pulumi.Output<string>;
  readonly port = 3306;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly backedUp: gcp.sql.DatabaseInstance;
  private readonly server: SqlServer;
  private readonly project: GcpProject;
  private readonly dataCidrs: readonly string[];

  constructor(name: string, args: MySqlArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:MySql", name, {}, opts);
    const { version, machine, project } = args;
    checkSqlVersion(mysqlVersions, version);
    const memoryGiB = sqlMemoryGiB(machine, sqlMachine({ ...args, readReplicas: 0, pooling: false }));
    const spec = {
      engine: "mysql",
      databaseVersion: `MYSQL_${version.replace(".", "_")}`,
      flags: { ...flags, max_connections: String(mysqlConnections(memoryGiB)) },
      replicaFlags,
      log: { binaryLogEnabled: true },
      maintenanceHour: 6,
    } as const;

    this.server = sqlServer(name, spec, args, { parent: this });

    this.project = project;
    this.dataCidrs = gcpNetwork(args.network).dataCidrs;
    this.backedUp = this.server.primary;
    this.host = this.server.primary.privateIpAddress;
    this.destinations = [{ cidrs: gcpNetwork(args.network).dataCidrs, ports: [this.port] }];
    this.connection = {
      MYSQL_HOST: this.host,
      MYSQL_PORT: pulumi.output(String(this.port)),
      MYSQL_DATABASE: pulumi.output(databaseName),
      MYSQL_SSL_MODE: pulumi.output("VERIFY_CA"),
    };
    this.caBundle = authoritiesOf(this.server, "MYSQL_SSL_CA");
    this.registerOutputs({ host: this.host });
  }

  watch(name: string, policies: PolicyOptions): void {
    sqlAlarms(name, "mysql", this.server, { ...policies, project: this.project });
  }

  /** Lets the identity sign in as a user of its own, on each of the server's instances; gives that user's name. */
  grant(
    name: string,
    to: WorkloadIdentity,
    _access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"MYSQL_USER", pulumi.Output<string>>> {
    return { MYSQL_USER: this.user(name, to, {}, opts).name.apply(mysqlUser) };
  }

  /** By Vault's own identity: there is no password. https://developer.hashicorp.com/vault/docs/secrets/databases/mysql-maria */
  administer(
    name: string,
    { server: to }: Administrators,
    opts: pulumi.ComponentResourceOptions,
  ): SqlAdministration {
    const user = this.user(name, to, { databaseRoles: [administratorRole] }, opts).name.apply(mysqlUser);
    const { connectionName } = this.server.primary;
    return {
      settings: {
        connection_url: pulumi.interpolate`${user}@cloudsql-mysql(${connectionName})/`,
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
        name: to.principal.apply((principal) => principal.replace(/^serviceAccount:/, "")),
        ...roles,
      },
      { ...opts, provider: project.provider },
    );
  }
}

/**
 * Name of a service account as a MySQL user: what stands before the @, as a user's name has 32 characters at most.
 * https://cloud.google.com/sql/docs/mysql/iam-logins
 */
export function mysqlUser(email: string): string {
  return email.replace(/@.*$/, "");
}
