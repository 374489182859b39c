import type * as gcp from "@pulumi/gcp";
import type { SqlMachine } from "./machines";
import type { GcpNetwork } from "./network";
import type { SqlEngineSpec, SqlServerArgs } from "./sqlServer";

export type Settings = gcp.types.input.sql.DatabaseInstanceSettings;

/** How long the backup is kept that deletion leaves behind, days. Cloud SQL takes 1 to 365. */
const finalBackupDays = 30;

/** Largest disk of Cloud SQL, GiB: https://cloud.google.com/sql/docs/quotas#storage_limits */
const largestDiskGiB = 65_536;

/** What a primary and its replicas share. */
export function serverSettings(
  flags: Readonly<Record<string, string>>,
  args: Pick<SqlServerArgs, "protect"> & { readonly sql: SqlMachine; readonly vpc: GcpNetwork },
): Settings {
  const {
    sql: { edition, tier },
    vpc,
    protect = true,
  } = args;
  return {
    edition,
    tier,
    deletionProtectionEnabled: protect,
    ipConfiguration: {
      ipv4Enabled: false,
      privateNetwork: vpc.networkId,
      allocatedIpRange: vpc.privateServicesRange,
      sslMode: "ENCRYPTED_ONLY",
      serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
      authorizedNetworks: podNetworks(vpc),
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

/** The disk's kind, and how far it grows. */
export function diskSettings({
  diskGiB,
  maxDiskGiB = Math.min(4 * diskGiB, largestDiskGiB),
}: Pick<SqlServerArgs, "diskGiB" | "maxDiskGiB">): Partial<Settings> {
  return { diskType: "PD_SSD", diskAutoresize: true, diskAutoresizeLimit: maxDiskGiB };
}

/** What a primary has of its own. */
export function primarySettings(
  { log, maintenanceHour }: Pick<SqlEngineSpec, "log" | "maintenanceHour">,
  args: SqlServerArgs,
): Partial<Settings> {
  const { highAvailability, diskGiB, backupRetentionDays, protect = true, region } = args;
  return {
    availabilityType: highAvailability ? "REGIONAL" : "ZONAL",
    diskSize: diskGiB,
    ...diskSettings(args),
    backupConfiguration: {
      enabled: true,
      location: region,
      // some time in the four hours from then
      startTime: "01:00",
      ...log,
      transactionLogRetentionDays: backupRetentionDays,
      // one a day
      backupRetentionSettings: { retentionUnit: "COUNT", retainedBackups: backupRetentionDays },
    },
    // Sunday, after the backup, Universal Time; replicas follow
    maintenanceWindow: { day: 7, hour: maintenanceHour, updateTrack: "stable" },
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
