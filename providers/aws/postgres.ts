import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  checkReadReplicas,
  type Postgres,
  type PostgresArgs,
  postgresVersions,
} from "../../components/data/postgres";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import type { Destination } from "../../components/platform/networkPolicy";
import { type AwsWorkloadIdentity, awsIdentity } from "./identity";
import { databaseAuthority } from "./databaseAuthority";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";
import { checkCluster, postgresCluster } from "./postgresCluster";
import { postgresInstance } from "./postgresInstance";
import { databaseName, type WatchedServer } from "./postgresServer";
import { storeSecurityGroup } from "./storeAccess";
import type { AlarmChannels } from "./alarmChannels";
import { watchServer } from "./storeAlarms";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsPostgres}. */
export interface AwsPostgresArgs extends PostgresArgs {
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
}

/** Longest name PostgreSQL keeps of a user, bytes. */
const maxUserName = 63;

/**
 * {@link Postgres} on Amazon RDS: a Multi-AZ DB cluster where there are read replicas, an instance otherwise, with a
 * standby in another zone where it is to be highly available. Which of the two a server is can't be changed in place.
 *
 * A cluster has two readers, be one or two replicas asked for: `PGHOST_READ` is the endpoint that spreads over them. Its
 * disks have 400 GiB or more and don't grow by themselves.
 *
 * Identifiers are fixed, `name` as far as RDS takes it, so that the log groups RDS writes to are there before it, with a
 * key and an end. RDS makes, keeps and rotates the administrator's password, under our key.
 *
 * A workload signs in as the database user of {@link databaseUser} with a token of its IAM role. RDS does not make
 * database users: docs/database-access.md has what an administrator runs once for each workload.
 */
export class AwsPostgres extends pulumi.ComponentResource implements Postgres, WatchedStore {
  readonly host: pulumi.Output<string>;
  readonly port = 5432;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly watched: WatchedServer;
  private readonly users: (user: string) => pulumi.Output<string>;

  constructor(name: string, args: AwsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Postgres", name, {}, opts);
    const { network, region, accountId, readReplicas, protect = true } = args;
    check(args);

    const child = { parent: this };
    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `PostgreSQL ${name}: disks, backups, logs, the administrator's secret`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    const securityGroup = storeSecurityGroup(
      name,
      { network, port: this.port, description: `PostgreSQL ${name}` },
      child,
    );
    const makeServer = readReplicas > 0 ? postgresCluster : postgresInstance;
    const server = makeServer(name, { ...args, port: this.port, key, securityGroup }, child);

    this.users = (user) =>
      pulumi.interpolate`arn:aws:rds-db:${region}:${accountId}:dbuser:${server.resourceId}/${user}`;
    this.watched = server.watched;
    this.host = server.host;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [this.port] }];
    this.connection = {
      PGHOST: this.host,
      PGPORT: pulumi.output(String(this.port)),
      PGDATABASE: pulumi.output(databaseName),
      PGSSLMODE: pulumi.output("verify-full"),
      ...(server.readHost !== undefined && { PGHOST_READ: server.readHost }),
    };
    this.caBundle = { variable: "PGSSLROOTCERT", pem: pulumi.output(databaseAuthority(region)) };
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
    const identity = awsIdentity(to);
    const user = databaseUser(identity, access);
    new aws.iam.RolePolicy(
      name,
      {
        role: identity.principal,
        policy: policyDocument([{ Effect: "Allow", Action: "rds-db:connect", Resource: this.users(user) }]),
      },
      opts,
    );
    return { PGUSER: pulumi.output(user) };
  }
}

/**
 * Database user of a workload: its service account's name, and `-read` where it only reads. What the user may do in the
 * database is decided there; IAM decides who may sign in as it.
 */
export function databaseUser(
  { serviceAccount }: Pick<AwsWorkloadIdentity, "serviceAccount">,
  access: Access,
): string {
  return access === "read"
    ? physicalName(maxUserName, serviceAccount, "read")
    : physicalName(maxUserName, serviceAccount);
}

function check(args: AwsPostgresArgs): void {
  const {
    version,
    diskGiB,
    maxDiskGiB = Math.min(4 * diskGiB, 65_536),
    readReplicas,
    backupRetentionDays,
  } = args;
  if (!postgresVersions.some((known) => known === version)) {
    throw new Error(`version: expected one of ${postgresVersions.join(", ")}, got "${version}"`);
  }
  checkReadReplicas(args);
  if (backupRetentionDays < 1 || backupRetentionDays > 35) {
    throw new Error(`backupRetentionDays: expected 1 to 35, got ${backupRetentionDays}`);
  }
  if (readReplicas > 0) {
    checkCluster(args);
  } else if (diskGiB < 20 || maxDiskGiB > 65_536 || maxDiskGiB < diskGiB * 1.1) {
    throw new Error(
      `diskGiB, maxDiskGiB: expected 20 or more, and a most of 1.1 times that to 65536, got ${diskGiB} and ${maxDiskGiB}`,
    );
  }
}
