import { givenFrom, gone, of, openPolicy, type StoreCase, to, unprotected } from "./storeChanges";

const rds = "aws:rds/instance:Instance";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
export const domain = "aws:opensearch/domain:Domain";
const cluster = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const schedule = "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule";
const sql = "gcp:sql/databaseInstance:DatabaseInstance";
const redis = "gcp:redis/cluster:Cluster";
const gcs = "gcp:storage/bucket:Bucket";
const topic = "gcp:pubsub/topic:Topic";
const strimzi = "kubernetes:kafka.strimzi.io/v1:Kafka";
const brokers = "kubernetes:kafka.strimzi.io/v1:KafkaNodePool";
const elastic = "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch";
export const percona = "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB";
const volumes = "kubernetes:storage.k8s.io/v1:StorageClass";
const rules = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const awsAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const gcpAlarm = "gcp:monitoring/alertPolicy:AlertPolicy";
const ofBucket = (what: string) => `aws:s3/bucket${what}:Bucket${what}`;
export const inCluster = ["mongo.hosting=cluster"];
const ownKey = "the stack's key";
const cloudKey = "the cloud's key";
const both = "cloud, Pulumi";

export const cases: readonly StoreCase[] = [
  ...of(
    ["suuupra", "aws", "postgres"],
    [rds, /-postgres$/],
    [
      ["encryption is off", to("storageEncrypted", false), "encrypted by", ownKey, "no"],
      ["it has no key", to("kmsKeyId", undefined), "encrypted by", ownKey, cloudKey],
      ["its key is not the stack's", givenFrom("kmsKeyId"), "encrypted by", ownKey, "another's key"],
      ["it is in one zone", to("multiAz", false), "HA", "standby", "no"],
      ["backups are kept a week", to("backupRetentionPeriod", 7), "backup days", "30", "7"],
      ["there are no backups", to("backupRetentionPeriod", 0), "PITR", "yes", "no"],
      ["it has another version", to("engineVersion", "18"), "system", "RDS postgres 17", "RDS postgres 18"],
      ["the cloud may delete it", to("deletionProtection", false), "deletion protection", both, "Pulumi"],
      ["Pulumi may delete it", unprotected, "deletion protection", both, "cloud"],
    ],
  ),
  ...of(
    ["suuupra", "aws", "postgres"],
    [rds, /-postgres-recovery/],
    [["its replica is gone", gone, "DR copy", "replica", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "postgres"],
    [awsAlarm, /-critical-postgres-disk$/],
    [["an alarm is gone", gone, "alarms", "7", "6"]],
  ),
  ...of(
    ["suuupra", "aws", "postgres"],
    ["aws:rds/parameterGroup:ParameterGroup", /-postgres-17$/],
    [["TLS is not forced", to("parameters.0.value", "0"), "TLS forced", "yes", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "mysql"],
    ["aws:rds/parameterGroup:ParameterGroup", /-mysql-8.4$/],
    [["TLS is not forced", to("parameters.0.value", "0"), "TLS forced", "yes", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "redis"],
    [cache, /-redis$/],
    [
      ["encryption is off", to("atRestEncryptionEnabled", false), "encrypted by", ownKey, "no"],
      ["TLS is only preferred", to("transitEncryptionMode", "preferred"), "TLS forced", "yes", "no"],
      ["nothing fails over", to("automaticFailoverEnabled", false), "HA", "3 nodes a shard", "no"],
      ["snapshots are not kept", to("snapshotRetentionLimit", 0), "backup days", "30", "no"],
      ["Pulumi may delete it", unprotected, "deletion protection", "Pulumi", "no"],
    ],
  ),
  ...of(
    ["suuupra", "aws", "redis"],
    [cache, /-redis-recovery$/],
    [["its replica is gone", gone, "DR copy", "replica", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "kafka"],
    ["aws:msk/cluster:Cluster", /-kafka$/],
    [
      [
        "it has no key",
        to("encryptionInfo.encryptionAtRestKmsKeyArn", undefined),
        "encrypted by",
        ownKey,
        cloudKey,
      ],
      [
        "clients may do without TLS",
        to("encryptionInfo.encryptionInTransit.clientBroker", "TLS_PLAINTEXT"),
        "TLS forced",
        "yes",
        "no",
      ],
      ["it is in one zone", to("brokerNodeGroupInfo.clientSubnets", ["a"]), "HA", "3 zones", "no"],
    ],
  ),
  ...of(
    ["suuupra", "aws", "kafka"],
    ["aws:msk/replicator:Replicator", /-kafka-recovery$/],
    [["nothing copies it", gone, "DR copy", "replica", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    [cluster, /-mongo$/],
    [
      ["it has no key", to("encryptionAtRestProvider", "NONE"), "encrypted by", ownKey, cloudKey],
      [
        "it takes an old TLS",
        to("advancedConfiguration.minimumEnabledTlsProtocol", "TLS1_1"),
        "TLS forced",
        "yes",
        "no",
      ],
      [
        "it has fewer nodes there",
        to("replicationSpecs.0.regionConfigs.1.electableSpecs.nodeCount", 1),
        "HA",
        "5 nodes",
        "4 nodes",
      ],
      ["backups are off", to("backupEnabled", false), "backup days", "30", "no"],
      ["no moment comes back", to("pitEnabled", false), "PITR", "yes", "no"],
      [
        "Atlas may delete it",
        to("terminationProtectionEnabled", false),
        "deletion protection",
        both,
        "Pulumi",
      ],
    ],
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    [schedule, /-mongo-backups$/],
    [["backups stay here", to("copySettings", []), "DR copy", "nodes, backups", "nodes"]],
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    ["mongodbatlas:index/alertConfiguration:AlertConfiguration", /-alert-disk$/],
    [["an alert is gone", gone, "alarms", "11", "10"]],
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    [percona, /-mongo$/],
    [
      ["TLS is only preferred", to("spec.tls.mode", "preferTLS"), "TLS forced", "yes", "no"],
      ["it has one node", to("spec.replsets.0.size", 1), "HA", "3 nodes", "no"],
      ["backups are kept a week", to("spec.backup.tasks.0.retention.count", 7), "backup days", "30", "7"],
      ["no backup is asked for", to("spec.backup.tasks.0.enabled", false), "backup days", "30", "no"],
      ["the operator takes none", to("spec.backup.enabled", false), "PITR", "yes", "no"],
      ["the log is not kept", to("spec.backup.pitr.enabled", false), "PITR", "yes", "no"],
    ],
    inCluster,
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", /-mongo-replication$/],
    [["backups stay here", gone, "DR copy", "backups", "no"]],
    inCluster,
  ),
  ...of(
    ["suuupra", "aws", "mongo"],
    [volumes, /-storage-class$/],
    [["disks are not encrypted", to("parameters.encrypted", "false"), "encrypted by", ownKey, "no"]],
    inCluster,
  ),
  ...of(
    ["suuupra", "aws", "search"],
    [elastic, /-search$/],
    [
      [
        "its certificate is off",
        to("spec.http.tls.selfSignedCertificate.disabled", true),
        "TLS forced",
        "yes",
        "no",
      ],
      ["it has fewer nodes", to("spec.nodeSets.1.count", 2), "HA", "6 data nodes", "2 data nodes"],
    ],
  ),
  ...of(
    ["suuupra", "aws", "search"],
    ["kubernetes:batch/v1:Job", /-search-snapshots$/],
    [["no snapshot is asked for", gone, "backup days", "30", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "search"],
    [ofBucket("ReplicationConfig"), /-search-replication$/],
    [["snapshots stay here", gone, "DR copy", "snapshots", "no"]],
  ),
  ...of(
    ["suuupra", "aws", "search"],
    [rules, /-search-alerts$/],
    [["its rules are gone", gone, "alarms", "9", "0"]],
  ),
  ...of(
    ["publishing", "aws", "search"],
    [domain, /-search$/],
    [
      ["encryption is off", to("encryptAtRest.enabled", false), "encrypted by", ownKey, "no"],
      ["HTTP is let in", to("domainEndpointOptions.enforceHttps", false), "TLS forced", "yes", "no"],
      ["it is in one zone", to("clusterConfig.zoneAwarenessEnabled", false), "HA", "3 zones", "no"],
    ],
  ),
  ...of(
    ["publishing", "aws", "media-jobs"],
    ["aws:sqs/queue:Queue", /-media-jobs-pair$/],
    [["it has no key", to("kmsMasterKeyId", undefined), "encrypted by", ownKey, cloudKey]],
  ),
  ...of(
    ["publishing", "aws", "media-jobs"],
    ["aws:sqs/queuePolicy:QueuePolicy", /-media-jobs-pair-policy$/],
    [["HTTP is let in", to("policy", openPolicy), "TLS forced", "yes", "no"]],
  ),
  ...of(
    ["publishing", "aws", "media-jobs"],
    ["aws:sqs/queue:Queue", /-media-jobs-recovery$/],
    [["there is none there", gone, "DR copy", "empty queue", "no"]],
  ),
  ...of(
    ["publishing", "aws", "media-jobs"],
    [awsAlarm, /-queue-media-jobs-age$/],
    [["an alarm is gone", gone, "alarms", "2", "1"]],
  ),
  ...of(
    ["suuupra", "gcp", "postgres"],
    [sql, /-postgres$/],
    [
      ["it has no key", to("encryptionKeyName", undefined), "encrypted by", ownKey, cloudKey],
      [
        "TLS is not forced",
        to("settings.ipConfiguration.sslMode", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"),
        "TLS forced",
        "yes",
        "no",
      ],
      ["it is in one zone", to("settings.availabilityType", "ZONAL"), "HA", "standby", "no"],
      ["backups are off", to("settings.backupConfiguration.enabled", false), "backup days", "30", "no"],
      [
        "no moment comes back",
        to("settings.backupConfiguration.pointInTimeRecoveryEnabled", false),
        "PITR",
        "yes",
        "no",
      ],
      [
        "the cloud may delete it",
        to("settings.deletionProtectionEnabled", false),
        "deletion protection",
        both,
        "Pulumi",
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "mysql"],
    [sql, /-mysql$/],
    [
      [
        "no moment comes back",
        to("settings.backupConfiguration.binaryLogEnabled", false),
        "PITR",
        "yes",
        "no",
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "postgres"],
    [sql, /-postgres-recovery$/],
    [["its replica is here", to("region", "us-east1"), "DR copy", "replica", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "postgres"],
    [gcpAlarm, /-critical-postgres-disk$/],
    [["an alarm is gone", gone, "alarms", "9", "8"]],
  ),
  ...of(
    ["suuupra", "gcp", "redis"],
    [redis, /-redis$/],
    [
      ["it has no key", to("kmsKey", undefined), "encrypted by", ownKey, cloudKey],
      [
        "TLS is off",
        to("transitEncryptionMode", "TRANSIT_ENCRYPTION_MODE_DISABLED"),
        "TLS forced",
        "yes",
        "no",
      ],
      ["it is in one zone", to("zoneDistributionConfig.mode", "SINGLE_ZONE"), "HA", "3 nodes a shard", "no"],
      ["backups are kept a week", to("automatedBackupConfig.retention", "604800s"), "backup days", "30", "7"],
      [
        "the cloud may delete it",
        to("deletionProtectionEnabled", false),
        "deletion protection",
        both,
        "Pulumi",
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "redis"],
    [redis, /-redis-recovery$/],
    [["its replica is gone", gone, "DR copy", "replica", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "mongo"],
    ["mongodbatlas:index/encryptionAtRest:EncryptionAtRest", /-mongo$/],
    [["it has no key", gone, "encrypted by", ownKey, cloudKey]],
  ),
  ...of(
    ["suuupra", "gcp", "kafka"],
    [strimzi, /-kafka$/],
    [["a listener has no TLS", to("spec.kafka.listeners.0.tls", false), "TLS forced", "yes", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "kafka"],
    [brokers, /-kafka-brokers$/],
    [["it has one broker", to("spec.replicas", 1), "HA", "3 brokers", "no"]],
  ),
  ...of(
    ["suuupra", "gcp", "kafka"],
    [volumes, /-cluster-volumes$/],
    [
      [
        "disks have no key",
        to("parameters.disk-encryption-kms-key", undefined),
        "encrypted by",
        ownKey,
        cloudKey,
      ],
    ],
  ),
  ...of(
    ["suuupra", "gcp", "kafka"],
    [rules, /-kafka-alerts$/],
    [["its rules are gone", gone, "alarms", "10", "0"]],
  ),
  ...of(
    ["suuupra", "gcp", "search"],
    [gcs, /-search$/],
    [["snapshots stay here", to("customPlacementConfig", undefined), "DR copy", "snapshots", "no"]],
  ),
  ...of(
    ["publishing", "gcp", "media-jobs"],
    [topic, /-media-jobs-pair$/],
    [["it has no key", to("kmsKeyName", undefined), "encrypted by", ownKey, cloudKey]],
  ),
  ...of(
    ["publishing", "gcp", "media-jobs"],
    [topic, /-media-jobs-recovery$/],
    [["there is none there", gone, "DR copy", "empty queue", "no"]],
  ),
];
