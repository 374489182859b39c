import {
  isPrivateBlock,
  isSet,
  mustBeAtLeast,
  mustBeOff,
  mustBeOn,
  mustBeOneOf,
  mustBeSet,
  prefixLength,
  show,
} from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const instances = ["gcp:sql/databaseInstance:DatabaseInstance"] as const;

/** False for a read replica: its primary answers for backups and for the standby. */
function isPrimary({
  props,
}: {
  readonly props: { readonly masterInstanceName?: string | undefined };
}): boolean {
  return !isSet(props, "masterInstanceName");
}

export const backups = resourceRule({
  id: "gcp-sql-backups",
  title: "Cloud SQL keeps backups long enough",
  severity: "high",
  description:
    "A mistake is often seen only weeks later: backups have to reach back further than that. Unset, there are none.",
  remedy:
    "Set settings.backupConfiguration.enabled and raise backupRetentionSettings.retainedBackups (postgres.backupRetentionDays in the stack file), one a day.",
  controls: { cisGcp: ["6.8"], soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  settings: {
    minBackups: {
      schema: { type: "integer", minimum: 1, maximum: 365, description: "Fewest daily backups kept." },
      values: { dev: 1, staging: 7, prod: 30 },
    },
  },
  types: instances,
  applies: isPrimary,
  check: ({ props }, { minBackups }) => {
    const backup = props.settings?.backupConfiguration;
    return [
      mustBeOn(backup?.enabled, "settings.backupConfiguration.enabled"),
      mustBeAtLeast(
        backup?.backupRetentionSettings?.retainedBackups,
        minBackups,
        "settings.backupConfiguration.backupRetentionSettings.retainedBackups",
      ),
    ];
  },
});

export const customerKey = resourceRule({
  id: "gcp-sql-cmek",
  title: "Cloud SQL storage is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set encryptionKeyName to a key of this stack; it can't be added later.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: strictInProd,
  types: instances,
  applies: isPrimary,
  check: ({ props }) => mustBeSet(props, "encryptionKeyName"),
});

export const deletionProtection = resourceRule({
  id: "gcp-sql-deletion-protection",
  title: "Cloud SQL refuses deletion",
  severity: "high",
  description:
    "Pulumi refuses to delete the instance (deletionProtection), and so does the API (settings.deletionProtectionEnabled).",
  remedy: "Set deletionProtection and settings.deletionProtectionEnabled to true.",
  controls: { cisGcp: ["6.9"], soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: instances,
  applies: isPrimary,
  check: ({ props }) => [
    mustBeOn(props.deletionProtection, "deletionProtection"),
    mustBeOn(props.settings?.deletionProtectionEnabled, "settings.deletionProtectionEnabled"),
  ],
  remediation: {
    "gcp:sql/databaseInstance:DatabaseInstance": {
      deletionProtection: true,
      settings: { deletionProtectionEnabled: true },
    },
  },
});

export const highAvailability = resourceRule({
  id: "gcp-sql-ha",
  title: "Cloud SQL survives the loss of a zone",
  severity: "medium",
  description:
    "A standby in another zone takes over by itself in a minute; a restore from backup takes hours.",
  remedy: 'Set settings.availabilityType to "REGIONAL" (postgres.highAvailability in the stack file).',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: instances,
  applies: isPrimary,
  check: ({ props }) =>
    mustBeOneOf(props.settings?.availabilityType, ["REGIONAL"], "settings.availabilityType"),
});

export const iamAuthentication = resourceRule({
  id: "gcp-sql-iam-auth",
  title: "Cloud SQL lets workloads in by IAM",
  severity: "medium",
  description: "Signing in with an IAM identity leaves no password to leak, rotate or share.",
  remedy: 'Put { name: "cloudsql.iam_authentication", value: "on" } into settings.databaseFlags.',
  controls: { soc2: ["CC6.1"] },
  levels: strictInProd,
  types: instances,
  applies: ({ props }) => /^(POSTGRES|MYSQL)/.test(props.databaseVersion ?? ""),
  check: ({ props }) => {
    const wanted = /^MYSQL/.test(props.databaseVersion ?? "")
      ? "cloudsql_iam_authentication"
      : "cloudsql.iam_authentication";
    const flag = props.settings?.databaseFlags?.find(({ name }) => name === wanted)?.value;
    return mustBeOneOf(flag, ["on"], `the flag ${wanted}`);
  },
});

export const notPublic = resourceRule({
  id: "gcp-sql-no-public-ip",
  title: "Cloud SQL has no public address",
  severity: "critical",
  description:
    "A database is reached from inside the network alone; unset, Cloud SQL gives it a public address.",
  remedy: "Set settings.ipConfiguration.ipv4Enabled to false and privateNetwork (or pscConfigs).",
  controls: { cisGcp: ["6.7"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: instances,
  check: ({ props }) => {
    const ip = props.settings?.ipConfiguration;
    return [
      mustBeOff(ip?.ipv4Enabled, "settings.ipConfiguration.ipv4Enabled"),
      !isSet(ip, "privateNetwork") &&
        !isSet(ip, "pscConfigs") &&
        "neither settings.ipConfiguration.privateNetwork nor pscConfigs is set",
    ];
  },
});

export const noOpenNetworks = resourceRule({
  id: "gcp-sql-no-open-networks",
  title: "Cloud SQL lets in no wide networks",
  severity: "critical",
  description: "An authorised network is let in from the internet; 0.0.0.0/0 is all of it.",
  remedy:
    "Take the block out of settings.ipConfiguration.authorizedNetworks; reach the instance by its private address.",
  controls: { cisGcp: ["6.5"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  settings: {
    shortestPrefix: {
      schema: {
        type: "integer",
        minimum: 8,
        maximum: 32,
        description: "Widest IPv4 block allowed, as a prefix length.",
      },
      values: { dev: 24, staging: 28, prod: 32 },
    },
  },
  types: instances,
  check: ({ props }, { shortestPrefix }) =>
    (props.settings?.ipConfiguration?.authorizedNetworks ?? [])
      // Without a public address a private block is a network of ours; Cloud SQL asks for those outside RFC 1918.
      .filter(({ value }) => !isPrivateBlock(value))
      .filter(({ value }) => prefixLength(value) < shortestPrefix)
      .map(
        ({ value }) =>
          `authorizedNetworks holds ${show(value)}, expected blocks of /${shortestPrefix} or smaller`,
      ),
});

export const pointInTimeRecovery = resourceRule({
  id: "gcp-sql-pitr",
  title: "Cloud SQL can go back to any minute",
  severity: "high",
  description: "A backup a day loses up to a day; the log of every write loses a minute.",
  remedy:
    "Set settings.backupConfiguration.pointInTimeRecoveryEnabled (binaryLogEnabled for MySQL) and transactionLogRetentionDays to 7.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minLogDays: {
      schema: { type: "integer", minimum: 1, maximum: 35, description: "Fewest days of write-ahead log." },
      values: { dev: 1, staging: 1, prod: 7 },
    },
  },
  types: instances,
  applies: isPrimary,
  check: ({ props }, { minLogDays }) => {
    const backup = props.settings?.backupConfiguration;
    return [
      /^MYSQL/.test(props.databaseVersion ?? "")
        ? mustBeOn(backup?.binaryLogEnabled, "settings.backupConfiguration.binaryLogEnabled")
        : mustBeOn(
            backup?.pointInTimeRecoveryEnabled,
            "settings.backupConfiguration.pointInTimeRecoveryEnabled",
          ),
      mustBeAtLeast(
        backup?.transactionLogRetentionDays,
        minLogDays,
        "settings.backupConfiguration.transactionLogRetentionDays",
      ),
    ];
  },
});

export const requireTls = resourceRule({
  id: "gcp-sql-require-tls",
  title: "Cloud SQL refuses connections without TLS",
  severity: "high",
  description: "A client that forgets TLS is refused by the server.",
  remedy:
    'Set settings.ipConfiguration.sslMode to "ENCRYPTED_ONLY" or "TRUSTED_CLIENT_CERTIFICATE_REQUIRED".',
  controls: { cisGcp: ["6.4"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: instances,
  check: ({ props }) =>
    mustBeOneOf(
      props.settings?.ipConfiguration?.sslMode,
      ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"],
      "settings.ipConfiguration.sslMode",
    ),
  remediation: {
    "gcp:sql/databaseInstance:DatabaseInstance": {
      settings: { ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } },
    },
  },
});
