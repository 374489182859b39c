import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Redis, RedisArgs } from "../../components/data/redis";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import type { Destination } from "../../components/platform/networkPolicy";
import { UnsupportedOnCloudError } from "../unsupported";
import type { AlarmChannels } from "./alarmChannels";
import { awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { cacheNodeType } from "./machines";
import { policyDocument } from "./policyDocument";
import { type AwsRecoveryPlace, awsRecovery } from "./recovery";
import { redisEngine, redisLogs, redisNodes, redisPort, redisWindows } from "./redisEngine";
import { AwsRedisReplica } from "./redisReplica";
import { redisUser, redisUserGroup } from "./redisUsers";
import { storeLogRetentionDays, storeSecurityGroup } from "./storeAccess";
import { redisAlarms, redisFollowerAlarms } from "./redisAlarms";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsRedis}. */
export interface AwsRedisArgs extends RedisArgs {
  readonly region: string;
  /** Account that owns the store, 12 digits. */
  readonly accountId: string;
}

/**
 * What the global datastore that a cluster belongs to decides for all its clusters: ElastiCache refuses it on one of them,
 * and turns minor upgrades by itself off, so that no two regions run different versions.
 */
const ownedByDatastore = ["engineVersion", "nodeType", "numNodeGroups", "autoMinorVersionUpgrade"];

/** Longest name of a global datastore that a prefix of the region's is put before: that of a replication group. */
const maxSuffix = 34;

/**
 * {@link Redis} on Amazon ElastiCache, engine Valkey, in cluster mode.
 *
 * Clients sign in with a token of their IAM role, as a user of their own: the group has no `default` user, so nobody comes
 * in without a name. The one user it starts with is for operators whose IAM role may `elasticache:Connect` as it.
 *
 * With a place for recovery it is the primary of a global datastore: {@link AwsRedisReplica} follows it there, with the same
 * users, and is made the primary by hand (docs/runbooks/redis.md).
 */
export class AwsRedis extends pulumi.ComponentResource implements Redis, WatchedStore {
  readonly host: pulumi.Output<string>;
  readonly port = redisPort;
  readonly ports = [redisPort];
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  /** Ids of each shard's nodes, shard by shard. */
  readonly shardNodes: readonly (readonly pulumi.Output<string>[])[];
  /** The cluster that follows in the other region, where the stack has one, and where that is. */
  private readonly recovery?: { readonly place: AwsRecoveryPlace; readonly replica: AwsRedisReplica };
  private readonly arn: pulumi.Output<string>;
  private readonly users: aws.elasticache.UserGroup;
  private readonly baseName: string;

  constructor(name: string, args: AwsRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Redis", name, {}, opts);
    const { network, nodeMemoryGiB, shards, replicasPerShard, snapshotRetentionDays } = args;
    const { region, accountId, logRetentionDays = storeLogRetentionDays, protect = true } = args;
    const recovery = args.recovery === undefined ? undefined : awsRecovery(args.recovery);
    check(args);

    const child = { parent: this };
    this.baseName = name;
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
      { network, port: this.port, description: `Redis ${name}` },
      child,
    );
    const subnetGroup = new aws.elasticache.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, child);
    const parameters = new aws.elasticache.ParameterGroup(
      name,
      {
        family: redisEngine.family,
        description: `Redis ${name}`,
        parameters: [{ name: "cluster-enabled", value: "yes" }],
      },
      child,
    );
    this.users = redisUserGroup(name, child);
    const cache = new aws.elasticache.ReplicationGroup(
      name,
      {
        description: `Redis ${name}`,
        engine: redisEngine.engine,
        engineVersion: redisEngine.engineVersion,
        autoMinorVersionUpgrade: true,
        nodeType: cacheNodeType(nodeMemoryGiB),
        clusterMode: "enabled",
        numNodeGroups: shards,
        replicasPerNodeGroup: replicasPerShard,
        // cluster mode demands it, with or without replicas
        automaticFailoverEnabled: true,
        multiAzEnabled: replicasPerShard > 0,
        parameterGroupName: parameters.name,
        subnetGroupName: subnetGroup.name,
        securityGroupIds: [securityGroup.id],
        port: this.port,
        userGroupIds: [this.users.userGroupId],
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        atRestEncryptionEnabled: true,
        kmsKeyId: key.arn,
        snapshotRetentionLimit: snapshotRetentionDays,
        ...(snapshotRetentionDays > 0 ? { snapshotWindow: redisWindows.primary.snapshot } : {}),
        ...(protect ? { finalSnapshotIdentifier: physicalName(255, name, "final") } : {}),
        maintenanceWindow: redisWindows.primary.maintenance,
        applyImmediately: false,
        logDeliveryConfigurations: redisLogs(name, { key, retentionDays: logRetentionDays, protect }, child),
      },
      { ...child, protect, ...(recovery !== undefined && { ignoreChanges: ownedByDatastore }) },
    );
    if (recovery !== undefined) {
      const replica = follow(name, { ...args, cache, place: recovery, logRetentionDays, protect }, child);
      this.recovery = { place: recovery, replica };
    }

    this.shardNodes = redisNodes(cache.replicationGroupId, { shards, replicasPerShard });
    this.arn = cache.arn;
    this.host = cache.configurationEndpointAddress;
    this.destinations = [{ cidrs: network.dataCidrs, ports: this.ports }];
    this.connection = {
      REDIS_HOST: this.host,
      REDIS_PORT: pulumi.output(String(this.port)),
      REDIS_TLS: pulumi.output("true"),
      REDIS_CLUSTER: pulumi.output("true"),
      // signed into a client's token
      REDIS_CACHE_NAME: cache.replicationGroupId,
    };
    this.registerOutputs({ host: this.host, port: this.port, connection: this.connection });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    redisAlarms(name, this.shardNodes, channels, opts);
    if (this.recovery === undefined) return;
    const { place, replica } = this.recovery;
    const relay = channels.inRegionOf(place);
    redisFollowerAlarms(relay.alarms, replica.shardNodes, relay, { parent: relay });
  }

  /** Gives the identity a user of its own, with commands by its access, and lets it alone sign in as that user. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"REDIS_USERNAME", pulumi.Output<string>>> {
    const { principal, serviceAccount } = awsIdentity(to);
    const args = { cacheName: this.baseName, serviceAccount, access };
    const user = redisUser(name, { ...args, group: this.users }, opts);
    new aws.iam.RolePolicy(name, { role: principal, policy: mayConnect(this.arn, user.arn) }, opts);
    if (this.recovery !== undefined) {
      const { place, replica } = this.recovery;
      const there = `${name}-recovery`;
      const known = redisUser(
        there,
        { ...args, group: replica.users },
        { ...opts, provider: place.provider },
      );
      new aws.iam.RolePolicy(there, { role: principal, policy: mayConnect(replica.arn, known.arn) }, opts);
    }
    return { REDIS_USERNAME: user.userId };
  }
}

function mayConnect(...resources: readonly pulumi.Output<string>[]): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Action: "elasticache:Connect", Resource: [...resources] }]);
}

interface FollowArgs extends AwsRedisArgs {
  readonly cache: aws.elasticache.ReplicationGroup;
  readonly place: AwsRecoveryPlace;
  readonly logRetentionDays: number;
  readonly protect: boolean;
}

/** Makes the cluster the primary of a global datastore, and one that follows it in the other region. */
function follow(
  name: string,
  { cache, place, ...args }: FollowArgs,
  opts: { readonly parent: pulumi.Resource },
): AwsRedisReplica {
  const { nodeMemoryGiB, shards, replicasPerShard, snapshotRetentionDays } = args;
  const { accountId, logRetentionDays, protect } = args;
  const datastore = new aws.elasticache.GlobalReplicationGroup(
    `${name}-datastore`,
    {
      globalReplicationGroupIdSuffix: physicalName(maxSuffix, name),
      globalReplicationGroupDescription: `Redis ${name}`,
      primaryReplicationGroupId: cache.id,
      engine: redisEngine.engine,
      engineVersion: redisEngine.engineVersion,
      cacheNodeType: cacheNodeType(nodeMemoryGiB),
      numNodeGroups: shards,
      automaticFailoverEnabled: true,
    },
    { ...opts, protect },
  );
  return new AwsRedisReplica(
    `${name}-recovery`,
    {
      datastoreId: datastore.globalReplicationGroupId,
      network: place.network,
      region: place.region,
      accountId,
      shards,
      replicasPerShard,
      snapshotRetentionDays,
      logRetentionDays,
      protect,
    },
    { ...opts, providers: [place.provider], dependsOn: [place] },
  );
}

/** @throws where the cluster can't be, or can't be the primary of a global datastore */
function check({
  nodeMemoryGiB,
  shards,
  replicasPerShard,
  snapshotRetentionDays,
  recovery,
}: AwsRedisArgs): void {
  if (shards < 1 || shards > 250) {
    throw new Error(`shards: expected 1 to 250, got ${shards}`);
  }
  if (replicasPerShard < 0 || replicasPerShard > 2) {
    throw new Error(`replicasPerShard: expected 0 to 2, got ${replicasPerShard}`);
  }
  if (snapshotRetentionDays < 0 || snapshotRetentionDays > 35) {
    throw new Error(`snapshotRetentionDays: expected 0 to 35, got ${snapshotRetentionDays}`);
  }
  if (recovery === undefined) return;
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html
  if (replicasPerShard === 0) {
    throw new Error(
      "replicasPerShard: expected 1 or 2 where the store has a region for recovery, whose cluster fails over as this one does, got 0",
    );
  }
  const nodeType = cacheNodeType(nodeMemoryGiB);
  if (nodeType.startsWith("cache.t")) throw new UnsupportedOnCloudError("redis.recovery", nodeType);
}
