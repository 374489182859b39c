import { given, type Setting } from "./setting";

const vault = {
  area: "vault of databases",
  why: "who takes over the account can't take the way back as well",
};
const drill = { area: "restore drill", elsewhere: "-" };
const snapshots = {
  area: "volumes",
  type: "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass",
} as const;

/** Of the snapshots of volumes, on either cloud; neither makes a class by itself. */
const snapshotSettings: readonly Setting[] = [
  {
    ...snapshots,
    setting: "snapshots of volumes kept when their namespace goes",
    path: "deletionPolicy",
    expected: "Retain",
    elsewhere: "no class",
    why: "who deletes a namespace by mistake has them still",
  },
];

/** What the vault, the drill and snapshots on AWS have without being told more than the lock and how often. */
export const awsBackupSettings: readonly Setting[] = [
  {
    ...vault,
    type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    only: /^main-backups-lock$/,
    setting: "vault locked",
    path: "minRetentionDays",
    expected: 7,
    elsewhere: "no lock",
  },
  {
    ...vault,
    type: "aws:backup/vault:Vault",
    only: /^main-backups$/,
    setting: "vault refuses to be emptied by the program",
    path: "forceDestroy",
    expected: false,
    elsewhere: "the same",
  },
  {
    ...vault,
    type: "aws:backup/plan:Plan",
    only: /^main-backups$/,
    setting: "databases into the vault each day",
    path: "rules.*.schedule",
    expected: "cron(0 10 * * ? *)",
    elsewhere: "-",
    why: "the backups of a server go with it",
  },
  {
    ...drill,
    type: "aws:backup/restoreTestingPlan:RestoreTestingPlan",
    setting: "restores rehearsed each week",
    path: "scheduleExpression",
    expected: "cron(0 14 ? * MON *)",
    why: "a backup that nobody restored is a hope",
  },
  {
    ...drill,
    type: "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    setting: "restored with our parameters",
    path: "restoreMetadataOverrides.dbParameterGroupName",
    expected: given,
    why: "by RDS's own MySQL would take plain connections",
  },
  {
    ...drill,
    type: "aws:backup/restoreTestingSelection:RestoreTestingSelection",
    only: /mysql$/,
    setting: "restored with MySQL's audit plugin",
    path: "restoreMetadataOverrides.optionGroupName",
    expected: given,
    why: "nobody would see who came",
  },
  {
    ...snapshots,
    type: "aws:eks/addon:Addon",
    only: /snapshot-controller$/,
    setting: "the snapshot controller runs",
    path: "addonName",
    expected: "snapshot-controller",
    elsewhere: "EKS not installed",
    why: "without it a VolumeSnapshot is a word",
  },
  ...snapshotSettings,
];

/** The same on GCP, where GKE runs the controller itself. */
export const gcpBackupSettings: readonly Setting[] = [
  {
    ...vault,
    type: "gcp:storage/bucket:Bucket",
    only: /^main-backups$/,
    setting: "exports can't be deleted for 30 days",
    path: "retentionPolicy.retentionPeriod",
    expected: String(30 * 86_400),
    elsewhere: "no retention",
  },
  {
    ...vault,
    type: "gcp:storage/bucket:Bucket",
    only: /^main-backups$/,
    setting: "vault refuses to be emptied by the program",
    path: "forceDestroy",
    expected: false,
    elsewhere: "the same",
  },
  {
    ...drill,
    type: "gcp:cloudscheduler/job:Job",
    only: /^main-backups-drill/,
    setting: "restores rehearsed each week",
    path: "schedule",
    expected: "0 14 * * 1",
    why: "a backup that nobody restored is a hope",
  },
  {
    ...snapshots,
    setting: "snapshots of volumes in the stack's region",
    path: "parameters.storage-locations",
    expected: "us-east1",
    elsewhere: "the multi-region around it",
    why: "GDPR 44",
  },
  ...snapshotSettings,
];
