import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { autoNamed, physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import { AwsKey } from "./key";
import { redisLogs, redisNodes, redisPort, redisWindows } from "./redisEngine";
import { redisUserGroup } from "./redisUsers";
import { storeSecurityGroup } from "./storeAccess";

/** Longest id of a replication group. */
const maxReplicationGroupId = 40;

/** Arguments of an {@link AwsRedisReplica}. */
export interface AwsRedisReplicaArgs {
  /** Id of the global datastore that it follows. */
  readonly datastoreId: pulumi.Input<string>;
  /** Network of the other region. */
  readonly network: Network;
  readonly region: string;
  /** Account that owns the store, 12 digits. */
  readonly accountId: string;
  readonly shards: number;
  readonly replicasPerShard: number;
  readonly snapshotRetentionDays: number;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/**
 * The cluster of a global datastore in another region, made by that region's provider: under a key of that region, with
 * users, logs and snapshots of its own. Engine, node type, shards, parameters and encryption it takes from the datastore.
 */
export class AwsRedisReplica extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly users: aws.elasticache.UserGroup;
  /** Ids of each shard's nodes, shard by shard. */
  readonly shardNodes: readonly (readonly pulumi.Output<string>[])[];

  constructor(name: string, args: AwsRedisReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:RedisReplica", name, {}, opts);
    const { datastoreId, network, region, accountId, shards, replicasPerShard } = args;
    const { snapshotRetentionDays, logRetentionDays, protect } = args;

    const child = { parent: this };
    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `Redis ${name}: data, snapshots, logs`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    const securityGroup = storeSecurityGroup(
      name,
      { network, port: redisPort, description: `Redis ${name}` },
      child,
    );
    const subnetGroup = new aws.elasticache.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, child);
    this.users = redisUserGroup(name, child);
    const cache = new aws.elasticache.ReplicationGroup(
      autoNamed(maxReplicationGroupId, name),
      {
        description: `Redis ${name}`,
        globalReplicationGroupId: datastoreId,
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        replicasPerNodeGroup: replicasPerShard,
        subnetGroupName: subnetGroup.name,
        securityGroupIds: [securityGroup.id],
        port: redisPort,
        userGroupIds: [this.users.userGroupId],
        kmsKeyId: key.arn,
        snapshotRetentionLimit: snapshotRetentionDays,
        ...(snapshotRetentionDays > 0 && { snapshotWindow: redisWindows.recovery.snapshot }),
        ...(protect && { finalSnapshotIdentifier: physicalName(255, name, "final") }),
        maintenanceWindow: redisWindows.recovery.maintenance,
        applyImmediately: false,
        logDeliveryConfigurations: redisLogs(name, { key, retentionDays: logRetentionDays, protect }, child),
      },
      { ...child, protect },
    );

    this.arn = cache.arn;
    this.shardNodes = redisNodes(cache.replicationGroupId, { shards, replicasPerShard });
    this.registerOutputs({ arn: this.arn });
  }
}
