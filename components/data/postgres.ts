import type * as pulumi from "@pulumi/pulumi";
import type { Grantable } from "../identity/workloadIdentity";
import type { Network } from "../network/network";
import type { MachineShape } from "../cluster/nodePools";

/** PostgreSQL majors that both clouds offer today, newest first. */
export const postgresVersions = ["18", "17", "16"] as const;

/** Arguments of a {@link Postgres}, the same on every cloud. */
export interface PostgresArgs {
  readonly network: Network;
  /** Major version, one of `postgresVersions`. */
  readonly version: string;
  readonly machine: MachineShape;
  /** First size of the disk, GiB; it grows by itself up to `maxDiskGiB`. */
  readonly diskGiB: number;
  /** @default four times `diskGiB` */
  readonly maxDiskGiB?: number;
  /** A standby in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /** Read replicas beside the primary, 0 to 5. */
  readonly readReplicas: number;
  /** How long backups and the log for point-in-time recovery are kept, days, 1 to 35. */
  readonly backupRetentionDays: number;
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
