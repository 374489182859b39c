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
import { UnsupportedOnCloudError } from "../unsupported";
import type { PolicyOptions } from "./alertPolicy";
import { redisAlarms } from "./storeAlarms";
import type { WatchedStore } from "./watchedStore";

const daySeconds = 86_400;

/** {@link Redis} as Memorystore for Redis Cluster: endpoints in our network only, TLS only, IAM only. */
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
    const cluster = new gcp.redis.Cluster(
      name,
      {
        region,
        nodeType,
        shardCount: shards,
        replicaCount: replicasPerShard,
        zoneDistributionConfig: { mode: "MULTI_ZONE" },
        pscConfigs: [{ network: network.networkId }],
        authorizationMode: "AUTH_MODE_IAM_AUTH",
        transitEncryptionMode: "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION",
        kmsKey: key.keyId,
        deletionProtectionEnabled: protect,
        ...persistence(snapshotRetentionDays),
        maintenancePolicy: {
          weeklyMaintenanceWindows: [
            { day: "SUNDAY", startTime: { hours: 2, minutes: 0, seconds: 0, nanos: 0 } },
          ],
        },
      },
      { ...child, protect, dependsOn: [...key.grants, ...network.storesReady] },
    );

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
    grantRole(name, { project, role, member: to.principal, resourceNames: [clusterId] }, opts);
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

/** Daily backups to restore from, and snapshots beside the nodes from which a shard that lost all of them comes back. */
function persistence(retentionDays: number): Partial<gcp.redis.ClusterArgs> {
  if (retentionDays === 0) {
    return { persistenceConfig: { mode: "DISABLED" } };
  }
  return {
    persistenceConfig: { mode: "RDB", rdbConfig: { rdbSnapshotPeriod: "SIX_HOURS" } },
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
