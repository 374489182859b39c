import { z } from "zod";
import { mysqlVersions } from "../components/data/mysql";
import { maxReadReplicas, postgresVersions } from "../components/data/postgres";
import { elasticsearchVersions, openSearchVersions } from "../components/data/search";
import { awsRegion, count, gcpRegion, oneOf, zoneLetters } from "./fields";

/** PostgreSQL major that a stack gets when it names none: the second newest that both clouds have, a year in use. */
export const defaultPostgresVersion = "17";

const allowMajorUpgrade = z
  .boolean({ error: "true or false" })
  .optional()
  .describe("let the next update take the server to the next major, at once: an outage of minutes");

export const postgres = z.strictObject({
  version: oneOf(postgresVersions)
    .default(defaultPostgresVersion)
    .describe("PostgreSQL major version, quoted"),
  backupRetentionDays: count(1, 35)
    .optional()
    .describe("how long backups and the log for point-in-time recovery are kept, days; the preset's"),
  highAvailability: z.boolean({ error: "true or false" }).optional().describe("a standby in another zone"),
  readReplicas: count(0, maxReadReplicas)
    .optional()
    .describe("nodes beside the primary that answer reads, in three zones or more"),
  diskGiB: count(20, 59_000).optional().describe("first size of the disk, GiB; it grows by itself"),
  pooling: z
    .boolean({ error: "true or false" })
    .optional()
    .describe("connections that the workloads share; the blueprint's"),
  allowMajorUpgrade,
});

/** MySQL series that a stack gets when it names none. */
export const defaultMySqlVersion = "8.4";

export const mysql = z.strictObject({
  version: oneOf(mysqlVersions).default(defaultMySqlVersion).describe("MySQL series, quoted"),
  backupRetentionDays: count(1, 35)
    .optional()
    .describe("how long backups and the log for point-in-time recovery are kept, days; the preset's"),
  highAvailability: z.boolean({ error: "true or false" }).optional().describe("a standby in another zone"),
  diskGiB: count(20, 59_000).optional().describe("first size of the disk, GiB; it grows by itself"),
  allowMajorUpgrade,
});

export const redis = z.strictObject({
  snapshotRetentionDays: count(0, 35)
    .optional()
    .describe("how long daily snapshots are kept, days; 0 takes none; the preset's"),
  shards: count(1, 250).optional().describe("shards of the cluster"),
  replicasPerShard: count(0, 2).optional().describe("replicas of each shard"),
});

/** OpenSearch that a stack gets when it names none: the second newest of the service, half a year in use. */
export const defaultOpenSearchVersion = "3.3";

/** Elasticsearch that a stack gets when it names none. */
export const defaultElasticsearchVersion = "9.4.3";

export const search = z.strictObject({
  openSearchVersion: oneOf(openSearchVersions)
    .optional()
    .describe(
      `OpenSearch version, quoted, where the index is a domain of OpenSearch Service; ${defaultOpenSearchVersion} unless given`,
    ),
  elasticsearchVersion: oneOf(elasticsearchVersions)
    .optional()
    .describe(
      `Elasticsearch version where the index is in the cluster; ${defaultElasticsearchVersion} unless given`,
    ),
  dataNodes: count(1, 80).optional().describe("nodes that hold the index"),
  diskGiB: count(10, 1024)
    .optional()
    .describe("disk of each of them, GiB; it does not grow by itself, and can be enlarged in place"),
});

export const bucket = z.strictObject({
  archiveAfterDays: count(0, 3650)
    .default(90)
    .describe("objects move to an archive class after so many days; 0 never"),
  noncurrentRetentionDays: count(1, 3650)
    .default(30)
    .describe("replaced and deleted versions are kept so many days"),
});

/** The region that takes over. */
export const recovery = z.strictObject({
  region: z
    .strictObject({
      aws: awsRegion
        .optional()
        .describe(
          "on AWS; images are copied there where groundwork:audit is stack, since an account has one rule of what is copied where",
        ),
      gcp: gcpRegion
        .optional()
        .describe(
          "on GCP, of the same continent: images are then kept in the multi-region us, europe or asia, which has to be said before the first of them is pushed",
        ),
    })
    .describe(
      "another region that keeps a replica or a copied backup of each store under a key of its own, and a copy of each image and secret, for when the stack's own is lost",
    ),
  cidr: z
    .string({ error: "an IPv4 CIDR block such as 10.128.0.0/16" })
    .default("10.128.0.0/16")
    .describe("block of the stores' addresses there, private, /16 to /22, apart from every other block"),
  zones: zoneLetters
    .default(["a", "b"])
    .describe("letters of the zones there that your account may use, on AWS; on GCP a subnet spans them"),
});
