import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import type * as eks from "@pulumi/eks";
import { anyOther, extended, keepsSubnets, notOlder, oneMajorOn, sameMembers, to } from "./allowed";
import { replacing } from "./replacing";

/**
 * Inputs that `ForceNew` marks in the schemas of terraform-provider-aws (`internal/service/<service>`), from which the provider
 * of Pulumi is made, and those of its `CustomizeDiff`s: all of databases and caches, of the rest what this program could set.
 * `region` besides, which the provider holds fixed on whatever is regional.
 *
 * Read in 5.14, and again where a later file was at hand: keys in 6.36, and in 6.x or the last of 5.x replication groups,
 * database clusters, control planes, log groups and the `CustomizeDiff` of domains. What `@pulumi/aws` 7.48 has beyond 5.14 was
 * held against the requests of botocore 1.44.5 that change a resource: what those take is no replacement. Components by what
 * they pass on: `@pulumi/eks` 4.3.0, `@pulumi/awsx` 3.9.0.
 */
export const awsReplacements = {
  "aws:backup/vault:Vault": replacing<aws.backup.VaultArgs>()("kmsKeyArn", "name", "region"),
  "aws:cloudtrail/trail:Trail": replacing<aws.cloudtrail.TrailArgs>()("name", "region"),
  "aws:cloudwatch/logGroup:LogGroup": replacing<aws.cloudwatch.LogGroupArgs>()(
    "logGroupClass",
    "name",
    "namePrefix",
    "region",
  ),
  "aws:ec2/subnet:Subnet": replacing<aws.ec2.SubnetArgs>()(
    "availabilityZone",
    "availabilityZoneId",
    "cidrBlock",
    "ipv6Native",
    "outpostArn",
    "region",
    "vpcId",
  ),
  "aws:ec2/vpc:Vpc": replacing<aws.ec2.VpcArgs>({ instanceTenancy: to("default") })(
    "cidrBlock",
    "instanceTenancy",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "region",
  ),
  "aws:ecr/repository:Repository": replacing<aws.ecr.RepositoryArgs>()(
    "encryptionConfigurations",
    "name",
    "region",
  ),
  "aws:eks/cluster:Cluster": replacing<aws.eks.ClusterArgs>({
    // never taken away again
    encryptionConfig: anyOther,
    "vpcConfig.controlPlaneEgressMode": to("CUSTOMER_ROUTED"),
  })(
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "bootstrapSelfManagedAddons",
    "encryptionConfig",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
    "name",
    "outpostConfig.controlPlaneInstanceType",
    "outpostConfig.controlPlanePlacement.groupName",
    "region",
    "roleArn",
    "vpcConfig.controlPlaneEgressMode",
  ),
  // a replication group of a global datastore leaves engine and version to the datastore, which refuses an older one
  "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup":
    replacing<aws.elasticache.GlobalReplicationGroupArgs>()(
      "globalReplicationGroupIdSuffix",
      "primaryReplicationGroupId",
      "region",
    ),
  // not `transitEncryptionEnabled`: only below 7.0.5, which has no Valkey
  "aws:elasticache/replicationGroup:ReplicationGroup": replacing<aws.elasticache.ReplicationGroupArgs>({
    // from Redis alone, as the other way is none
    engine: to("valkey"),
    engineVersion: notOlder,
    securityGroupNames: sameMembers,
    snapshotArns: sameMembers,
  })(
    "atRestEncryptionEnabled",
    "dataTieringEnabled",
    "engine",
    "engineVersion",
    "globalReplicationGroupId",
    "kmsKeyId",
    "networkType",
    "nodeGroupConfigurations",
    "port",
    "region",
    "replicationGroupId",
    "securityGroupNames",
    "snapshotArns",
    "snapshotName",
    "subnetGroupName",
  ),
  "aws:kms/key:Key": replacing<aws.kms.KeyArgs>()(
    "customerMasterKeySpec",
    "customKeyStoreId",
    "keyUsage",
    "multiRegion",
    "region",
    "xksKeyId",
  ),
  // not `kafkaVersion`: an older one is to replace a cluster, but the provider reads no version that ends in `.x.kraft`
  "aws:msk/cluster:Cluster": replacing<aws.msk.ClusterArgs>({
    "brokerNodeGroupInfo.clientSubnets": sameMembers,
    "brokerNodeGroupInfo.securityGroups": sameMembers,
  })(
    "brokerNodeGroupInfo.azDistribution",
    "brokerNodeGroupInfo.clientSubnets",
    "brokerNodeGroupInfo.securityGroups",
    "clusterName",
    "encryptionInfo.encryptionAtRestKmsKeyArn",
    "encryptionInfo.encryptionInTransit.inCluster",
    "region",
  ),
  "aws:msk/topic:Topic": replacing<aws.msk.TopicArgs>()("clusterArn", "name", "region", "replicationFactor"),
  "aws:opensearch/domain:Domain": replacing<aws.opensearch.DomainArgs>({
    "advancedSecurityOptions.enabled": to(true),
    "encryptAtRest.enabled": to(true),
    // the provider asks OpenSearch what it can become
    engineVersion: oneMajorOn,
    ipAddressType: to("dualstack"),
    "nodeToNodeEncryption.enabled": to(true),
    // into a network or out of it
    vpcOptions: anyOther,
  })(
    "advancedSecurityOptions.enabled",
    "domainName",
    "encryptAtRest.enabled",
    "encryptAtRest.kmsKeyId",
    "engineVersion",
    "ipAddressType",
    "nodeToNodeEncryption.enabled",
    "region",
    "vpcOptions",
  ),
  "aws:rds/cluster:Cluster": replacing<aws.rds.ClusterArgs>({
    availabilityZones: sameMembers,
    // Aurora's own two; other engines change none
    storageType: to("", "aurora", "aurora-iopt1"),
  })(
    "availabilityZones",
    "clusterIdentifier",
    "clusterIdentifierPrefix",
    "clusterScalabilityType",
    "databaseName",
    "dbSubnetGroupName",
    "dbSystemId",
    "engine",
    "engineMode",
    "kmsKeyId",
    "masterUsername",
    "region",
    "restoreToPointInTime",
    "s3Import.bucketName",
    "s3Import.bucketPrefix",
    "s3Import.ingestionRole",
    "s3Import.sourceEngine",
    "s3Import.sourceEngineVersion",
    "snapshotIdentifier",
    "sourceRegion",
    "storageEncrypted",
    "storageType",
  ),
  "aws:rds/instance:Instance": replacing<aws.rds.InstanceArgs>({
    // its parts are read as a database is made, and never again
    restoreToPointInTime: anyOther,
  })(
    "availabilityZone",
    "backupTarget",
    "characterSetName",
    "customIamInstanceProfile",
    "dbName",
    "engine",
    "kmsKeyId",
    "ncharCharacterSetName",
    "region",
    "restoreToPointInTime",
    "s3Import.bucketName",
    "s3Import.bucketPrefix",
    "s3Import.ingestionRole",
    "s3Import.sourceEngine",
    "s3Import.sourceEngineVersion",
    "snapshotIdentifier",
    "storageEncrypted",
    "timezone",
    "username",
  ),
  "aws:route53/zone:Zone": replacing<aws.route53.ZoneArgs>()("delegationSetId", "name"),
  "aws:s3/bucket:Bucket": replacing<aws.s3.BucketArgs>()(
    "bucket",
    "bucketPrefix",
    "objectLockConfiguration.objectLockEnabled",
    "objectLockEnabled",
    "region",
  ),
  "aws:secretsmanager/secret:Secret": replacing<aws.secretsmanager.SecretArgs>()(
    "name",
    "namePrefix",
    "region",
  ),
  "aws:sqs/queue:Queue": replacing<aws.sqs.QueueArgs>()("fifoQueue", "name", "namePrefix", "region"),
  // subnets bear the name of their kind and the number of their zone
  "awsx:ec2:Vpc": replacing<awsx.ec2.VpcArgs>({
    availabilityZoneNames: extended,
    instanceTenancy: to("default"),
    subnetSpecs: keepsSubnets,
  })(
    "availabilityZoneNames",
    "cidrBlock",
    "instanceTenancy",
    "ipv4IpamPoolId",
    "ipv4NetmaskLength",
    "region",
    "subnetSpecs",
  ),
  // `vpcId` and subnets change in place, or the service refuses them; a key may be another, and is not taken away
  "eks:index:Cluster": replacing<eks.ClusterArgs>({ encryptionConfigKeyArn: anyOther })(
    "encryptionConfigKeyArn",
    "ipFamily",
    "kubernetesServiceIpAddressRange",
    "name",
    "serviceRole",
  ),
} as const;
