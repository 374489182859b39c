import { isOpenToAll, mustBeOn, mustBeOneOf } from "../check";
import { always, offInDev, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const clusters = ["mongodbatlas:index/advancedCluster:AdvancedCluster"] as const;

export const inTransit = resourceRule({
  id: "mongodb-atlas-tls12",
  title: "Atlas refuses outdated versions of TLS",
  severity: "high",
  description: "Atlas speaks TLS alone; versions before 1.2 can be broken by who listens.",
  remedy: 'Set advancedConfiguration.minimumEnabledTlsProtocol to "TLS1_2" or "TLS1_3".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: clusters,
  check: ({ props: { advancedConfiguration } }) =>
    mustBeOneOf(
      advancedConfiguration?.minimumEnabledTlsProtocol,
      ["TLS1_2", "TLS1_3"],
      "advancedConfiguration.minimumEnabledTlsProtocol",
    ),
  remediation: {
    "mongodbatlas:index/advancedCluster:AdvancedCluster": {
      advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2" },
    },
  },
});

export const customerKey = resourceRule({
  id: "mongodb-atlas-cmek",
  title: "Atlas is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set encryptionAtRestProvider to the stack's cloud, and give the project an EncryptionAtRest.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: clusters,
  check: ({ props }) =>
    mustBeOneOf(props.encryptionAtRestProvider, ["AWS", "GCP"], "encryptionAtRestProvider"),
});

export const backups = resourceRule({
  id: "mongodb-atlas-backups",
  title: "Atlas can be restored to any minute",
  severity: "high",
  description: "Snapshots alone lose what was written since the last; the log of operations loses a minute.",
  remedy: "Set backupEnabled and pitEnabled to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: clusters,
  check: ({ props: { backupEnabled, pitEnabled } }) => [
    mustBeOn(backupEnabled, "backupEnabled"),
    mustBeOn(pitEnabled, "pitEnabled"),
  ],
});

export const terminationProtection = resourceRule({
  id: "mongodb-atlas-termination-protection",
  title: "Atlas refuses a cluster's deletion",
  severity: "medium",
  description: "It takes a second change to allow a store's deletion, and its backups outlive it.",
  remedy: "Set terminationProtectionEnabled and retainBackupsEnabled to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: clusters,
  check: ({ props: { terminationProtectionEnabled, retainBackupsEnabled } }) => [
    mustBeOn(terminationProtectionEnabled, "terminationProtectionEnabled"),
    mustBeOn(retainBackupsEnabled, "retainBackupsEnabled"),
  ],
  remediation: {
    "mongodbatlas:index/advancedCluster:AdvancedCluster": {
      terminationProtectionEnabled: true,
      retainBackupsEnabled: true,
    },
  },
});

export const closed = resourceRule({
  id: "mongodb-atlas-not-public",
  title: "Atlas lets in no whole internet",
  severity: "critical",
  description: "A list of addresses that names all of them leaves a password between the data and everybody.",
  remedy: "Reach the cluster by private endpoints, and take the entry out of the ProjectIpAccessList.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["mongodbatlas:index/projectIpAccessList:ProjectIpAccessList"],
  check: ({ props: { cidrBlock } }) => isOpenToAll(cidrBlock) && `cidrBlock is "${String(cidrBlock)}"`,
});

export const audited = resourceRule({
  id: "mongodb-atlas-audit",
  title: "Atlas records who signs in and changes rights",
  severity: "medium",
  description: "What nobody wrote down can't be looked into afterwards.",
  remedy: "Set enabled of the project's Auditing to true, with an auditFilter.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: ["mongodbatlas:index/auditing:Auditing"],
  check: ({ props: { enabled } }) => mustBeOn(enabled, "enabled"),
});

export const passwordless = resourceRule({
  id: "mongodb-atlas-passwordless",
  title: "Users of Atlas have no password",
  severity: "medium",
  description: "A role or service account of the cloud is nothing that could be copied from a variable.",
  remedy: 'Set awsIamType to "ROLE" or oidcAuthType to "USER", and leave out password.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: ["mongodbatlas:index/databaseUser:DatabaseUser"],
  check: ({ props: { awsIamType, oidcAuthType, x509Type } }) =>
    ![awsIamType, oidcAuthType, x509Type].some((kind) => kind !== undefined && kind !== "NONE") &&
    "neither awsIamType nor oidcAuthType nor x509Type is set: it signs in by a password",
});
