import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Redis, RedisArgs } from "../../components/data/redis";
import type { Access, CaBundle, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import { grantRole } from "./grants";
import { GcpKey } from "./key";
import { redisNodeType } from "./machines";
import { gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import { type GcpRecoveryPlace, gcpRecovery } from "./recovery";
import { UnsupportedOnCloudError } from "../unsupported";
import type { PolicyOptions } from "./alertPolicy";
import { redisAlarms, redisFollowerAlarms } from "./redisAlarms";
import type { WatchedStore } from "./watchedStore";

const daySeconds = 86_400;

/** Hours of Sunday in UTC at which maintenance begins: that of the cluster that follows is over before the other's. */
const maintenanceHours = { recovery: 0, primary: 2 } as const;

/**
 * {@link Redis} as Memorystore for Redis Cluster: endpoints in our network only, TLS only, IAM only.
 *
 * With a place for recovery a second cluster follows it there, under a key of that region, and is made the primary by hand
 * (docs/runbooks/redis.md). It takes no backups while it follows: it holds nothing that the first one lacks.
 */
export class GcpRedis extends pulumi.ComponentResource implements Redis, WatchedStore {
  readonly host: pulumi.Output<string>;
  readonly port = 6379;
  // the nodes answer on ports of their own behind the one address (https://cloud.google.com/memorystore/docs/cluster/networking)
  readonly ports = [6379, { from: 11000, to: 13047 }];
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  /** The authority of this cluster alone; it signs no other's certificate. */
  readonly caBundle: CaBundle;
  /** Name of the cluster, by which its metrics know it. */
  readonly clusterName: pulumi.Output<string>;
  /** The cluster that follows in the other region, where the stack has one. */
  private readonly follower?: gcp.redis.Cluster;
  private readonly clusterId: pulumi.Output<string>;
  private readonly project: GcpProject;

  constructor(name: string, args: RedisArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Redis", name, {}, opts);
    const { nodeMemoryGiB, shards, replicasPerShard, snapshotRetentionDays } = args;
    const { protect = true, region, project } = args;
    checkSize(args);
    const nodeType = redisNodeType(nodeMemoryGiB);
    const network = gcpNetwork(args.network);
    const child = { parent: this };

    const key = new GcpKey(
      `${name}-key`,
      { region, project, protect, users: { redis: project.agents.redis } },
      child,
    );
    const common = {
      nodeType,
      shardCount: shards,
      replicaCount: replicasPerShard,
      zoneDistributionConfig: { mode: "MULTI_ZONE" },
      pscConfigs: [{ network: network.networkId }],
      authorizationMode: "AUTH_MODE_IAM_AUTH",
      transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
      deletionProtectionEnabled: protect,
      persistenceConfig: persistence(snapshotRetentionDays),
    };
    const cluster = new gcp.redis.Cluster(
      name,
      {
        ...common,
        region,
        kmsKey: key.keyId,
        ...backups(snapshotRetentionDays),
        maintenancePolicy: maintenance(maintenanceHours.primary),
      },
      { ...child, protect, dependsOn: [...key.grants, ...network.storesReady] },
    );
    if (args.recovery !== undefined) {
      const place = gcpRecovery(args.recovery);
      this.follower = follow(`${name}-recovery`, { common, cluster, place, project, protect }, child);
    }

    this.project = project;
    this.clusterId = cluster.id;
    this.clusterName = cluster.name;
    this.host = cluster.discoveryEndpoints.apply(discoveryAddress);
    this.destinations = [{ cidrs: network.dataCidrs, ports: this.ports }];
    this.connection = {
      REDIS_HOST: this.host,
      REDIS_PORT: pulumi.output(String(this.port)),
      REDIS_TLS: pulumi.output("true"),
      REDIS_CLUSTER: pulumi.output("true"),
    };
    this.caBundle = { variable: "REDIS_CA_FILE", pem: cluster.managedServerCas.apply(authorities) };
    this.registerOutputs({ host: this.host });
  }

  watch(name: string, policies: PolicyOptions): void {
    redisAlarms(name, this.clusterName, policies);
    if (this.follower !== undefined) redisFollowerAlarms(name, this.clusterName, policies);
  }

  /** Lets the identity sign in, with an access token of its account as the password of Redis' own user. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"REDIS_USERNAME", pulumi.Output<string>>> {
    if (access === "read") {
      throw new UnsupportedOnCloudError("redis.access.read");
    }
    const role = "roles/redis.dbConnectionUser";
    const { project, clusterId } = this;
    const resourceNames = [clusterId, ...(this.follower === undefined ? [] : [this.follower.id])];
    grantRole(name, { project, role, member: to.principal, resourceNames }, opts);
    return { REDIS_USERNAME: pulumi.output("default") };
  }
}

function checkSize({ shards, replicasPerShard, snapshotRetentionDays }: RedisArgs): void {
  for (const [key, value, least, most] of [
    ["shards", shards, 1, 250],
    ["replicasPerShard", replicasPerShard, 0, 2],
    ["snapshotRetentionDays", snapshotRetentionDays, 0, 35],
  ] as const) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`${key}: expected a whole number from ${least} to ${most}, got ${value}`);
    }
  }
}

interface FollowArgs {
  /** What the two clusters have in common, as Memorystore wants it. */
  readonly common: gcp.redis.ClusterArgs;
  /** The one that is followed. */
  readonly cluster: gcp.redis.Cluster;
  readonly place: GcpRecoveryPlace;
  readonly project: GcpProject;
  readonly protect: boolean;
}

/** A cluster in the other region that follows one here. */
function follow(
  name: string,
  { common, cluster, place, project, protect }: FollowArgs,
  opts: { readonly parent: pulumi.Resource },
): gcp.redis.Cluster {
  const { region } = place;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { redis: project.agents.redis } },
    opts,
  );
  return new gcp.redis.Cluster(
    name,
    {
      ...common,
      region,
      kmsKey: key.keyId,
      maintenancePolicy: maintenance(maintenanceHours.recovery),
      crossClusterReplicationConfig: { clusterRole: "SECONDARY", primaryCluster: { cluster: cluster.id } },
    },
    { ...opts, protect, dependsOn: [...key.grants, ...place.storesReady] },
  );
}

function maintenance(hours: number): gcp.types.input.redis.ClusterMaintenancePolicy {
  const startTime = { hours, minutes: 0, seconds: 0, nanos: 0 };
  return { weeklyMaintenanceWindows: [{ day: "SUNDAY", startTime }] };
}

/** Snapshots beside the nodes, from which a shard that lost all of them comes back. */
function persistence(retentionDays: number): gcp.types.input.redis.ClusterPersistenceConfig {
  return retentionDays === 0
    ? { mode: "DISABLED" }
    : { mode: "RDB", rdbConfig: { rdbSnapshotPeriod: "SIX_HOURS" } };
}

/** Daily backups to restore from. */
function backups(retentionDays: number): Pick<gcp.redis.ClusterArgs, "automatedBackupConfig"> {
  if (retentionDays === 0) return {};
  return {
    automatedBackupConfig: {
      retention: `${retentionDays * daySeconds}s`,
      fixedFrequencySchedule: { startTime: { hours: 1 } },
    },
  };
}

function authorities(managed: readonly gcp.types.output.redis.ClusterManagedServerCa[]): string {
  return managed
    .flatMap(({ caCerts }) => caCerts.flatMap(({ certificates }) => certificates))
    .map((certificate) => `${certificate.trim()}\n`)
    .join("");
}

function discoveryAddress(endpoints: readonly gcp.types.output.redis.ClusterDiscoveryEndpoint[]): string {
  const [endpoint] = endpoints;
  if (endpoint?.address === undefined) {
    throw new Error("discoveryEndpoints: expected an address, got none");
  }
  return endpoint.address;
}
