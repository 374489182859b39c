import { isTrue, mustBeAtLeast, mustBeOn, mustBeSet, mustNotBeOn } from "../check";
import { inProd, strictInProd } from "../levels";
import { backupDays, lockedDays } from "../retention";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const plans = ["gcp:gkebackup/backupPlan:BackupPlan"] as const;

export const backedUp = stackRule({
  id: "gcp-gke-backup-plan",
  title: "GKE clusters are backed up",
  severity: "medium",
  description:
    "What is in the cluster and in no program, volumes above all, comes back from a backup or not at all.",
  remedy: "Add a gcp.gkebackup.BackupPlan with the cluster's id in cluster.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: ["gcp:container/cluster:Cluster"],
  check: (cluster, stack) =>
    !pointingAt(stack, "gcp:gkebackup/backupPlan:BackupPlan", "cluster", cluster).some(
      ({ props }) => !isTrue(props.deactivated),
    ) && "no BackupPlan that is active is of this cluster",
});

export const backupKey = resourceRule({
  id: "gcp-gke-backup-cmek",
  title: "GKE backups are under our key",
  severity: "medium",
  description: "A backup is the whole of the data in one place, Kubernetes' secrets with it.",
  remedy: "Set backupConfig.encryptionKey.gcpKmsEncryptionKey to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: plans,
  check: ({ props }) =>
    mustBeSet(
      props.backupConfig?.encryptionKey,
      "gcpKmsEncryptionKey",
      "backupConfig.encryptionKey.gcpKmsEncryptionKey",
    ),
});

export const backupLocked = resourceRule({
  id: "gcp-gke-backup-locked",
  title: "Nobody deletes a GKE backup before its time",
  severity: "high",
  description: "Whoever asks for ransom deletes the backups first; a lock refuses that to everyone.",
  remedy: "Set retentionPolicy.backupDeleteLockDays to the days asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: { minDays: lockedDays },
  types: plans,
  check: ({ props }, { minDays }) =>
    mustBeAtLeast(
      props.retentionPolicy?.backupDeleteLockDays,
      minDays,
      "retentionPolicy.backupDeleteLockDays",
    ),
});

export const backupRetention = resourceRule({
  id: "gcp-gke-backup-retention",
  title: "GKE backups are made by the clock and kept long enough",
  severity: "medium",
  description: "What is deleted by mistake is often missed only weeks later.",
  remedy: "Set backupSchedule and retentionPolicy.backupRetainDays to the days asked, and leave paused out.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: { minDays: backupDays },
  types: plans,
  check: ({ props }, { minDays }) => [
    mustBeSet(props, "backupSchedule"),
    mustNotBeOn(props.backupSchedule?.paused, "backupSchedule.paused"),
    mustBeAtLeast(props.retentionPolicy?.backupRetainDays, minDays, "retentionPolicy.backupRetainDays"),
  ],
});

export const backupWhole = resourceRule({
  id: "gcp-gke-backup-volumes",
  title: "GKE backups hold the volumes",
  severity: "high",
  description: "Without its volumes a cluster comes back empty.",
  remedy: "Set backupConfig.includeVolumeData to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: plans,
  check: ({ props }) => mustBeOn(props.backupConfig?.includeVolumeData, "backupConfig.includeVolumeData"),
});
