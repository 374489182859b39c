import { gone, of, type StoreCase, to, unprotected } from "./storeChanges";

const ownKey = "the stack's key";
const cloudKey = "the cloud's key";
const gcs = "gcp:storage/bucket:Bucket";
const ofBucket = (what: string) => `aws:s3/bucket${what}:Bucket${what}`;

/** Of Milvus. */
export const vectorCases: readonly StoreCase[] = [
  ...of(
    ["suuupra", "aws", "vectors"],
    ["kubernetes:helm.sh/v3:Release", /-vectors-release$/],
    [
      [
        "it is told nothing of TLS",
        to("values.extraConfigFiles", { "user.yaml": "{}" }),
        "TLS forced",
        "yes",
        "no",
      ],
      ["it has one node that searches", to("values.queryNode.replicas", 1), "HA", "3 query nodes", "no"],
      [
        "it has another version",
        to("values.image.all.tag", "v2.6.15"),
        "system",
        "Milvus 2.6.19",
        "Milvus 2.6.15",
      ],
    ],
  ),
  ...of(
    ["suuupra", "aws", "vectors"],
    ["kubernetes:apps/v1:StatefulSet", /-vectors$/],
    [
      ["Pulumi may delete it", unprotected, "deletion protection", "Pulumi", "no"],
      [
        "etcd's volumes are of another class",
        to("spec.volumeClaimTemplates.0.spec.storageClassName", "other"),
        "encrypted by",
        ownKey,
        "no",
      ],
    ],
  ),
  ...of(
    ["suuupra", "aws", "vectors"],
    ["kubernetes:batch/v1:CronJob", /-vectors-backup$/],
    [
      ["no backup is taken", gone, "backup days", "30", "no"],
      ["no backup is there to be copied", gone, "DR copy", "backups", "no"],
    ],
  ),
  ...of(
    ["suuupra", "aws", "vectors"],
    [ofBucket("ReplicationConfig"), /-vectors-replication$/],
    [["backups stay here", gone, "DR copy", "backups", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "vectors"],
    [gcs, /-vectors$/],
    [["its bucket has no key", to("encryption", undefined), "encrypted by", ownKey, cloudKey]],
  ),
];
