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
import type { AlarmChannels } from "./alarmChannels";
import type { BackedUpStore } from "./backedUpStore";
import { databaseAuthorities, proxyAuthorities } from "./databaseAuthority";
import { databaseProxy } from "./databaseProxy";
import { type AwsWorkloadIdentity, awsIdentity } from "./identity";
import { watchServer } from "./sqlAlarms";
import { postgresOnRds } from "./sqlEngines";
import { databaseName } from "./sqlNodes";
import { readAdministrator } from "./sqlAdministration";
import { allowSignIn, signInUser } from "./sqlSignIn";
import { checkServer, type SqlServer, sqlServer, type SqlWindows, type WatchedServer } from "./sqlServer";
import { storeLogRetentionDays } from "./storeAccess";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsPostgres}. */
export interface AwsPostgresArgs extends PostgresArgs {
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
}

/** Longest name PostgreSQL keeps of a user, bytes. */
const maxUserName = 63;

/** Times in UTC, apart from those of the stack's other stores. */
const windows: SqlWindows = {
  primary: { backup: "03:00-04:00", maintenance: "sat:04:30-sat:05:30" },
  readers: ["wed:04:30-wed:05:30", "thu:04:30-thu:05:30"],
  recovery: { backup: "03:00-04:00", maintenance: "tue:04:30-tue:05:30" },
};

/**
 * {@link Postgres} on Amazon RDS: {@link sqlServer}, with a proxy before its primary where connections are to be pooled.
 *
 * `PGHOST_READ` names every read replica, with commas between, as libpq takes them: with `load_balance_hosts=random` it
 * spreads over them, and goes to the next where one does not answer. A name of our own before them would be in none of their
 * certificates.
 *
 * Identifiers are fixed, `name` as far as RDS takes it, so that the log groups RDS writes to are there before it, with a
 * key and an end.
 *
 * A workload signs in as the database user of {@link databaseUser} with a token of its IAM role. RDS does not make
 * database users: docs/database-access.md has what an administrator runs once for each workload.
 */
export class AwsPostgres extends pulumi.ComponentResource implements Postgres, WatchedStore, BackedUpStore {
  readonly host: pulumi.Output<string>;
  readonly port = postgresOnRds.port;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly watched: WatchedServer;
  readonly backedUp: BackedUpStore["backedUp"];
  private readonly server: SqlServer;
  private readonly usersOf: (user: string) => readonly pulumi.Output<string>[];

  constructor(name: string, args: AwsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Postgres", name, {}, opts);
    const { network, region, accountId, pooling = false, protect = true } = args;
    const { logRetentionDays = storeLogRetentionDays } = args;
    check(args);

    const child = { parent: this };
    const server = sqlServer(name, { ...args, engine: postgresOnRds, windows }, child);
    const pool = pooling
      ? databaseProxy(
          `${name}-pool`,
          { server, network, logRetentionDays, region, accountId, protect },
          child,
        )
      : undefined;

    this.server = server;
    this.usersOf = (user) => [...(pool === undefined ? [] : [pool.userOf(user)]), ...server.usersOf(user)];
    this.watched = { ...server.watched, ...(pool !== undefined && { pool: pool.proxyName }) };
    this.backedUp = server.backedUp;
    this.host = pool?.host ?? server.primary.address;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [this.port] }];
    this.connection = {
      PGHOST: this.host,
      PGPORT: pulumi.output(String(this.port)),
      PGDATABASE: pulumi.output(databaseName),
      PGSSLMODE: pulumi.output("verify-full"),
      ...(server.readers.length > 0 && {
        PGHOST_READ: pulumi
          .all(server.readers.map(({ address }) => address))
          .apply((addresses) => addresses.join(",")),
      }),
    };
    const authorities = [
      databaseAuthorities(region, args.recovery),
      ...(pooling ? [proxyAuthorities()] : []),
    ];
    this.caBundle = { variable: "PGSSLROOTCERT", pem: pulumi.output(authorities.join("")) };
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
  ): Readonly<Record<"PGUSER", pulumi.Output<string>>> {
    const user = databaseUser(awsIdentity(to), access);
    allowSignIn(name, { to, users: this.usersOf(user) }, opts);
    return { PGUSER: pulumi.output(user) };
  }

  /** By the server's administrator, at the primary: a proxy lets in by IAM alone. */
  administer(name: string, to: Administrators, opts: pulumi.ComponentResourceOptions): SqlAdministration {
    const { primary, administrator } = this.server;
    readAdministrator(name, { secret: administrator, to }, opts);
    return {
      settings: {
        connection_url: pulumi.interpolate`postgresql://{{username}}:{{password}}@${primary.address}:${this.port}/${databaseName}?sslmode=verify-full`,
        tls_ca: this.caBundle.pem,
      },
      secretId: administrator.arn,
      destinations: this.destinations,
    };
  }
}

/**
 * Database user of a workload: its service account's name, and `-read` where it only reads. What the user may do in the
 * database is decided there; IAM decides who may sign in as it.
 */
export function databaseUser(identity: Pick<AwsWorkloadIdentity, "serviceAccount">, access: Access): string {
  return signInUser(maxUserName, identity, access);
}

function check(args: AwsPostgresArgs): void {
  checkSqlVersion(postgresVersions, args.version);
  checkReadReplicas(args);
  checkServer(args);
}
