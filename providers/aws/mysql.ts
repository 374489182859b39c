import * as pulumi from "@pulumi/pulumi";
import { type MySql, type MySqlArgs, mysqlVersions } from "../../components/data/mysql";
import type { Administrators, SqlAdministration } from "../../components/data/sqlAdministration";
import { checkSqlVersion } from "../../components/data/sqlVersions";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import type { AlarmChannels } from "./alarmChannels";
import type { BackedUpStore } from "./backedUpStore";
import { databaseAuthorities } from "./databaseAuthority";
import { type AwsWorkloadIdentity, awsIdentity } from "./identity";
import { watchServer } from "./sqlAlarms";
import { mysqlOnRds } from "./sqlEngines";
import { databaseName } from "./sqlNodes";
import { readAdministrator } from "./sqlAdministration";
import { allowSignIn, signInUser } from "./sqlSignIn";
import { checkServer, type SqlServer, sqlServer, type SqlWindows, type WatchedServer } from "./sqlServer";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsMySql}. */
export interface AwsMySqlArgs extends MySqlArgs {
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
}

/** Longest name MySQL keeps of a user, characters. */
const maxUserName = 32;

/** Times in UTC, apart from those of the stack's other stores. */
const windows: SqlWindows = {
  primary: { backup: "01:30-02:30", maintenance: "sat:06:00-sat:07:00" },
  readers: [],
  recovery: { backup: "01:30-02:30", maintenance: "tue:06:00-tue:07:00" },
};

/**
 * {@link MySql} on Amazon RDS: {@link sqlServer}. A workload signs in as the database user of {@link mysqlUser} with a token
 * of its IAM role, which MySQL takes over TLS alone; docs/database-access.md has what an administrator runs once for each.
 */
export class AwsMySql extends pulumi.ComponentResource implements MySql, WatchedStore, BackedUpStore {
  readonly host: pulumi.Output<string>;
  readonly port = mysqlOnRds.port;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly watched: WatchedServer;
  readonly backedUp: BackedUpStore["backedUp"];
  private readonly server: SqlServer;
  private readonly usersOf: (user: string) => readonly pulumi.Output<string>[];

  constructor(name: string, args: AwsMySqlArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:MySql", name, {}, opts);
    const { network, recovery, region, version } = args;
    checkSqlVersion(mysqlVersions, version);
    checkServer(args);

    const server = sqlServer(name, { ...args, engine: mysqlOnRds, windows }, { parent: this });

    this.server = server;
    this.usersOf = server.usersOf;
    this.watched = server.watched;
    this.backedUp = server.backedUp;
    this.host = server.primary.address;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [this.port] }];
    this.connection = {
      MYSQL_HOST: this.host,
      MYSQL_PORT: pulumi.output(String(this.port)),
      MYSQL_DATABASE: pulumi.output(databaseName),
      MYSQL_SSL_MODE: pulumi.output("VERIFY_IDENTITY"),
    };
    this.caBundle = { variable: "MYSQL_SSL_CA", pem: pulumi.output(databaseAuthorities(region, recovery)) };
    this.registerOutputs({ host: this.host, port: this.port, connection: this.connection });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    watchServer(name, this.watched, channels, opts);
  }

  /** Lets the identity sign in as its database user, on whichever node answers; gives that user's name. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"MYSQL_USER", pulumi.Output<string>>> {
    const user = mysqlUser(awsIdentity(to), access);
    allowSignIn(name, { to, users: this.usersOf(user) }, opts);
    return { MYSQL_USER: pulumi.output(user) };
  }

  /** By the server's administrator. */
  administer(name: string, to: Administrators, opts: pulumi.ComponentResourceOptions): SqlAdministration {
    const { primary, administrator } = this.server;
    readAdministrator(name, { secret: administrator, to }, opts);
    return {
      settings: {
        connection_url: pulumi.interpolate`{{username}}:{{password}}@tcp(${primary.address}:${this.port})/`,
        tls_ca: this.caBundle.pem,
      },
      secretId: administrator.arn,
      destinations: this.destinations,
    };
  }
}

/** Database user of a workload: its service account's name, and `-read` where it only reads. */
export function mysqlUser(identity: Pick<AwsWorkloadIdentity, "serviceAccount">, access: Access): string {
  return signInUser(maxUserName, identity, access);
}
