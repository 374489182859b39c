import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { StorePlace } from "../../components/data/store";
import type { SqlEngine } from "../../components/data/sqlVersions";
import type { CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { MachineShape } from "../../components/cluster/nodePools";
import { grantRole } from "./grants";
import { GcpKey } from "./key";
import { sqlMachine, sqlMemoryGiB } from "./machines";
import { gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import { gcpRecovery } from "./recovery";
import { primarySettings, serverSettings } from "./sqlSettings";
import {
  checkRoomInOtherRegion,
  type Child,
  recoveryReplica,
  type ReplicaArgs,
  readPool,
} from "./sqlReplicas";
import { guardSqlVersion } from "./upgradeGuard";

/** Database that the workloads share. */
export const databaseName = "app";

/** What of a server is its engine's. */
export interface SqlEngineSpec {
  readonly engine: SqlEngine;
  /** As Cloud SQL writes it: `POSTGRES_17`, `MYSQL_8_4`. */
  readonly databaseVersion: string;
  /** By name, of the primary and its replicas alike. */
  readonly flags: Readonly<Record<string, string>>;
  /**
   * Flags of replicas besides.
   *
   * @default - the primary's alone
   */
  readonly replicaFlags?: Readonly<Record<string, string>>;
  /** What makes the log from which a server goes back to any minute. */
  readonly log: Pick<
    gcp.types.input.sql.DatabaseInstanceSettingsBackupConfiguration,
    "binaryLogEnabled" | "pointInTimeRecoveryEnabled"
  >;
  /** Hour of Sunday, Universal Time, in which it is maintained: apart from those of other stores. */
  readonly maintenanceHour: number;
}

/** What of a server is the stack's to say, whatever its engine. */
export interface SqlServerArgs extends StorePlace, GcpPlacement {
  readonly machine: MachineShape;
  readonly diskGiB: number;
  /** @default four times `diskGiB`, as far as Cloud SQL goes */
  readonly maxDiskGiB?: number;
  readonly highAvailability: boolean;
  readonly backupRetentionDays: number;
  /** @default 0 */
  readonly readReplicas?: number;
  /** @default false */
  readonly pooling?: boolean;
  /** @default false */
  readonly allowMajorUpgrade?: boolean;
}

type Instance = gcp.sql.DatabaseInstance;

/** A server as Cloud SQL has it: instances that are one to its users. */
export interface SqlServer {
  readonly primary: Instance;
  /** Read replicas in the primary's region, behind one address; none where none are asked for. */
  readonly readers?: Instance;
  /** Replica in the region that takes over; none where the stack has no such region. */
  readonly recovery?: Instance;
  /** All of these. */
  readonly instances: readonly Instance[];
  /** Memory of a node, GiB. */
  readonly memoryGiB: number;
  /** Whether the primary has a pool of connections before it. */
  readonly pooling: boolean;
}

/**
 * Makes a server: its key, the primary with the workloads' database, the read pool, and the replica in the region that takes
 * over, under a key there.
 */
export function sqlServer(name: string, spec: SqlEngineSpec, args: SqlServerArgs, child: Child): SqlServer {
  const { machine, readReplicas = 0, pooling = false, recovery, protect = true } = args;
  checkRetention(args.backupRetentionDays);
  const vpc = gcpNetwork(args.network);
  const place = recovery === undefined ? undefined : gcpRecovery(recovery);
  if (place !== undefined) checkRoomInOtherRegion(vpc);
  const sql = sqlMachine({ ...args, readReplicas, pooling });

  const primary = primaryOf(name, { ...args, spec, sql, vpc }, child);
  const copy = { ...args, spec, sql, vpc, primary };
  const readers = readReplicas > 0 ? readPool(`${name}-read`, { ...copy, readReplicas }, child) : undefined;
  const other = place === undefined ? undefined : recoveryReplica(`${name}-recovery`, copy, place, child);
  new gcp.sql.Database(
    `${name}-${databaseName}`,
    { name: databaseName, instance: primary.name },
    // its tables go with it, and Pulumi must not be the one to drop them
    { ...child, protect, deletedWith: primary },
  );

  return {
    primary,
    ...(readers !== undefined && { readers }),
    ...(other !== undefined && { recovery: other }),
    instances: [primary, readers, other].filter((instance) => instance !== undefined),
    memoryGiB: sqlMemoryGiB(machine, sql),
    pooling,
  };
}

function primaryOf(name: string, args: Omit<ReplicaArgs, "primary">, child: Child): Instance {
  const { spec, vpc, readReplicas = 0, pooling = false, recovery, protect = true, region, project } = args;
  const replicated = readReplicas > 0 || recovery !== undefined;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { sql: project.agents.sql } },
    child,
  );
  return new gcp.sql.DatabaseInstance(
    name,
    {
      databaseVersion: spec.databaseVersion,
      region,
      encryptionKeyName: key.keyId,
      deletionProtection: protect,
      // a new major is brought to all of them at once
      ...(replicated && { includeReplicasForMajorVersionUpgrade: true }),
      settings: {
        ...serverSettings(spec.flags, args),
        ...primarySettings(spec, args),
        ...(pooling && { connectionPoolConfigs: [{ connectionPoolingEnabled: true }] }),
      },
    },
    {
      ...child,
      protect,
      dependsOn: [...key.grants, ...vpc.storesReady],
      // it grows by itself, and setting the first size again would try to shrink it
      ignoreChanges: ["settings.diskSize"],
      hooks: guardSqlVersion(name, spec.engine, args.allowMajorUpgrade ?? false),
    },
  );
}

/** Lets an identity sign in to each of a server's instances, also to the one that takes over, and to no other server. */
export function allowSignIn(
  name: string,
  { instances }: SqlServer,
  { project, to }: { readonly project: GcpProject; readonly to: WorkloadIdentity },
  opts: pulumi.ComponentResourceOptions,
): void {
  const resourceNames = instances.map(
    (instance) => pulumi.interpolate`projects/${project.projectId}/instances/${instance.name}`,
  );
  const member = to.principal;
  grantRole(`${name}-connect`, { project, role: "roles/cloudsql.client", member, resourceNames }, opts);
  grantRole(`${name}-login`, { project, role: "roles/cloudsql.instanceUser", member, resourceNames }, opts);
}

/** Where Cloud SQL's own connectors go, which sign in by IAM: https://cloud.google.com/sql/docs/postgres/connect-connectors */
export const connectorPort = 3307;

/** Role of those who make users and roles, which Cloud SQL gives to its own administrators. */
export const administratorRole = "cloudsqlsuperuser";

/**
 * The authorities of a server's instances: each has one of its own, which signs nothing else, so that to verify with it
 * proves that this is the server, as a name would, of which an address has none.
 */
export function authoritiesOf({ instances }: SqlServer, variable: string): CaBundle {
  return {
    variable,
    pem: pulumi.all(instances.map(({ serverCaCerts }) => serverCaCerts)).apply((certificates) =>
      certificates
        .flat()
        .map(({ cert }) => `${cert.trim()}\n`)
        .join(""),
    ),
  };
}

function checkRetention(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > 35) {
    throw new Error(`backupRetentionDays: expected a whole number from 1 to 35, got ${days}`);
  }
}
