import { isSet, mustBeAtLeast, mustBeOn, mustBeOneOf, mustBeSet, mustNotBeOn } from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { lockedDays } from "../retention";
import { resourceRule, stackRule } from "../rule";
import { pointsAt, type PlacedResource, type Stack } from "../stack";
import { audits, recordsObjects } from "./auditLogs";

const buckets = ["gcp:storage/bucket:Bucket"] as const;

/** True for the bucket that another one's usage logs go to, which need none themselves. */
function takesUsageLogs(bucket: PlacedResource<(typeof buckets)[number]>, stack: Stack): boolean {
  return stack
    .ofType(...buckets)
    .some(
      (other) =>
        pointsAt(other, "logging", bucket) ||
        (isSet(other.props.logging, "logBucket") && other.props.logging?.logBucket === bucket.props.name),
    );
}

export const accessLogging = stackRule({
  id: "gcp-storage-access-logging",
  title: "Cloud Storage records who reads and writes objects",
  severity: "medium",
  description:
    "Who took what, and when, is known of no bucket unless it is recorded. The stack that audits the project records it for every bucket there, so that others are not judged.",
  remedy:
    "Set logTypes DATA_READ and DATA_WRITE for allServices or storage.googleapis.com in an IAMAuditConfig, or logging.logBucket.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: inProd,
  types: buckets,
  applies: (_, stack) => audits(stack),
  check: (bucket, stack) =>
    !recordsObjects(stack) &&
    !isSet(bucket.props.logging, "logBucket") &&
    !takesUsageLogs(bucket, stack) &&
    "no IAMAuditConfig records DATA_READ and DATA_WRITE of storage.googleapis.com, and logging.logBucket is not set",
});

export const customerKey = resourceRule({
  id: "gcp-storage-cmek",
  title: "Cloud Storage objects are encrypted with our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set encryption.defaultKmsKeyName to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: strictInProd,
  types: buckets,
  check: ({ props }) => mustBeSet(props.encryption, "defaultKmsKeyName", "encryption.defaultKmsKeyName"),
});

export const lifecycle = resourceRule({
  id: "gcp-storage-lifecycle",
  title: "Cloud Storage lets old versions go",
  severity: "low",
  description: "A versioned bucket without lifecycle rules keeps, and bills, every version for ever.",
  remedy: "Add a rule to lifecycleRules that deletes noncurrent versions.",
  controls: { soc2: ["C1.2"], gdpr: ["5(1)(e)"] },
  levels: strictInProd,
  types: buckets,
  check: ({ props }) =>
    !(props.lifecycleRules ?? []).some(({ action }) => action?.type === "Delete") &&
    "lifecycleRules has no rule whose action is Delete",
});

export const noForceDestroy = resourceRule({
  id: "gcp-storage-no-force-destroy",
  title: "Cloud Storage buckets with objects refuse deletion",
  severity: "medium",
  description: "forceDestroy empties a bucket, versions and all, before deleting it.",
  remedy: "Leave forceDestroy false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: buckets,
  check: ({ props }) => mustNotBeOn(props.forceDestroy, "forceDestroy"),
});

export const publicAccessPrevention = resourceRule({
  id: "gcp-storage-public-access-prevention",
  title: "Cloud Storage refuses public access",
  severity: "critical",
  description: "Enforced, it holds whatever an ACL or an IAM binding says later.",
  remedy: 'Set publicAccessPrevention to "enforced".',
  controls: { cisGcp: ["5.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: buckets,
  check: ({ props }) => mustBeOneOf(props.publicAccessPrevention, ["enforced"], "publicAccessPrevention"),
  remediation: {
    "gcp:storage/bucket:Bucket": { publicAccessPrevention: "enforced" },
  },
});

export const retentionLock = resourceRule({
  id: "gcp-storage-retention-lock",
  title: "Nobody deletes an exported backup, or a copy of objects, before its time",
  severity: "medium",
  description:
    "Whoever asks for ransom deletes the backups first; a retention policy refuses that to everyone.",
  remedy:
    "Set retentionPolicy.retentionPeriod: on buckets labelled purpose: backup to the seconds asked, on those labelled purpose: copy to a day or more.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"], pciDss: ["10.3.2"] },
  levels: inProd,
  settings: { minDays: lockedDays },
  types: buckets,
  check: ({ props }, { minDays }) => {
    // what is copied can be deleted as soon as versions of what was copied are
    const least: Readonly<Record<string, number>> = { backup: minDays, copy: 1 };
    const days = least[props.labels?.["purpose"] ?? ""];
    return (
      days !== undefined &&
      mustBeAtLeast(
        daysOf(props.retentionPolicy?.retentionPeriod),
        days,
        "retentionPolicy.retentionPeriod, in days,",
      )
    );
  },
});

/** Days of a period that is written in seconds, as text. */
function daysOf(seconds: string | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds) / 86_400;
}

export const uniformAccess = resourceRule({
  id: "gcp-storage-uniform-access",
  title: "Cloud Storage is governed by IAM alone",
  severity: "medium",
  description: "Object ACLs are a second door that no audit of IAM sees.",
  remedy: "Set uniformBucketLevelAccess to true.",
  controls: { cisGcp: ["5.2"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: buckets,
  check: ({ props }) => mustBeOn(props.uniformBucketLevelAccess, "uniformBucketLevelAccess"),
  // not mended: who reads by an object's list would be shut out at once, and after 90 days for good
});

export const versioning = resourceRule({
  id: "gcp-storage-versioning",
  title: "Cloud Storage keeps versions, or lets nobody overwrite",
  severity: "medium",
  description:
    "An object that is overwritten or deleted by mistake, or by someone's malice, can be brought back.",
  remedy: "Set versioning.enabled to true, or a retentionPolicy.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  types: buckets,
  check: ({ props }) =>
    !isSet(props.retentionPolicy, "retentionPeriod") &&
    mustBeOn(props.versioning?.enabled, "versioning.enabled"),
});
