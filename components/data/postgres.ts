import type * as pulumi from "@pulumi/pulumi";
import type { Grantable } from "../identity/workloadIdentity";
import type { Network } from "../network/network";
import type { MachineShape } from "../cluster/nodePools";

/** PostgreSQL majors that both clouds offer today, newest first. */
export const postgresVersions = ["18", "17", "16"] as const;

/** Most read replicas: with the primary, three nodes, which is what a Multi-AZ DB cluster of RDS has. */
export const maxReadReplicas = 2;

/** Arguments of a {@link Postgres}, the same on every cloud. */
export interface PostgresArgs {
  readonly network: Network;
  /** Major version, one of `postgresVersions`. */
  readonly version: string;
  readonly machine: MachineShape;
  /**
   * First size of the disk, GiB; it grows by itself up to `maxDiskGiB`. On AWS the disks of a server with read replicas do
   * not, and have 400 GiB or more.
   */
  readonly diskGiB: number;
  /** @default four times `diskGiB` */
  readonly maxDiskGiB?: number;
  /** A standby in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /**
   * Nodes beside the primary that answer reads, 0 to `maxReadReplicas`, and 0 where the server is not highly available. On
   * AWS they are the standbys, and always two.
   */
  readonly readReplicas: number;
  /** How long backups and the log for point-in-time recovery are kept, days, 1 to 35. */
  readonly backupRetentionDays: number;
  /**
   * How long the server's logs are kept, days, where they are kept for it alone; on GCP they are in the project's own log.
   *
   * @default 365 - a year, as SOC 2 and the CIS benchmarks read it
   */
  readonly logRetentionDays?: number;
  /**
   * Refuse deletion, in the cloud and in Pulumi, and take a last snapshot.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * A PostgreSQL server: private, encrypted with our key, TLS required, point-in-time recovery on. Its administrator's
 * password is made, kept and rotated by the cloud; workloads sign in with their own identity (IAM).
 *
 * `connection` holds `PGHOST`, `PGPORT`, `PGDATABASE`, `PGSSLMODE` and, with replicas, `PGHOST_READ`.
 */
export interface Postgres extends pulumi.ComponentResource, Grantable {
  /** DNS name or address of the primary. */
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
