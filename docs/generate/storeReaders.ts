import type { Json, PlanResource } from "../../preview/plan";
import { managedKafka, msk } from "./kafkaReaders";
import { milvusReader } from "./milvusReader";
import {
  type Encryption,
  isOn,
  keyAt,
  listAt,
  numberAt,
  ownOf,
  refusesPlain,
  siblingOf,
  sourceOf,
  type StoreScene,
  textAt,
  valueAt,
  volumeKey,
} from "./storeScene";

/** What a store's resources say of it. Undefined is where its service has nothing to set. */
export interface StoreFacts {
  /** Service and version. */
  readonly system: string;
  readonly encryption: Encryption;
  /** Whether it refuses what comes without TLS. */
  readonly tls: boolean | undefined;
  /** What takes over when a zone is lost. */
  readonly standby: string | undefined;
  /** How long backups, or older versions of objects, are kept, days; 0 is not at all. */
  readonly backupDays: number | undefined;
  /** Whether any moment of those days comes back. */
  readonly pitr: boolean | undefined;
  /** What is kept of it in the region that takes over; none where it is empty. */
  readonly copies: readonly string[];
  /** Whether the cloud refuses its deletion. */
  readonly refusesDeletion: boolean | undefined;
}

/** Reads the facts of a store from its main resource and those beside it. */
export type StoreReader = (main: PlanResource, scene: StoreScene) => StoreFacts;

const when = (is: boolean, what: string): readonly string[] => (is ? [what] : []);
const counted = (count: number, what: string): string | undefined =>
  count > 1 ? `${count} ${what}` : undefined;
const none = "no";

const rds: StoreReader = (main, scene) => {
  const { inputs, type } = main;
  const group = sourceOf(main, "parameterGroupName", scene, "aws:rds/parameterGroup:ParameterGroup");
  const forces: Readonly<Record<string, string>> = {
    postgres: "rds.force_ssl",
    mysql: "require_secure_transport",
  };
  const engine = textAt(inputs, "engine") ?? "";
  const days = numberAt(inputs, "backupRetentionPeriod");
  return {
    system: `RDS ${engine} ${textAt(inputs, "engineVersion") ?? ""}`,
    encryption: isOn(inputs, "storageEncrypted") ? keyAt(main, "kmsKeyId", scene) : "no",
    tls: listAt(group?.inputs, "parameters").some(
      (at) => textAt(at, "name") === forces[engine] && textAt(at, "value") === "1",
    ),
    standby: isOn(inputs, "multiAz") ? "standby" : none,
    backupDays: days,
    // where there are backups there is the log between them
    pitr: days > 0,
    // a replica of another region names its source by ARN, one of the same by its identifier
    copies: when(
      ownOf(scene, type).some((at) => textAt(at.inputs, "replicateSourceDb")?.startsWith("arn:") ?? false),
      "replica",
    ),
    refusesDeletion: isOn(inputs, "deletionProtection"),
  };
};

const elastiCache: StoreReader = (main, scene) => {
  const { inputs, type } = main;
  const replicas = numberAt(inputs, "replicasPerNodeGroup");
  const failsOver = isOn(inputs, "multiAzEnabled") && isOn(inputs, "automaticFailoverEnabled");
  return {
    system: `ElastiCache ${textAt(inputs, "engine") ?? ""} ${textAt(inputs, "engineVersion") ?? ""}`,
    encryption: isOn(inputs, "atRestEncryptionEnabled") ? keyAt(main, "kmsKeyId", scene) : "no",
    tls: isOn(inputs, "transitEncryptionEnabled") && textAt(inputs, "transitEncryptionMode") === "required",
    standby: failsOver && replicas > 0 ? (counted(replicas + 1, "nodes a shard") ?? none) : none,
    backupDays: numberAt(inputs, "snapshotRetentionLimit"),
    pitr: undefined,
    copies: when(
      ownOf(scene, type).some((at) => valueAt(at.inputs, "globalReplicationGroupId") !== undefined),
      "replica",
    ),
    refusesDeletion: undefined,
  };
};

const openSearch: StoreReader = (main, scene) => {
  const { inputs } = main;
  const zones = isOn(inputs, "clusterConfig.zoneAwarenessEnabled")
    ? numberAt(inputs, "clusterConfig.zoneAwarenessConfig.availabilityZoneCount")
    : 1;
  return {
    system: (textAt(inputs, "engineVersion") ?? "").replace("_", " "),
    encryption: isOn(inputs, "encryptAtRest.enabled") ? keyAt(main, "encryptAtRest.kmsKeyId", scene) : "no",
    tls: isOn(inputs, "domainEndpointOptions.enforceHttps"),
    standby: counted(zones, "zones") ?? none,
    backupDays: undefined,
    pitr: undefined,
    copies: [],
    refusesDeletion: undefined,
  };
};

const s3Type = "aws:s3/bucket:Bucket";

function s3Copies(main: PlanResource, scene: StoreScene): readonly string[] {
  const type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
  const rules = listAt(siblingOf(main, scene, type, "bucket")?.inputs, "rules");
  const locks = ownOf(scene, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
  const locked = locks.some(({ inputs }) => textAt(inputs, "rule.defaultRetention.mode") === "COMPLIANCE");
  return when(
    rules.some((rule) => textAt(rule, "status") === "Enabled"),
    locked ? "locked replica" : "replica",
  );
}

const s3: StoreReader = (main, scene) => {
  const beside = (type: string) => siblingOf(main, scene, type, "bucket");
  const encrypted = beside(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  );
  const versioning = beside("aws:s3/bucketVersioning:BucketVersioning")?.inputs;
  const versioned = textAt(versioning, "versioningConfiguration.status") === "Enabled";
  const lifecycle = beside("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")?.inputs;
  return {
    system: "S3",
    encryption:
      encrypted === undefined
        ? "the cloud's key"
        : keyAt(encrypted, "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId", scene),
    tls: refusesPlain(textAt(beside("aws:s3/bucketPolicy:BucketPolicy")?.inputs, "policy")),
    standby: undefined,
    backupDays: versioned ? most(lifecycle, "rules", "noncurrentVersionExpiration.noncurrentDays") : 0,
    pitr: undefined,
    copies: s3Copies(main, scene),
    refusesDeletion: undefined,
  };
};

const sqs: StoreReader = (main, scene) => {
  const { inputs, type } = main;
  const policy = siblingOf(main, scene, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl");
  // SQS encrypts by its own key unless it is told not to
  const off = valueAt(inputs, "sqsManagedSseEnabled") === false;
  const key = keyAt(main, "kmsMasterKeyId", scene);
  return {
    system: "SQS",
    encryption: off && key === "the cloud's key" ? "no" : key,
    tls: refusesPlain(textAt(policy?.inputs, "policy")),
    standby: undefined,
    backupDays: undefined,
    pitr: undefined,
    copies: when(
      ownOf(scene, type).some(({ name }) => name === `${scene.name}-recovery`),
      "empty queue",
    ),
    refusesDeletion: undefined,
  };
};

const atlas: StoreReader = (main, scene) => {
  const { inputs } = main;
  const places = listAt(inputs, "replicationSpecs").flatMap((spec) => listAt(spec, "regionConfigs"));
  const nodes = places.reduce<number>((sum, place) => sum + numberAt(place, "electableSpecs.nodeCount"), 0);
  const [schedule] = ownOf(scene, "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule");
  const [atRest] = ownOf(scene, "mongodbatlas:index/encryptionAtRest:EncryptionAtRest");
  const backed = isOn(inputs, "backupEnabled");
  const keys: Readonly<Record<string, string>> = {
    AWS: "awsKmsConfig.customerMasterKeyId",
    GCP: "googleCloudKmsConfig.keyVersionResourceId",
  };
  const key = keys[textAt(inputs, "encryptionAtRestProvider") ?? ""];
  return {
    system: `Atlas MongoDB ${textAt(inputs, "mongoDbMajorVersion") ?? ""}`,
    encryption: key === undefined || atRest === undefined ? "the cloud's key" : keyAt(atRest, key, scene),
    // Atlas takes nothing without TLS; what may be set is how old a version it takes
    tls: /^TLS1_[23]$/.test(textAt(inputs, "advancedConfiguration.minimumEnabledTlsProtocol") ?? ""),
    standby: counted(nodes, "nodes") ?? none,
    backupDays: backed ? numberAt(schedule?.inputs, "policyItemDaily.retentionValue") : 0,
    pitr: backed && isOn(inputs, "pitEnabled"),
    copies: [
      ...when(places.length > 1, "nodes"),
      ...when(listAt(schedule?.inputs, "copySettings").length > 0, "backups"),
    ],
    refusesDeletion: isOn(inputs, "terminationProtectionEnabled"),
  };
};

const cloudSql: StoreReader = (main, scene) => {
  const { inputs, type } = main;
  const backups = valueAt(inputs, "settings.backupConfiguration");
  const on = isOn(backups, "enabled");
  const mode = textAt(inputs, "settings.ipConfiguration.sslMode") ?? "";
  return {
    system: `Cloud SQL ${textAt(inputs, "databaseVersion") ?? ""}`,
    encryption: keyAt(main, "encryptionKeyName", scene),
    tls: ["ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"].includes(mode),
    standby: textAt(inputs, "settings.availabilityType") === "REGIONAL" ? "standby" : none,
    // one is taken each day
    backupDays: on ? numberAt(backups, "backupRetentionSettings.retainedBackups") : 0,
    // PostgreSQL by the one, MySQL by the other
    pitr: on && (isOn(backups, "pointInTimeRecoveryEnabled") || isOn(backups, "binaryLogEnabled")),
    copies: when(
      ownOf(scene, type).some(
        (at) =>
          textAt(at.inputs, "masterInstanceName") !== undefined &&
          textAt(at.inputs, "region") !== textAt(inputs, "region"),
      ),
      "replica",
    ),
    refusesDeletion: isOn(inputs, "settings.deletionProtectionEnabled"),
  };
};

const memorystore: StoreReader = (main, scene) => {
  const { inputs, type } = main;
  const replicas = numberAt(inputs, "replicaCount");
  const zonal = textAt(inputs, "zoneDistributionConfig.mode") !== "MULTI_ZONE";
  const kept = textAt(inputs, "automatedBackupConfig.retention") ?? "0s";
  return {
    system: "Memorystore Redis Cluster",
    encryption: keyAt(main, "kmsKey", scene),
    tls: textAt(inputs, "transitEncryptionMode") === "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
    standby: zonal || replicas === 0 ? none : (counted(replicas + 1, "nodes a shard") ?? none),
    backupDays: Number.parseInt(kept, 10) / 86_400,
    pitr: undefined,
    copies: when(
      ownOf(scene, type).some(
        (at) => textAt(at.inputs, "crossClusterReplicationConfig.clusterRole") === "SECONDARY",
      ),
      "replica",
    ),
    refusesDeletion: isOn(inputs, "deletionProtectionEnabled"),
  };
};

const gcsType = "gcp:storage/bucket:Bucket";

function gcsCopies({ inputs }: PlanResource): readonly string[] {
  return when(listAt(inputs, "customPlacementConfig.dataLocations").length > 1, "replica");
}

/** A bucket that replication fills from this one, and that nobody empties. */
function lockedCopies(main: PlanResource, scene: StoreScene): readonly string[] {
  const type = "gcp:storage/transferJob:TransferJob";
  const filled =
    siblingOf(main, scene, type, "replicationSpec")?.propertyDependencies["replicationSpec"] ?? [];
  return when(
    ownOf(scene, gcsType).some(
      ({ urn, inputs }) => filled.includes(urn) && isOn(inputs, "retentionPolicy.isLocked"),
    ),
    "locked copy",
  );
}

const gcs: StoreReader = (main, scene) => ({
  system: "Cloud Storage",
  encryption: keyAt(main, "encryption.defaultKmsKeyName", scene),
  // a bucket has no word on it: its project has, by a constraint
  tls: scene.all.some(
    ({ type, inputs }) =>
      type === "gcp:orgpolicy/policy:Policy" &&
      (textAt(inputs, "name")?.endsWith("/storage.secureHttpTransport") ?? false) &&
      listAt(inputs, "spec.rules").some((rule) => textAt(rule, "enforce") === "TRUE"),
  ),
  standby: undefined,
  backupDays: isOn(main.inputs, "versioning.enabled")
    ? most(main.inputs, "lifecycleRules", "condition.daysSinceNoncurrentTime")
    : 0,
  pitr: undefined,
  copies: [...gcsCopies(main), ...lockedCopies(main, scene)],
  refusesDeletion: undefined,
});

const pubSub: StoreReader = (main, scene) => ({
  system: "Pub/Sub",
  encryption: keyAt(main, "kmsKeyName", scene),
  tls: undefined,
  standby: undefined,
  backupDays: undefined,
  pitr: undefined,
  copies: when(
    ownOf(scene, main.type).some(({ name }) => name === `${scene.name}-recovery`),
    "empty queue",
  ),
  refusesDeletion: undefined,
});

const strimzi: StoreReader = ({ inputs }, scene) => {
  const pools = ownOf(scene, "kubernetes:kafka.strimzi.io/v1:KafkaNodePool").map((pool) => pool.inputs);
  const brokers = pools.reduce((sum, pool) => sum + numberAt(pool, "spec.replicas"), 0);
  const listeners = listAt(inputs, "spec.kafka.listeners");
  return {
    system: `Strimzi Kafka ${textAt(inputs, "spec.kafka.version") ?? ""}`,
    encryption: volumeKey(textAt(pools[0], "spec.storage.volumes.0.class"), scene),
    tls: listeners.length > 0 && listeners.every((listener) => isOn(listener, "tls")),
    standby: counted(brokers, "brokers") ?? none,
    backupDays: undefined,
    pitr: undefined,
    copies: [],
    refusesDeletion: undefined,
  };
};

const elasticsearch: StoreReader = ({ inputs }, scene) => {
  const data = listAt(inputs, "spec.nodeSets").filter((set) =>
    listAt(set, ["config", "node.roles"]).includes("data"),
  );
  const nodes = data.reduce<number>((sum, set) => sum + numberAt(set, "count"), 0);
  const [job] = ownOf(scene, "kubernetes:batch/v1:Job");
  // the job that tells Elasticsearch when snapshots are forgotten
  const kept = /"expire_after":"(\d+)d"/.exec(
    textAt(job?.inputs, "spec.template.spec.containers.0.args.0") ?? "",
  )?.[1];
  const copied = [
    ...ownOf(scene, s3Type).flatMap((bucket) => s3Copies(bucket, scene)),
    ...ownOf(scene, gcsType).flatMap(gcsCopies),
  ];
  return {
    system: `Elasticsearch ${textAt(inputs, "spec.version") ?? ""}`,
    encryption: volumeKey(textAt(data[0], "volumeClaimTemplates.0.spec.storageClassName"), scene),
    // the operator makes certificates unless it is told not to
    tls: !isOn(inputs, "spec.http.tls.selfSignedCertificate.disabled"),
    standby: counted(nodes, "data nodes") ?? none,
    backupDays: Number(kept ?? 0),
    pitr: false,
    copies: when(copied.length > 0, "snapshots"),
    refusesDeletion: undefined,
  };
};

const percona: StoreReader = ({ inputs }, scene) => {
  const backed = isOn(inputs, "spec.backup.enabled");
  // one a day
  const tasks = listAt(inputs, "spec.backup.tasks").filter((task) => backed && isOn(task, "enabled"));
  const copied = ownOf(scene, s3Type).some((bucket) => s3Copies(bucket, scene).length > 0);
  return {
    system: `Percona MongoDB ${(textAt(inputs, "spec.image") ?? "").split(":").at(-1) ?? ""}`,
    encryption: volumeKey(
      textAt(inputs, "spec.replsets.0.volumeSpec.persistentVolumeClaim.storageClassName"),
      scene,
    ),
    tls: textAt(inputs, "spec.tls.mode") === "requireTLS",
    standby: counted(numberAt(inputs, "spec.replsets.0.size"), "nodes") ?? none,
    backupDays: Math.max(0, ...tasks.map((task) => numberAt(task, "retention.count"))),
    pitr: backed && isOn(inputs, "spec.backup.pitr.enabled"),
    copies: when(backed && copied, "backups"),
    refusesDeletion: undefined,
  };
};

/** Readers by the type of a store's main resource, for each kind of store. */
export const storeReaders: Readonly<Record<string, Readonly<Record<string, StoreReader>>>> = {
  postgres: { "aws:rds/instance:Instance": rds, "gcp:sql/databaseInstance:DatabaseInstance": cloudSql },
  mysql: { "aws:rds/instance:Instance": rds, "gcp:sql/databaseInstance:DatabaseInstance": cloudSql },
  redis: {
    "aws:elasticache/replicationGroup:ReplicationGroup": elastiCache,
    "gcp:redis/cluster:Cluster": memorystore,
  },
  kafka: {
    "aws:msk/cluster:Cluster": msk,
    "gcp:managedkafka/cluster:Cluster": managedKafka,
    "kubernetes:kafka.strimzi.io/v1:Kafka": strimzi,
  },
  mongo: {
    "mongodbatlas:index/advancedCluster:AdvancedCluster": atlas,
    "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB": percona,
  },
  search: {
    "aws:opensearch/domain:Domain": openSearch,
    "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch": elasticsearch,
  },
  vectors: { "kubernetes:apps/v1:StatefulSet": milvusReader({ [s3Type]: s3, [gcsType]: gcs }) },
  bucket: { [s3Type]: s3, [gcsType]: gcs },
  queue: { "aws:sqs/queue:Queue": sqs, "gcp:pubsub/topic:Topic": pubSub },
};

/** The most of what the elements of a list say at a path, 0 where none does. */
function most(inputs: Json | undefined, list: string, path: string): number {
  return Math.max(0, ...listAt(inputs, list).map((element) => numberAt(element, path)));
}
