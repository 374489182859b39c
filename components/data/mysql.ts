import type * as pulumi from "@pulumi/pulumi";
import type { MachineShape } from "../cluster/nodePools";
import type { RecoveryPlanner } from "./recovery";
import { sqlRecovery } from "./sqlRecovery";
import type { AdministeredSql } from "./sqlAdministration";
import type { SpecOf, Store, StorePlace } from "./store";

/** MySQL series with long-term support that both clouds offer today, newest first. */
export const mysqlVersions = ["8.4"] as const;

/** Arguments of a {@link MySql}, the same on every cloud. */
export interface MySqlArgs extends StorePlace {
  /** Series, one of `mysqlVersions`. */
  readonly version: string;
  readonly machine: MachineShape;
  /** First size of the disk, GiB; it grows by itself up to `maxDiskGiB`. */
  readonly diskGiB: number;
  /** @default four times `diskGiB` */
  readonly maxDiskGiB?: number;
  /** A standby in another zone that takes over by itself. */
  readonly highAvailability: boolean;
  /** How long backups and the log for point-in-time recovery are kept, days, 1 to 35. */
  readonly backupRetentionDays: number;
  /**
   * Let an update take the server to the next major, at once: an outage of minutes, of which somebody has to choose the hour.
   *
   * @default false
   */
  readonly allowMajorUpgrade?: boolean;
}

/**
 * A MySQL server: private, encrypted with our key, TLS required, point-in-time recovery on. Its administrator's password is
 * made, kept and rotated by the cloud; workloads sign in with their own identity (IAM).
 *
 * `connection` holds `MYSQL_HOST`, `MYSQL_PORT`, `MYSQL_DATABASE` and `MYSQL_SSL_MODE`, by the names of MySQL's own client
 * (`VERIFY_CA`, `VERIFY_IDENTITY`); `MYSQL_SSL_CA` names the file of `caBundle`. A grant gives `MYSQL_USER`.
 */
export interface MySql extends Store, AdministeredSql {
  /** DNS name or address of the primary. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
}

/** What is lost of a MySQL server, and for how long, when its region is. */
export const mysqlRecovery: RecoveryPlanner<SpecOf<MySqlArgs>> = sqlRecovery;
