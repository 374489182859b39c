import type * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../cluster/nodePools";
import type { RecoveryPlanner } from "./recovery";
import { sqlRecovery } from "./sqlRecovery";
import type { AdministeredSql } from "./sqlAdministration";
import type { SpecOf, Store, StorePlace } from "./store";

/** PostgreSQL majors that both clouds offer today, newest first. */
export const postgresVersions = ["18", "17", "16"] as const;

/** Most read replicas: with the primary, three nodes that answer, a zone for each. */
export const maxReadReplicas = 2;

/** Arguments of a {@link Postgres}, the same on every cloud. */
export interface PostgresArgs extends StorePlace {
  /** Major version, one of `postgresVersions`. */
  readonly version: string;
  readonly machine: MachineShape;
  /** First size of the disk, GiB; it grows by itself up to `maxDiskGiB`. */
  readonly diskGiB: number;
  /** @default four times `diskGiB` */
  readonly maxDiskGiB?: number;
  /** A standby in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /** Nodes beside the primary that answer reads, 0 to `maxReadReplicas`, and 0 where the server is not highly available. */
  readonly readReplicas: number;
  /** How long backups and the log for point-in-time recovery are kept, days, 1 to 35. */
  readonly backupRetentionDays: number;
  /**
   * Let an update take the server to the next major, at once: an outage of minutes, of which somebody has to choose the hour.
   *
   * @default false
   */
  readonly allowMajorUpgrade?: boolean;
  /**
   * Connections that the workloads share: many of theirs are a few of the server's.
   *
   * @default false
   */
  readonly pooling?: boolean;
}

/**
 * A PostgreSQL server: private, encrypted with our key, TLS required, point-in-time recovery on. Its administrator's
 * password is made, kept and rotated by the cloud; workloads sign in with their own identity (IAM).
 *
 * `connection` holds `PGHOST`, `PGPORT`, `PGDATABASE`, `PGSSLMODE` and, with replicas, `PGHOST_READ`: one host that spreads
 * over them, or all of them with commas between, as libpq takes them; `PGPORT_READ` too where those may answer at another
 * port.
 */
export interface Postgres extends Store, AdministeredSql {
  /** DNS name or address of the primary, or of the pool before it. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
}

/** @throws Error where there can be no such read replicas: too many, or beside a server that has no standby */
export function checkReadReplicas({
  highAvailability,
  readReplicas,
}: Pick<PostgresArgs, "highAvailability" | "readReplicas">): void {
  if (!Number.isInteger(readReplicas) || readReplicas < 0 || readReplicas > maxReadReplicas) {
    throw new Error(
      `readReplicas: expected a whole number from 0 to ${maxReadReplicas}, got ${readReplicas}`,
    );
  }
  if (readReplicas > 0 && !highAvailability) {
    throw new Error(`readReplicas: expected 0 where highAvailability is false, got ${readReplicas}`);
  }
}

/** What is lost of a PostgreSQL server, and for how long, when its region is. */
export const postgresRecovery: RecoveryPlanner<SpecOf<PostgresArgs>> = sqlRecovery;
