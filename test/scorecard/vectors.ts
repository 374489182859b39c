import type { Setting } from "./setting";

const milvus = { area: "vectors", type: "kubernetes:helm.sh/v3:Release", only: /^main-vectors-release$/ };
const etcd = { area: "vectors", type: "kubernetes:apps/v1:StatefulSet", only: /^main-vectors$/ };
const backup = { area: "vectors", type: "kubernetes:batch/v1:CronJob", only: /^main-vectors-backup$/ };

/** What Milvus in the cluster has without being told. */
export const vectorSettings: readonly Setting[] = [
  {
    ...milvus,
    setting: "vectors are reached without a key of the bucket",
    path: "values.externalS3.useIAM",
    expected: true,
    elsewhere: "milvus-helm false, minioadmin",
    why: "there is none to be found",
  },
  {
    ...milvus,
    setting: "vectors travel to the bucket by TLS",
    path: "values.externalS3.useSSL",
    expected: true,
    elsewhere: "milvus-helm false",
    why: "nothing reads along",
  },
  {
    ...milvus,
    setting: "Milvus does not run as root",
    path: "values.securityContext.runAsNonRoot",
    expected: true,
    elsewhere: "milvus-helm not set",
    why: "Pod Security restricted",
  },
  {
    ...etcd,
    setting: "deletion of Milvus' etcd refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a mistaken deletion is refused before it is sent",
  },
  {
    ...etcd,
    setting: "Milvus' etcd keeps its volumes when it goes",
    path: "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
    expected: "Retain",
    elsewhere: "milvus-helm Retain",
    why: "without it nobody knows what the objects are",
  },
  {
    ...etcd,
    setting: "Milvus' etcd has three members",
    path: "spec.replicas",
    expected: 3,
    elsewhere: "milvus-helm 3",
    why: "one may go",
  },
  {
    ...backup,
    setting: "Milvus is backed up each day",
    path: "spec.schedule",
    expected: "0 2 * * *",
    elsewhere: "milvus-helm none",
    why: "etcd and the bucket can't be put back by themselves to one moment",
  },
];
