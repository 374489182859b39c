/**
 * Kinds of volumes beside a cluster's default, `Cluster.storageClassName`, by what they are for; each is a StorageClass of
 * that name on both clouds. All are encrypted with the cluster's key of disks, made in the zone of the pod that asks, can be
 * enlarged, and in a stack with `protect` outlive their claims.
 *
 * A volume is of one zone and one node: what has to be read by many is in a bucket. Pods on Fargate can have none.
 */
export const volumeClasses = {
  /** Databases and queues: SSDs with 10,000 operations and 500 MiB a second on AWS from 20 GiB on; by size on GCP. */
  fast: "fast-encrypted",
  /** What is written in long runs and seldom read: magnetic disks, on AWS of 125 GiB or more. */
  archive: "archive-encrypted",
} as const;
export type VolumeClass = keyof typeof volumeClasses;
