import type { ClusterArgs } from "../../../components/cluster/cluster";
import type { BucketArgs } from "../../../components/data/bucket";
import type { MySqlArgs } from "../../../components/data/mysql";
import type { PostgresArgs } from "../../../components/data/postgres";
import type { RecoveryPlace } from "../../../components/data/recovery";
import type { RedisArgs } from "../../../components/data/redis";
import type { Access, Grantable } from "../../../components/identity/workloadIdentity";
import type { Network, NetworkArgs } from "../../../components/network/network";
import type { PlanResource } from "../../../preview/plan";
import { gcpProvider, type GcpProviderArgs } from "../../../providers/gcp";
import type { CloudProvider } from "../../../providers/provider";
import { type Ran, run, type TestRunOptions } from "../../support/run";

/** Where the tests' stacks stand. */
export const place: GcpProviderArgs = {
  region: "us-east1",
  project: "example-prod",
  labels: {
    project: "groundwork",
    blueprint: "seo-platform",
    environment: "prod",
    owner: "platform",
    "cost-center": "seo",
    "managed-by": "pulumi",
  },
};

export const networkArgs: NetworkArgs = {
  cidr: "10.0.0.0/16",
  zones: ["b", "c", "d"],
  podCidr: "100.64.0.0/15",
  serviceCidr: "172.20.0.0/18",
};

export const clusterArgs: Omit<ClusterArgs, "network"> = {
  version: "1.35",
  nodePools: {
    system: {
      machine: { vcpus: 4, memoryGiB: 16, burstable: true },
      minNodes: 3,
      initialNodes: 3,
      maxNodes: 6,
    },
  },
};

export const postgresArgs: Omit<PostgresArgs, "network"> = {
  version: "17",
  machine: { vcpus: 4, memoryGiB: 32 },
  diskGiB: 500,
  highAvailability: true,
  readReplicas: 2,
  backupRetentionDays: 30,
};

export const mysqlArgs: Omit<MySqlArgs, "network"> = {
  version: "8.4",
  machine: { vcpus: 4, memoryGiB: 32 },
  diskGiB: 200,
  highAvailability: true,
  backupRetentionDays: 30,
};

export const redisArgs: Omit<RedisArgs, "network"> = {
  nodeMemoryGiB: 6,
  shards: 3,
  replicasPerShard: 1,
  snapshotRetentionDays: 30,
};

export const bucketArgs: BucketArgs = { archiveAfterDays: 90, noncurrentRetentionDays: 30 };

/** Runs a piece of a stack of GCP, made through the contract. */
export async function onGcp<T>(make: (cloud: CloudProvider) => T, options?: TestRunOptions): Promise<Ran<T>> {
  return await run(() => make(gcpProvider("main", place, {})), options);
}

/** The region that takes over. */
export function otherRegion(cloud: CloudProvider, network: Network): RecoveryPlace {
  const { podCidr, serviceCidr } = networkArgs;
  return cloud.recovery(
    "main-other",
    {
      network,
      region: "us-west1",
      cidr: "10.128.0.0/16",
      zones: ["a", "b"],
      podCidr,
      serviceCidr,
      flowLogRetentionDays: 365,
      protect: true,
    },
    {},
  );
}

/** IAM member of the identity that {@link granted} lets in. */
export const api = "serviceAccount:main-api@example-prod.iam.gserviceaccount.com";

/** What letting an identity into a store registers. */
export async function granted(
  kind: "postgres" | "mysql" | "redis" | "bucket",
  access: Access,
  { recovery = false }: { readonly recovery?: boolean } = {},
): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const place = { network, ...(recovery && { recovery: otherRegion(cloud, network) }) };
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const args = { cluster, namespace: "seo", serviceAccount: "api" };
    const identity = cloud.workloadIdentity("main-api", args, {});
    const stores: Readonly<Record<typeof kind, () => Grantable>> = {
      postgres: () => cloud.postgres("main", { ...postgresArgs, ...place }, {}),
      mysql: () => cloud.mySql("main", { ...mysqlArgs, ...place }, {}),
      redis: () => cloud.redis("main", { ...redisArgs, ...place }, {}),
      bucket: () => cloud.bucket("main", bucketArgs, {}),
    };
    stores[kind]().grant("main-api-store", identity, access, { parent: identity });
  });
  return resources.filter(({ name }) => name.startsWith("main-api-store"));
}

/** A value that must be text. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") {
    throw new Error(`expected text, got ${JSON.stringify(value)}`);
  }
  return value;
}
