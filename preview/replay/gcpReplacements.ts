import type * as gcp from "@pulumi/gcp";
import { replacing } from "./replacing";

/**
 * Inputs that `ForceNew` marks in the schemas of terraform-provider-google 7.45 (`google/services/<service>`), from which
 * the provider of Pulumi is made, as far as this program could set them; `subnetwork` besides where a `CustomizeDiff` of it
 * says so.
 */
export const gcpReplacements = {
  "gcp:artifactregistry/repository:Repository": replacing<gcp.artifactregistry.RepositoryArgs>()(
    "format",
    "kmsKeyName",
    "location",
    "mode",
    "project",
    "repositoryId",
  ),
  "gcp:backupdisasterrecovery/backupVault:BackupVault":
    replacing<gcp.backupdisasterrecovery.BackupVaultArgs>()("backupVaultId", "location", "project"),
  "gcp:compute/address:Address": replacing<gcp.compute.AddressArgs>()(
    "address",
    "addressType",
    "name",
    "network",
    "networkTier",
    "prefixLength",
    "project",
    "purpose",
    "region",
    "subnetwork",
  ),
  "gcp:compute/globalAddress:GlobalAddress": replacing<gcp.compute.GlobalAddressArgs>()(
    "address",
    "addressType",
    "name",
    "network",
    "prefixLength",
    "project",
    "purpose",
  ),
  "gcp:compute/network:Network": replacing<gcp.compute.NetworkArgs>()(
    "autoCreateSubnetworks",
    "description",
    "name",
    "project",
  ),
  "gcp:compute/subnetwork:Subnetwork": replacing<gcp.compute.SubnetworkArgs>({
    // `IsShrinkageIpCidr`: a block may grow in place
    ipCidrRange: grows,
  })("description", "ipCidrRange", "name", "network", "project", "region"),
  "gcp:container/cluster:Cluster": replacing<gcp.container.ClusterArgs>()(
    "clusterIpv4Cidr",
    "datapathProvider",
    "defaultMaxPodsPerNode",
    "description",
    "enableAutopilot",
    "initialNodeCount",
    "ipAllocationPolicy.clusterSecondaryRangeName",
    "ipAllocationPolicy.servicesSecondaryRangeName",
    "location",
    "name",
    "network",
    "networkingMode",
    "privateClusterConfig.masterIpv4CidrBlock",
    "privateClusterConfig.privateEndpointSubnetwork",
    "project",
    "subnetwork",
  ),
  "gcp:dns/managedZone:ManagedZone": replacing<gcp.dns.ManagedZoneArgs>()(
    "dnsName",
    "name",
    "project",
    "visibility",
  ),
  "gcp:gkebackup/backupPlan:BackupPlan": replacing<gcp.gkebackup.BackupPlanArgs>()(
    "cluster",
    "location",
    "name",
    "project",
  ),
  "gcp:kms/cryptoKey:CryptoKey": replacing<gcp.kms.CryptoKeyArgs>()(
    "destroyScheduledDuration",
    "importOnly",
    "keyRing",
    "name",
    "purpose",
    "versionTemplate.protectionLevel",
  ),
  "gcp:kms/keyRing:KeyRing": replacing<gcp.kms.KeyRingArgs>()("location", "name", "project"),
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": replacing<gcp.logging.ProjectBucketConfigArgs>()(
    "bucketId",
    "location",
    "project",
  ),
  "gcp:managedkafka/cluster:Cluster": replacing<gcp.managedkafka.ClusterArgs>()(
    "clusterId",
    "gcpConfig.kmsKey",
    "location",
    "project",
  ),
  "gcp:managedkafka/topic:Topic": replacing<gcp.managedkafka.TopicArgs>()(
    "cluster",
    "location",
    "project",
    "replicationFactor",
    "topicId",
  ),
  "gcp:pubsub/subscription:Subscription": replacing<gcp.pubsub.SubscriptionArgs>()(
    "enableMessageOrdering",
    "filter",
    "name",
    "project",
    "topic",
  ),
  "gcp:pubsub/topic:Topic": replacing<gcp.pubsub.TopicArgs>()("name", "project"),
  "gcp:redis/cluster:Cluster": replacing<gcp.redis.ClusterArgs>()(
    "authorizationMode",
    "name",
    "project",
    "region",
    "transitEncryptionMode",
    "zoneDistributionConfig.mode",
  ),
  "gcp:secretmanager/secret:Secret": replacing<gcp.secretmanager.SecretArgs>()(
    "project",
    "replication",
    "secretId",
  ),
  "gcp:sql/database:Database": replacing<gcp.sql.DatabaseArgs>()("instance", "name", "project"),
  "gcp:sql/databaseInstance:DatabaseInstance": replacing<gcp.sql.DatabaseInstanceArgs>()(
    "encryptionKeyName",
    "name",
    "project",
    "region",
    "settings.collation",
  ),
  "gcp:storage/bucket:Bucket": replacing<gcp.storage.BucketArgs>()(
    "customPlacementConfig.dataLocations",
    "enableObjectRetention",
    "hierarchicalNamespace",
    "location",
    "name",
    "project",
  ),
} as const;

/** Whether a block takes the place of another that it holds. */
function grows(was: unknown, is: unknown): boolean {
  const [before, now] = [parse(was), parse(is)];
  return now.prefix <= before.prefix && mask(before.address, now.prefix) === mask(now.address, now.prefix);
}

function parse(block: unknown): { readonly address: number; readonly prefix: number } {
  const [address = "", prefix = "32"] = String(block).split("/");
  const bytes = address.split(".").map(Number);
  return { address: bytes.reduce((sum, byte) => sum * 256 + byte, 0), prefix: Number(prefix) };
}

function mask(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size);
}
