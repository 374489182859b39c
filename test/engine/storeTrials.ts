import type { Cloud } from "../../components/cloud";
import type { BlueprintName } from "../../blueprints/names";
import type { Former } from "./formerState";

/** What the engine does with a resource: `replace` for another in its place. */
export type Change = "create" | "update" | "replace" | "delete";

/** Changes by type and name of the resource. */
export type Changes = Readonly<Record<string, Change>>;

/** A step of a store's version that changes it in place. */
export interface VersionStep {
  /** The store as the config calls it, and from which version to which. */
  readonly title: string;
  /** Settings before and after; none where the config knows one version alone. */
  readonly from?: string;
  readonly to?: string;
  /** The older version then, as a former release left it, or somebody who brought a server in. */
  readonly left?: Former;
  /** What changes, of the store and of what hangs on it: nothing else may. */
  readonly changes: Changes;
}

/** A step that is refused before the cloud hears of it. */
export interface RefusedStep {
  readonly title: string;
  readonly settings: readonly string[];
  readonly left?: Former;
  readonly message: RegExp;
}

/** Other majors of the servers, which the stack file allows. */
export interface Majors {
  readonly settings: readonly string[];
  readonly left: readonly Former[];
  /** Servers that change in place. */
  readonly updated: Changes;
  /** All that goes. */
  readonly deleted: Changes;
  /** Of that, what is protected, in the order in which it goes: somebody has to let go of it first. */
  readonly letGo: readonly string[];
}

/** A stack in production, and what becomes of its stores. */
export interface StoreTrial {
  readonly cloud: Cloud;
  readonly blueprint: BlueprintName;
  /** Settings throughout. */
  readonly settings: readonly string[];
  readonly minors: readonly VersionStep[];
  /** Tried after these. */
  readonly refused: readonly RefusedStep[];
  /** @default - no store has another major to go to */
  readonly majors?: Majors;
  /** What another blueprint leaves out: types of each store's servers, or of what they hold, which would go first. */
  readonly removed: readonly {
    readonly blueprint: BlueprintName;
    readonly settings: readonly string[];
    readonly servers: Readonly<Record<string, readonly string[]>>;
  }[];
  /** What can't change in place, of each store: here it was another before. */
  readonly fixed: readonly Former[];
}

export const stackName = "prod";

/** The stack's own name, whatever its blueprint: that of its resources begins with it. */
export const prefix = "trial-prod";

const rds = "aws:rds/instance:Instance";
const replicationGroup = "aws:elasticache/replicationGroup:ReplicationGroup";
const datastore = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup";
const msk = "aws:msk/cluster:Cluster";
const domain = "aws:opensearch/domain:Domain";
const cloudSql = "gcp:sql/databaseInstance:DatabaseInstance";
const memorystore = "gcp:redis/cluster:Cluster";
const atlas = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const percona = "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB";
const strimzi = "kubernetes:kafka.strimzi.io/v1:Kafka";
const strimziKinds = [
  strimzi,
  "kubernetes:kafka.strimzi.io/v1:KafkaNodePool",
  "kubernetes:kafka.strimzi.io/v1:KafkaTopic",
];
const elasticsearch = "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch";
const job = "kubernetes:batch/v1:Job";
const release = "kubernetes:helm.sh/v3:Release";

const otherKey = "arn:aws:kms:us-east-1:333333333333:key/other";

const former = (type: string, role: string, input: string, value: string): Former => ({
  type,
  name: `${prefix}-${role}`,
  input,
  value,
});

const changed = (change: Change, ...resources: readonly (readonly [type: string, role: string])[]): Changes =>
  Object.fromEntries(resources.map(([type, role]) => [`${type} ${prefix}-${role}`, change]));

/** The job's pods are of the index's own image, and a job's pods stay as they are. */
const elasticsearchMinor: VersionStep = {
  title: "search from 9.3.7 to 9.4.3",
  from: 'search.elasticsearchVersion="9.3.7"',
  to: 'search.elasticsearchVersion="9.4.3"',
  changes: {
    ...changed("update", [elasticsearch, "search"]),
    ...changed("replace", [job, "search-snapshots"]),
  },
};

/** The accounts are made by a job in Milvus' own image. */
const milvusPatch: VersionStep = {
  title: "vectors from Milvus 2.6.15 to 2.6.19",
  from: 'vectors.version="2.6.15"',
  to: 'vectors.version="2.6.19"',
  changes: {
    ...changed("update", [release, "vectors-release"]),
    ...changed("replace", [job, "vectors-users-job"]),
  },
};

const mongoMajor = (type: string): VersionStep => ({
  title: "mongo from 7.0 to 8.0",
  from: 'mongo.version="7.0"',
  to: 'mongo.version="8.0"',
  changes: changed("update", [type, "mongo"]),
});

const neverBack = (key: string, version: string): RegExp =>
  new RegExp(`${key.replace(".", "\\.")}: expected ${version} or newer, .*never goes back`);

const unallowed = (engine: string): RegExp =>
  new RegExp(`${engine}\\.allowMajorUpgrade: expected true for the update that takes the server from`);

/** What suuupra's stores refuse on either cloud. */
const refusedOfSuuupra = (mysqlBefore: Former): readonly RefusedStep[] => [
  {
    title: "postgres from 16 to 17, which nobody allowed",
    settings: ['postgres.version="17"'],
    message: unallowed("postgres"),
  },
  {
    title: "postgres from 16 to 18, though another major is allowed",
    settings: ['postgres.version="18"', "postgres.allowMajorUpgrade=true"],
    message:
      /postgres\.version: expected 16 or the major after it, .* goes one major at a time.*got (POSTGRES_)?18/,
  },
  {
    title: "mysql from 8.0 to 8.4, which nobody allowed",
    settings: [],
    left: mysqlBefore,
    message: unallowed("mysql"),
  },
  {
    title: "mongo back to 7.0",
    settings: ['mongo.version="7.0"'],
    message: neverBack("mongo.version", "8.0"),
  },
  {
    title: "search back to 9.3.7",
    settings: ['search.elasticsearchVersion="9.3.7"'],
    message: neverBack("search.elasticsearchVersion", "9.4.3"),
  },
  {
    title: "vectors back to Milvus 2.6.15",
    settings: ['vectors.version="2.6.15"'],
    message: neverBack("vectors.version", "2.6.19"),
  },
];

const kafkaBack = (version: string, running: string): RefusedStep => ({
  title: `kafka back to ${version}`,
  settings: [`kafka.version="${version}"`],
  message: new RegExp(`kafka\\.version: expected ${running} or newer, .*never go back`),
});

const majorsAllowed = [
  'postgres.version="17"',
  "postgres.allowMajorUpgrade=true",
  "mysql.allowMajorUpgrade=true",
];

const mysqlOnRds = former(rds, "mysql", "engineVersion", "8.0.40");
const mysqlOnCloudSql = former(cloudSql, "mysql", "databaseVersion", "MYSQL_8_0");

export const storeTrials: readonly StoreTrial[] = [
  {
    cloud: "aws",
    blueprint: "suuupra",
    settings: ['postgres.version="16"'],
    minors: [
      {
        title: "postgres from 16.8 to what RDS takes for 16",
        left: former(rds, "postgres", "engineVersion", "16.8"),
        changes: changed("update", [rds, "postgres"]),
      },
      {
        title: "mysql from 8.4.5 to what RDS takes for 8.4",
        left: former(rds, "mysql", "engineVersion", "8.4.5"),
        changes: changed("update", [rds, "mysql"]),
      },
      {
        title: "redis from Valkey 8.1 to 8.2, in both regions",
        left: former(datastore, "redis-datastore", "engineVersion", "8.1"),
        changes: changed("update", [datastore, "redis-datastore"]),
      },
      {
        title: "kafka from 4.0 to 4.1, in both regions",
        from: 'kafka.version="4.0"',
        to: 'kafka.version="4.1"',
        changes: changed("update", [msk, "kafka"], [msk, "kafka-recovery"]),
      },
      mongoMajor(atlas),
      elasticsearchMinor,
      milvusPatch,
    ],
    refused: [...refusedOfSuuupra(mysqlOnRds), kafkaBack("4.0", "4.1")],
    majors: {
      settings: majorsAllowed,
      left: [mysqlOnRds],
      updated: changed(
        "update",
        [rds, "postgres"],
        [rds, "postgres-read-b"],
        [rds, "postgres-read-c"],
        [rds, "mysql"],
      ),
      // RDS leaves a replica in another region behind: there is another in its place before it goes
      deleted: changed(
        "delete",
        [rds, "postgres-recovery-16"],
        ["aws:cloudwatch/logGroup:LogGroup", "postgres-recovery-16-postgresql-logs"],
        ["aws:cloudwatch/logGroup:LogGroup", "postgres-recovery-16-upgrade-logs"],
        ["aws:rds/parameterGroup:ParameterGroup", "postgres-recovery-16"],
        ["aws:rds/parameterGroup:ParameterGroup", "postgres-16"],
      ),
      letGo: [
        "postgres-recovery-16",
        "postgres-recovery-16-postgresql-logs",
        "postgres-recovery-16-upgrade-logs",
      ].map((role) => `${prefix}-${role}`),
    },
    removed: [
      {
        blueprint: "gainsly",
        settings: [],
        servers: { postgres: [rds], mysql: [rds], kafka: [msk], search: [elasticsearch] },
      },
      { blueprint: "publishing", settings: [], servers: { redis: [replicationGroup], mongo: [atlas] } },
    ],
    fixed: [
      former(rds, "postgres", "kmsKeyId", otherKey),
      former(rds, "mysql", "username", "root"),
      former(replicationGroup, "redis", "kmsKeyId", otherKey),
      former(msk, "kafka", "encryptionInfo.encryptionAtRestKmsKeyArn", otherKey),
      former(atlas, "mongo", "name", "other"),
      former(elasticsearch, "search", "metadata.namespace", "other"),
    ],
  },
  {
    cloud: "aws",
    blueprint: "publishing",
    settings: [],
    minors: [
      {
        title: "search from OpenSearch 3.1 to 3.3",
        from: 'search.openSearchVersion="3.1"',
        to: 'search.openSearchVersion="3.3"',
        changes: changed("update", [domain, "search"]),
      },
    ],
    refused: [
      {
        // the provider would make another domain of it, of which the engine asks no hook
        title: "search back to OpenSearch 3.1",
        settings: ['search.openSearchVersion="3.1"'],
        message: new RegExp(`unable to replace resource .*::${prefix}-search" .*protection`),
      },
    ],
    removed: [{ blueprint: "gainsly", settings: [], servers: { postgres: [rds], search: [domain] } }],
    fixed: [former(domain, "search", "encryptAtRest.kmsKeyId", otherKey)],
  },
  {
    cloud: "gcp",
    blueprint: "suuupra",
    // on AWS it is Atlas'
    settings: ['postgres.version="16"', "mongo.hosting=cluster"],
    minors: [
      {
        title: "kafka from 4.2 to 4.3",
        from: 'kafka.version="4.2"',
        to: 'kafka.version="4.3"',
        changes: changed("update", [strimzi, "kafka"]),
      },
      mongoMajor(percona),
      elasticsearchMinor,
      milvusPatch,
    ],
    refused: [...refusedOfSuuupra(mysqlOnCloudSql), kafkaBack("4.2", "4.3")],
    majors: {
      settings: majorsAllowed,
      left: [mysqlOnCloudSql],
      // Cloud SQL takes their replicas along
      updated: changed("update", [cloudSql, "postgres"], [cloudSql, "mysql"]),
      deleted: {},
      letGo: [],
    },
    removed: [
      {
        blueprint: "gainsly",
        settings: ["mongo.hosting=cluster"],
        servers: { postgres: [cloudSql], mysql: [cloudSql], kafka: strimziKinds, search: [elasticsearch] },
      },
      {
        blueprint: "publishing",
        // its index is smaller, which would be refused first
        settings: ["search.diskGiB=200"],
        servers: { redis: [memorystore], mongo: [percona] },
      },
    ],
    fixed: [
      former(cloudSql, "postgres", "region", "europe-west1"),
      former(
        cloudSql,
        "mysql",
        "encryptionKeyName",
        "projects/example-prod/locations/us-east1/keyRings/other/cryptoKeys/other",
      ),
      former(memorystore, "redis", "transitEncryptionMode", "TRANSIT_ENCRYPTION_MODE_DISABLED"),
      former(strimzi, "kafka", "metadata.namespace", "other"),
      former(percona, "mongo", "metadata.namespace", "other"),
      former(elasticsearch, "search", "metadata.namespace", "other"),
      former("gcp:storage/bucket:Bucket", "bucket", "location", "EU"),
    ],
  },
];
