import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { checkReadReplicas, type Postgres, type PostgresArgs } from "../../components/data/postgres";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import { grantRole } from "./grants";
import { GcpKey } from "./key";
import { sqlMachine, type SqlMachine, sqlMemoryGiB } from "./machines";
import { type GcpNetwork, gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import type { PolicyOptions } from "./alertPolicy";
import { postgresAlarms } from "./storeAlarms";
import type { WatchedStore } from "./watchedStore";

/** Database that the workloads share. */
const databaseName = "app";

/** How long the backup is kept that deletion leaves behind, days. Cloud SQL takes 1 to 365. */
const finalBackupDays = 30;

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

/** What alarms are set by. */
export interface WatchedServer {
  /** Name of the primary. */
  readonly primary: pulumi.Output<string>;
  /** Name of the read pool; none without read replicas. */
  readonly readers?: pulumi.Output<string>;
  /** Memory of a node, GiB. */
  readonly memoryGiB: number;
}

/**
 * {@link Postgres} as Cloud SQL: an address in our network only, TLS only, IAM only. No user has a password: the built-in
 * `postgres` is left without one, with which it can't sign in. What a user may do in the database is decided there, by
 * roles that an administrator makes once: docs/database-access.md.
 *
 * Each instance has an authority of its own, which signs nothing else: `verify-ca` with it proves that this is the
 * server, as `verify-full` would, for which an address has no name to be checked.
 */
export class GcpPostgres extends pulumi.ComponentResource implements Postgres, WatchedStore {
  readonly host: pulumi.Output<string>;
  readonly port = 5432;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly watched: WatchedServer;
  private readonly primary: gcp.sql.DatabaseInstance;
  private readonly instances: readonly gcp.sql.DatabaseInstance[];
  private readonly project: GcpProject;

  constructor(name: string, args: PostgresArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Postgres", name, {}, opts);
    const { readReplicas, protect = true, region, project } = args;
    checkReadReplicas(args);
    checkRetention(args.backupRetentionDays);
    const network = gcpNetwork(args.network);
    const sql = sqlMachine(args);
    const child = { parent: this };

    const key = new GcpKey(
      `${name}-key`,
      { region, project, protect, users: { sql: project.agents.sql } },
      child,
    );
    this.primary = new gcp.sql.DatabaseInstance(
      name,
      {
        databaseVersion: `POSTGRES_${args.version}`,
        region,
        encryptionKeyName: key.keyId,
        deletionProtection: protect,
        settings: { ...settings(args, sql, network), ...primarySettings(args) },
      },
      {
        ...child,
        protect,
        dependsOn: [...key.grants, ...network.storesReady],
        // it grows by itself, and setting the first size again would try to shrink it
        ignoreChanges: ["settings.diskSize"],
      },
    );
    const pool =
      readReplicas > 0
        ? readPool(name, { ...args, sql, vpc: network, primary: this.primary }, child)
        : undefined;
    new gcp.sql.Database(
      `${name}-${databaseName}`,
      { name: databaseName, instance: this.primary.name },
      // its tables go with it, and Pulumi must not be the one to drop them
      { ...child, protect, deletedWith: this.primary },
    );

    this.watched = {
      primary: this.primary.name,
      ...(pool !== undefined && { readers: pool.name }),
      memoryGiB: sqlMemoryGiB(args.machine, sql),
    };
    this.project = project;
    this.instances = pool === undefined ? [this.primary] : [this.primary, pool];
    this.host = this.primary.privateIpAddress;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [this.port] }];
    this.connection = {
      PGHOST: this.host,
      PGPORT: pulumi.output(String(this.port)),
      PGDATABASE: pulumi.output(databaseName),
      PGSSLMODE: pulumi.output("verify-ca"),
      ...(pool !== undefined && { PGHOST_READ: pool.privateIpAddress }),
    };
    this.caBundle = {
      variable: "PGSSLROOTCERT",
      pem: pulumi.all(this.instances.map(({ serverCaCerts }) => serverCaCerts)).apply(authorities),
    };
    this.registerOutputs({ host: this.host });
  }

  watch(name: string, policies: PolicyOptions): void {
    postgresAlarms(name, this.watched, { ...policies, project: this.project });
  }

  /** Lets the identity sign in as a user of its own, on the primary and the read pool; gives that user's name. */
  grant(
    name: string,
    to: WorkloadIdentity,
    _access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"PGUSER", pulumi.Output<string>>> {
    const { project } = this;
    const resourceNames = this.instances.map(
      (instance) => pulumi.interpolate`projects/${project.projectId}/instances/${instance.name}`,
    );
    const member = to.principal;
    grantRole(`${name}-connect`, { project, role: "roles/cloudsql.client", member, resourceNames }, opts);
    grantRole(`${name}-login`, { project, role: "roles/cloudsql.instanceUser", member, resourceNames }, opts);
    const user = new gcp.sql.User(
      name,
      {
        instance: this.primary.name,
        type: "CLOUD_IAM_SERVICE_ACCOUNT",
        name: member.apply(databaseUser),
        // PostgreSQL refuses to drop a user that has rights; without the roles above it can't sign in any more
        deletionPolicy: "ABANDON",
      },
      { ...opts, provider: project.provider },
    );
    return { PGUSER: user.name };
  }
}

/** Name of a service account as a PostgreSQL user: its e-mail without the ending, which would pass 63 characters. */
export function databaseUser(principal: string): string {
  return principal.replace(/^serviceAccount:/, "").replace(/\.gserviceaccount\.com$/, "");
}

function authorities(
  certificates: readonly (readonly gcp.types.output.sql.DatabaseInstanceServerCaCert[])[],
): string {
  return certificates
    .flat()
    .map(({ cert }) => `${cert.trim()}\n`)
    .join("");
}

function checkRetention(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 35) {
    throw new Error(`backupRetentionDays: expected a whole number from 1 to 35, got ${days}`);
  }
}

type Settings = gcp.types.input.sql.DatabaseInstanceSettings;

/** What the primary and its read pool share. */
function settings(
  { protect = true }: PostgresArgs,
  { edition, tier }: SqlMachine,
  network: GcpNetwork,
): Settings {
  return {
    edition,
    tier,
    deletionProtectionEnabled: protect,
    ipConfiguration: {
      ipv4Enabled: false,
      privateNetwork: network.networkId,
      allocatedIpRange: network.privateServicesRange,
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      authorizedNetworks: podNetworks(network),
    },
    databaseFlags: Object.entries(flags).map(([name, value]) => ({ name, value })),
    insightsConfig: {
      queryInsightsEnabled: true,
      recordApplicationTags: true,
      // the pods' addresses tell nothing that the user's name does not
      recordClientAddress: false,
    },
  };
}

/**
 * Cloud SQL lets in RFC 1918 by itself and any other private range only when it is named, even over private services
 * access: https://cloud.google.com/sql/docs/postgres/configure-private-ip#non-rfc1918
 */
function podNetworks({ podCidr, podsAreRfc1918 }: GcpNetwork): { name: string; value: string }[] {
  return podsAreRfc1918 ? [] : [{ name: "pods", value: podCidr }];
}

function primarySettings(args: PostgresArgs & GcpPlacement): Partial<Settings> {
  const {
    highAvailability,
    diskGiB,
    maxDiskGiB = Math.min(4 * diskGiB, 65_536),
    backupRetentionDays,
    protect = true,
    region,
  } = args;
  return {
    availabilityType: highAvailability ? "REGIONAL" : "ZONAL",
    diskType: "PD_SSD",
    diskSize: diskGiB,
    diskAutoresize: true,
    diskAutoresizeLimit: maxDiskGiB,
    backupConfiguration: {
      enabled: true,
      location: region,
      startTime: "01:00",
      pointInTimeRecoveryEnabled: true,
      transactionLogRetentionDays: backupRetentionDays,
      // one a day
      backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: backupRetentionDays },
    },
    // Sunday night, Universal Time; replicas follow
    maintenanceWindow: { day: 7, hour: 2, updateTrack: "stable" },
    retainBackupsOnDelete: protect,
    finalBackupConfig: protect ? { enabled: true, retentionDays: finalBackupDays } : { enabled: false },
    passwordValidationPolicy: {
      enablePasswordPolicy: true,
      complexity: "COMPLEXITY_DEFAULT",
      disallowUsernameSubstring: true,
      minLength: 16,
      reuseInterval: 5,
    },
  };
}

interface ReadPoolArgs extends PostgresArgs, GcpPlacement {
  readonly sql: SqlMachine;
  readonly vpc: GcpNetwork;
  readonly primary: gcp.sql.DatabaseInstance;
}

/** All read replicas behind one address. Encrypted with the primary's key, which it may not name itself. */
function readPool(
  name: string,
  args: ReadPoolArgs,
  opts: { readonly parent: pulumi.Resource },
): gcp.sql.DatabaseInstance {
  const { sql, vpc, primary, readReplicas, region, protect = true } = args;
  return new gcp.sql.DatabaseInstance(
    `${name}-read`,
    {
      databaseVersion: primary.databaseVersion,
      region,
      instanceType: "READ_POOL_INSTANCE",
      masterInstanceName: primary.name,
      nodeCount: readReplicas,
      deletionProtection: protect,
      settings: settings(args, sql, vpc),
    },
    { ...opts, protect },
  );
}
