import { z } from "zod";
import { mysqlVersions } from "../components/data/mysql";
import { backupLocks, drillSchedules, maxVaultRetentionDays } from "../components/data/backups";
import { bucketHostings } from "../components/data/bucket";
import { mongoHostings, mongoNodeCounts, mongoVersions } from "../components/data/mongo";
import { kafkaHostings, kafkaVersions, leastKafkaBrokers, mostKafkaBrokers } from "../components/data/kafka";
import { maxReadReplicas, postgresVersions } from "../components/data/postgres";
import { queueBounds } from "../components/data/queue";
import { elasticsearchVersions, openSearchVersions } from "../components/data/search";
import { milvusVersions } from "../components/data/vectorStore";
import { awsRegion, count, gcpRegion, oneOf, text, zoneLetters } from "./fields";

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
  snapshotRetentionDays: count(1, 365)
    .optional()
    .describe(
      "how long daily snapshots of Elasticsearch are kept, days; the preset's; OpenSearch Service keeps hourly ones for 14",
    ),
  dataNodes: count(1, 80).optional().describe("nodes that hold the index"),
  diskGiB: count(10, 1024)
    .optional()
    .describe("disk of each of them, GiB; it does not grow by itself, and can be enlarged in place"),
});

/** Milvus that a stack gets when it names none. */
export const defaultMilvusVersion = "2.6.19";

export const vectors = z.strictObject({
  version: oneOf(milvusVersions)
    .optional()
    .describe(`Milvus version; it never goes back; ${defaultMilvusVersion} unless given`),
  queryNodes: count(1, 64).optional().describe("nodes that hold loaded collections and answer searches"),
  cacheGiB: count(1, 1024)
    .optional()
    .describe("disk of each of them for what is read from the bucket, GiB, of its machine's"),
  backupRetentionDays: count(1, 365)
    .optional()
    .describe("how long daily backups are kept, days; the preset's"),
});

/** MongoDB major that a stack gets when it names none. */
export const defaultMongoVersion = "8.0";

export const mongo = z.strictObject({
  version: oneOf(mongoVersions)
    .default(defaultMongoVersion)
    .describe("MongoDB major version, quoted; it goes up by one at a time and never back"),
  hosting: oneOf(mongoHostings)
    .optional()
    .describe(
      "who runs it: atlas, with groundwork:atlas, or cluster, Percona's operator in the stack's own; the preset's, which has Atlas in ha",
    ),
  nodes: z
    .literal(mongoNodeCounts, { error: `one of ${mongoNodeCounts.join(", ")}` })
    .optional()
    .describe(
      "nodes in the stack's own region, over its zones; two more stand in the region that takes over",
    ),
  diskGiB: count(20, 4000).optional().describe("first size of a node's disk, GiB; it grows by itself"),
  backupRetentionDays: count(1, 35)
    .optional()
    .describe(
      "how long backups and the log for point-in-time recovery are kept, days; the preset's; not in the cluster on GCP, where its volumes are backed up as cluster.backupRetentionDays says",
    ),
});

const atlasId = (what: string) => text(/^[0-9a-f]{24}$/, `${what}, 24 hexadecimal digits`);

/** An account of MongoDB Atlas. */
export const atlas = z.strictObject({
  organizationId: atlasId("an organisation of Atlas").describe("organisation in which the project is made"),
  clientId: text(
    /^mdb_sa_id_[0-9a-f]{24}$/,
    "a service account of Atlas such as mdb_sa_id_ and 24 digits",
  ).describe(
    "service account of that organisation that may make projects; its secret is mongodbAtlasClientSecret",
  ),
  identityProvider: z
    .strictObject({
      id: atlasId("an identity provider of Atlas").describe(
        "workload identity provider of the organisation, with the issuer https://accounts.google.com and the claim sub",
      ),
      audience: z
        .string({ error: "an audience" })
        .min(1, "an audience")
        .describe("audience of that provider, for which Google makes the tokens"),
    })
    .optional()
    .describe(
      "who proves to Atlas who a workload on GCP is, made once in the organisation; needed there alone",
    ),
  backupLock: z
    .strictObject({
      email: z.email({ error: "an e-mail address" }).describe("address of the person"),
      firstName: z.string().min(1).describe("first name of the person"),
      lastName: z.string().min(1).describe("last name of the person"),
    })
    .optional()
    .describe(
      "locks the backups so that nobody can delete or shorten them, owners as little as this program; it can't be taken back but by MongoDB's support, with this person",
    ),
});

export const kafka = z.strictObject({
  hosting: oneOf(kafkaHostings)
    .optional()
    .describe(
      "who runs the brokers: cloud (MSK on AWS, Managed Service for Apache Kafka on GCP) or cluster (Strimzi); cloud on AWS and cluster on GCP unless given",
    ),
  version: oneOf([...kafkaVersions.cloud, ...kafkaVersions.cluster])
    .optional()
    .describe(
      `release of Apache Kafka, quoted: ${kafkaVersions.cloud.join(", ")} on MSK, ${kafkaVersions.cluster.join(", ")} in the cluster, the newest unless given; not to be given where Google runs it`,
    ),
  brokers: count(leastKafkaBrokers, mostKafkaBrokers)
    .optional()
    .describe(
      "brokers, at least: as many in each zone on MSK, three or more in the cluster; Google's service is given what they have together",
    ),
  diskGiB: count(10, 16_384)
    .optional()
    .describe("first size of a broker's disk, GiB; 100 at least where Google runs it"),
  maxDiskGiB: count(10, 16_384)
    .optional()
    .describe("size up to which MSK's disks grow by themselves, GiB; four times the first unless given"),
  retentionHours: count(1, 87_600)
    .optional()
    .describe("how long messages are kept, hours, where their topic says nothing"),
});

export const bucket = z.strictObject({
  hosting: oneOf(bucketHostings)
    .optional()
    .describe(
      "who keeps the objects: cloud, unless given, or cluster: SeaweedFS, which speaks S3, on a disk of 20 GiB, without archive, older versions and copies; in stacks whose environment is dev, on nodes of ours",
    ),
  archiveAfterDays: count(0, 3650)
    .default(90)
    .describe("objects move to an archive class after so many days; 0 never"),
  noncurrentRetentionDays: count(1, 3650)
    .default(30)
    .describe("replaced and deleted versions are kept so many days"),
  lock: oneOf(backupLocks)
    .default("compliance")
    .describe(
      "who may empty the copy in the region of groundwork:dr before its versions' days are over, in stacks that are protected: compliance nobody, neither you nor the cloud, and it can't be undone (on GCP its days can then be made more and not fewer); governance those who may take the lock away",
    ),
});

const [leastWork, mostWork] = queueBounds.workSeconds;
const [leastKept, mostKept] = queueBounds.retentionDays;
const [leastDeliveries, mostDeliveries] = queueBounds.maxDeliveries;

/** What takes the place of what the blueprint says of a queue. */
export const queue = z.strictObject({
  workSeconds: count(leastWork, mostWork)
    .optional()
    .describe("how long who took a message has it to itself, seconds; then another gets it"),
  retentionDays: count(leastKept, mostKept)
    .optional()
    .describe("how long a message waits for somebody who deals with it, days"),
  maxDeliveries: count(leastDeliveries, mostDeliveries)
    .optional()
    .describe("how often a message is handed out before it is put aside, for two weeks"),
});

/** Backups that are kept from being deleted. */
export const backups = z.strictObject({
  retentionDays: count(1, maxVaultRetentionDays)
    .optional()
    .describe("how long they are kept, days; the preset's, as the servers' own are"),
  lock: oneOf(backupLocks)
    .default("governance")
    .describe(
      "governance keeps them from everyone but those who may take the lock away; compliance from everyone, for ever: it can't be undone (on AWS after 7 days, on GCP at once), neither by you nor by the cloud, and what they cost is paid until the last has expired",
    ),
  drill: oneOf(drillSchedules)
    .optional()
    .describe(
      "how often the newest backup of each database is restored into a scratch server, looked at and removed: on Mondays or on the first of a month; the preset's, which is weekly in ha",
    ),
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
    .default(["a", "b", "c"])
    .describe(
      "letters of the zones there that your account may use, on AWS, where Kafka's copy has as many brokers in each of them; on GCP a subnet spans them",
    ),
});
