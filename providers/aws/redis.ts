import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Redis, RedisArgs } from "../../components/data/redis";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import type { Destination } from "../../components/platform/networkPolicy";
import { awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { cacheNodeType } from "./machines";
import { policyDocument } from "./policyDocument";
import { storeLogRetentionDays, storeSecurityGroup } from "./storeAccess";
import type { AlarmChannels } from "./alarmChannels";
import { redisAlarms } from "./storeAlarms";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsRedis}. */
export interface AwsRedisArgs extends RedisArgs {
  readonly region: string;
  /** Account that owns the store, 12 digits. */
  readonly accountId: string;
}

/**
 * Valkey 8: what Redis 7.2 was before its licence changed, the same protocol, and a fifth cheaper on ElastiCache, which
 * offers no Redis above 7.1.
 */
const engine = { engine: "valkey", engineVersion: "8.2", family: "valkey8" } as const;

/** Longest id of a replication group, and of a user or a user group. */
const maxId = 40;

/** Times in UTC; the snapshot ends before maintenance begins. */
const windows = { snapshot: "03:00-04:00", maintenance: "sun:04:30-sun:05:30" } as const;

/** What a client of a cluster asks to find the shards, on top of its commands on data. */
const discovery =
  "+@connection +info +command +cluster|slots +cluster|shards +cluster|nodes +cluster|keyslot";

/** Valkey's rules for a user: on, all keys, and which commands; readers have no channel, and nobody has administration. */
const rules: Readonly<Record<Access | "operator", string>> = {
  read: `on ~* -@all +@read ${discovery}`,
  readWrite: `on ~* &* +@all -@admin -@dangerous ${discovery}`,
  operator: "on ~* &* +@all",
};

/**
 * {@link Redis} on Amazon ElastiCache, engine Valkey, in cluster mode.
 *
 * Clients sign in with a token of their IAM role, as a user of their own: the group has no `default` user, so nobody comes
 * in without a name. The one user it starts with is for operators whose IAM role may `elasticache:Connect` as it.
 */
export class AwsRedis extends pulumi.ComponentResource implements Redis, WatchedStore {
  readonly host: pulumi.Output<string>;
  readonly port = 6379;
  readonly ports = [6379];
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  /** Ids of each shard's nodes, shard by shard. */
  readonly shardNodes: readonly (readonly pulumi.Output<string>[])[];
  private readonly arn: pulumi.Output<string>;
  private readonly users: aws.elasticache.UserGroup;
  private readonly baseName: string;

  constructor(name: string, args: AwsRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Redis", name, {}, opts);
    const { network, nodeMemoryGiB, shards, replicasPerShard, snapshotRetentionDays } = args;
    const { region, accountId, logRetentionDays = storeLogRetentionDays, protect = true } = args;
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
        family: engine.family,
        description: `Redis ${name}`,
        parameters: [{ name: "cluster-enabled", value: "yes" }],
      },
      child,
    );
    this.users = userGroup(name, child);
    const cache = new aws.elasticache.ReplicationGroup(
      name,
      {
        description: `Redis ${name}`,
        engine: engine.engine,
        engineVersion: engine.engineVersion,
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
        ...(snapshotRetentionDays > 0 ? { snapshotWindow: windows.snapshot } : {}),
        ...(protect ? { finalSnapshotIdentifier: physicalName(255, name, "final") } : {}),
        maintenanceWindow: windows.maintenance,
        applyImmediately: false,
        logDeliveryConfigurations: logDeliveries(
          name,
          { key, retentionDays: logRetentionDays, protect },
          child,
        ),
      },
      { ...child, protect },
    );

    this.shardNodes = Array.from({ length: shards }, (_, shard) =>
      Array.from(
        { length: 1 + replicasPerShard },
        (__, node) =>
          pulumi.interpolate`${cache.replicationGroupId}-${numbered(4, shard)}-${numbered(3, node)}`,
      ),
    );
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
  }

  /** Gives the identity a user of its own, with commands by its access, and lets it alone sign in as that user. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"REDIS_USERNAME", pulumi.Output<string>>> {
    const { principal, serviceAccount } = awsIdentity(to);
    const user = iamUser(name, physicalName(maxId, this.baseName, serviceAccount), rules[access], opts);
    new aws.elasticache.UserGroupAssociation(
      name,
      { userGroupId: this.users.userGroupId, userId: user.userId },
      opts,
    );
    new aws.iam.RolePolicy(
      name,
      {
        role: principal,
        policy: policyDocument([
          { Effect: "Allow", Action: "elasticache:Connect", Resource: [this.arn, user.arn] },
        ]),
      },
      opts,
    );
    return { REDIS_USERNAME: user.userId };
  }
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** The group of those who may sign in. Grants add to it, so that what it lists at first is not the whole. */
function userGroup(name: string, opts: Child): aws.elasticache.UserGroup {
  const operator = iamUser(`${name}-operator`, physicalName(maxId, name, "operator"), rules.operator, opts);
  return new aws.elasticache.UserGroup(
    name,
    {
      userGroupId: physicalName(maxId, name),
      engine: engine.engine,
      userIds: [operator.userId],
    },
    { ...opts, ignoreChanges: ["userIds"] },
  );
}

/** A user that signs in by IAM: ElastiCache wants its id and its name to be one. */
function iamUser(
  name: string,
  userId: string,
  accessString: string,
  opts: pulumi.CustomResourceOptions,
): aws.elasticache.User {
  return new aws.elasticache.User(
    name,
    {
      userId,
      userName: userId,
      engine: engine.engine,
      accessString,
      authenticationMode: { type: "iam" },
    },
    opts,
  );
}

/** Slow commands and the engine's own log, kept encrypted and for a time. */
function logDeliveries(
  name: string,
  {
    key,
    retentionDays,
    protect,
  }: { readonly key: AwsKey; readonly retentionDays: number; readonly protect: boolean },
  opts: Child,
): aws.types.input.elasticache.ReplicationGroupLogDeliveryConfiguration[] {
  return ["slow-log", "engine-log"].map((logType) => {
    const group = new aws.cloudwatch.LogGroup(
      `${name}-${logType}`,
      { retentionInDays: retentionDays, kmsKeyId: key.arn },
      { ...opts, protect },
    );
    return { logType, destinationType: "cloudwatch-logs", destination: group.name, logFormat: "json" };
  });
}

/** ElastiCache counts shards and their nodes from 1, in four digits and three: `main-0001-001`. */
function numbered(digits: number, place: number): string {
  return String(place + 1).padStart(digits, "0");
}

function check({ shards, replicasPerShard, snapshotRetentionDays }: AwsRedisArgs): void {
  if (shards < 1 || shards > 250) {
    throw new Error(`shards: expected 1 to 250, got ${shards}`);
  }
  if (replicasPerShard < 0 || replicasPerShard > 2) {
    throw new Error(`replicasPerShard: expected 0 to 2, got ${replicasPerShard}`);
  }
  if (snapshotRetentionDays < 0 || snapshotRetentionDays > 35) {
    throw new Error(`snapshotRetentionDays: expected 0 to 35, got ${snapshotRetentionDays}`);
  }
}
