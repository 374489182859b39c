import { gone, of, openPolicy, type StoreCase, to, unprotected } from "./storeChanges";

const ofBucket = (what: string) => `aws:s3/bucket${what}:Bucket${what}`;
const gcs = "gcp:storage/bucket:Bucket";
const constraint = "gcp:orgpolicy/policy:Policy";
const ownKey = "the stack's key";
const cloudKey = "the cloud's key";

/** What a bucket's row says when a part of it is another. */
export const bucketCases: readonly StoreCase[] = [
  ...of(
    ["publishing", "aws", "bucket"],
    [ofBucket("ServerSideEncryptionConfiguration"), /-bucket-encryption$/],
    [["it has no key", gone, "encrypted by", ownKey, cloudKey]],
  ),
  ...of(
    ["publishing", "aws", "bucket"],
    [ofBucket("Policy"), /-bucket-policy$/],
    [["HTTP is let in", to("policy", openPolicy), "TLS forced", "yes", "no"]],
  ),
  ...of(
    ["publishing", "aws", "bucket"],
    [ofBucket("Versioning"), /-bucket-versioning$/],
    [["versions are not kept", to("versioningConfiguration.status", "Suspended"), "backup days", "30", "no"]],
  ),
  ...of(
    ["publishing", "aws", "bucket"],
    [ofBucket("ReplicationConfig"), /-bucket-replication$/],
    [["nothing copies it", to("rules.0.status", "Disabled"), "DR copy", "locked replica", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "bucket"],
    [ofBucket("ObjectLockConfiguration"), /-bucket-recovery-lock$/],
    [
      [
        "some may pass the lock",
        to("rule.defaultRetention.mode", "GOVERNANCE"),
        "DR copy",
        "locked replica",
        "replica",
      ],
    ],
  ),
  ...of(
    ["publishing", "aws", "bucket"],
    ["aws:s3/bucket:Bucket", /-bucket$/],
    [["Pulumi may delete it", unprotected, "deletion protection", "Pulumi", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "bucket"],
    [gcs, /-bucket$/],
    [
      ["it has no key", to("encryption", undefined), "encrypted by", ownKey, cloudKey],
      ["versions are not kept", to("versioning.enabled", false), "backup days", "30", "no"],
      [
        "it is in one region",
        to("customPlacementConfig", undefined),
        "DR copy",
        "replica, locked copy",
        "locked copy",
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "bucket"],
    [gcs, /-bucket-recovery$/],
    [
      [
        "whoever may change it can empty it",
        to("retentionPolicy.isLocked", false),
        "DR copy",
        "replica, locked copy",
        "replica",
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "bucket"],
    ["gcp:storage/transferJob:TransferJob", /-bucket-replication$/],
    [["nothing copies it", gone, "DR copy", "replica, locked copy", "replica"]],
  ),
  ...of(
    ["suuupra", "gcp", "bucket"],
    [constraint, /-policy-storage-secure-http-transport$/],
    [
      ["HTTP is answered", gone, "TLS forced", "yes", "no"],
      ["nothing is enforced", to("spec.rules", [{ enforce: "FALSE" }]), "TLS forced", "yes", "no"],
    ],
  ),
];
