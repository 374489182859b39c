import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./components/cluster/cluster";
import type { AtlasAccess } from "./components/data/atlas";
import type { Bucket, BucketArgs } from "./components/data/bucket";
import type { MySql } from "./components/data/mysql";
import type { Mongo } from "./components/data/mongo";
import { ObjectStore } from "./components/data/objectStore";
import { PerconaMongo } from "./components/data/perconaMongo";
import type { Kafka } from "./components/data/kafka";
import type { Postgres } from "./components/data/postgres";
import type { RecoveryPlace } from "./components/data/recovery";
import type { Redis } from "./components/data/redis";
import type { Search } from "./components/data/search";
import type { ClusterStorePlace, Store, StorePlace } from "./components/data/store";
import type { VectorStore } from "./components/data/vectorStore";
import type { Access } from "./components/identity/workloadIdentity";
import type { Network } from "./components/network/network";
import type { PlatformServices } from "./components/platform/platformServices";
import { namespaces } from "./components/platform/names";
import type { StackConfig } from "./config/resolve";
import type { CloudProvider } from "./providers/provider";

/** The stores of a stack, by the names that the blueprint's services use. */
export interface Stores {
  readonly postgres?: Postgres;
  readonly mysql?: MySql;
  readonly redis?: Redis;
  readonly kafka?: Kafka;
  readonly mongo?: Mongo;
  readonly search?: Search;
  readonly vectors?: VectorStore;
  readonly bucket: Bucket;
}

/** Where a stack's stores stand. */
export interface StoresArgs {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly network: Network;
  /** @default - their data is kept in one region */
  readonly recovery?: RecoveryPlace;
  /** Where those run that no cloud offers. */
  readonly cluster: Cluster;
  /** What must stand in the cluster before these. */
  readonly services: PlatformServices;
  /** Has the kinds of Elastic's operator there. */
  readonly elasticKinds: () => pulumi.Resource;
}

/** Where a store stands that runs in the cluster, in a namespace of its own. */
export function inCluster(
  namespace: string,
  { config, cloud, cluster, services }: StoresArgs,
): ClusterStorePlace {
  return {
    cluster,
    namespace,
    systemNamespace: config.blueprint.namespace,
    // on the pool of the system's own services, or wherever there is room
    nodeSelector: config.blueprint.nodePools["application"]?.labels ?? {},
    ready: [...cluster.ready, ...services.ready],
    identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
    identityEndpoints: cloud.identityEndpoints,
  };
}

/** Makes each store that the blueprint asks for, all of them in one place and kept alike. */
export function makeStores(name: string, args: StoresArgs, opts: pulumi.ComponentResourceOptions): Stores {
  const { config, cloud, network, recovery } = args;
  const { protect, stores, logRetentionDays } = config;
  const place = { network, logRetentionDays, protect, ...(recovery !== undefined && { recovery }) };
  const inNetwork = { ...opts, dependsOn: recovery === undefined ? network : [network, recovery] };
  return {
    ...makeServers(name, args, opts),
    ...(stores.kafka !== undefined && {
      kafka: cloud.kafka(
        `${name}-kafka`,
        {
          ...stores.kafka,
          users: usersOf("kafka", config.blueprint.services),
          ...place,
          ...inCluster(storeNamespaces.kafka, args),
        },
        inNetwork,
      ),
    }),
    ...makeMongo(`${name}-mongo`, args, place, inNetwork),
    ...makeSearch(`${name}-search`, args, place, inNetwork),
    ...makeVectors(`${name}-vectors`, args, place, inNetwork),
    bucket: makeBucket(`${name}-bucket`, args, opts),
  };
}

/** Where stores stand that need no cluster. */
export type CloudStoresArgs = Pick<StoresArgs, "config" | "cloud" | "network" | "recovery">;

/** Makes the servers that the cloud runs by itself. */
export function makeServers(
  name: string,
  { config, cloud, network, recovery }: CloudStoresArgs,
  opts: pulumi.ComponentResourceOptions,
): Pick<Stores, "postgres" | "mysql" | "redis"> {
  const { protect, stores, logRetentionDays } = config;
  const place = { network, logRetentionDays, protect, ...(recovery !== undefined && { recovery }) };
  const inNetwork = { ...opts, dependsOn: recovery === undefined ? network : [network, recovery] };
  return {
    ...(stores.postgres !== undefined && {
      postgres: cloud.postgres(`${name}-postgres`, { ...stores.postgres, ...place }, inNetwork),
    }),
    ...(stores.mysql !== undefined && {
      mysql: cloud.mySql(`${name}-mysql`, { ...stores.mysql, ...place }, inNetwork),
    }),
    ...(stores.redis !== undefined && {
      redis: cloud.redis(`${name}-redis`, { ...stores.redis, ...place }, inNetwork),
    }),
  };
}

/** The bucket, in the cluster or the cloud's. */
function makeBucket(name: string, args: StoresArgs, opts: pulumi.ComponentResourceOptions): Bucket {
  const { config, services } = args;
  const { stores, blueprint } = config;
  const { hosting } = stores.bucket;
  if (hosting === "cluster") {
    const place = inCluster(storeNamespaces.bucket, args);
    // the authority inside the cluster signs its certificate
    const ready = [...place.ready, services];
    const users = usersOf("bucket", blueprint.services);
    return new ObjectStore(name, { ...place, ready, users, authority: services.internalAuthority }, opts);
  }
  return makeCloudBucket(name, args, opts);
}

/** The bucket, as the cloud has it. */
export function makeCloudBucket(
  name: string,
  { config, cloud, recovery }: Pick<CloudStoresArgs, "config" | "cloud" | "recovery">,
  opts: pulumi.ComponentResourceOptions,
): Bucket {
  const { stores, edge, logRetentionDays, protect } = config;
  const { hosting = "cloud", ...bucket } = stores.bucket;
  if (hosting !== "cloud") {
    throw new Error(`bucket.hosting: expected "cloud" where no cluster is, got "${hosting}"`);
  }
  return cloud.bucket(
    name,
    {
      ...bucket,
      ...(edge?.assets !== undefined && { servedFolder: edge.assets.path.replace(/^\//, "") }),
      ...(recovery !== undefined && { recovery }),
      accessLogRetentionDays: logRetentionDays,
      protect,
    },
    opts,
  );
}

/** Namespaces of the stores that may be in the cluster; a vector database is on both clouds. */
export const storeNamespaces = {
  bucket: "objects",
  kafka: "kafka",
  mongo: "mongo",
  search: "search",
  vectors: "vectors",
} as const;

/** Namespaces of stores in the cluster that know no agent of the cloud's, and sign in by tokens. */
export function tokenNamespaces({
  stores: { search, vectors },
  blueprint: { platform },
}: StackConfig): readonly string[] {
  return [
    ...(search?.hosting === "cluster" ? [storeNamespaces.search] : []),
    ...(vectors === undefined ? [] : [storeNamespaces.vectors]),
    ...(platform.elasticStack === undefined && platform.jaeger === undefined ? [] : [namespaces.logging]),
  ];
}

/** Where a store stands that leaves logs and backups. */
type KeptPlace = StorePlace & { readonly logRetentionDays: number; readonly protect: boolean };

/** Makes a bucket for what something in the cluster leaves, with a copy in the other region. */
export function backupBucket(
  { config, cloud }: Pick<StoresArgs, "config" | "cloud">,
  {
    recovery,
    protect,
    logRetentionDays,
    watchedAs,
  }: Pick<KeptPlace, "recovery" | "protect" | "logRetentionDays"> & Pick<BucketArgs, "watchedAs">,
): (name: string, opts: pulumi.ComponentResourceOptions) => Bucket {
  const { lock } = config.stores.bucket;
  const kept = {
    archiveAfterDays: 0,
    // versions of what is no longer needed are kept as long as it takes to notice
    noncurrentRetentionDays: 7,
    ...(lock !== undefined && { lock }),
    accessLogRetentionDays: logRetentionDays,
    protect,
    ...(recovery !== undefined && { recovery }),
    ...(watchedAs !== undefined && { watchedAs }),
  };
  return (name, opts) => cloud.bucket(name, kept, opts);
}

/** The index, which knows those of the services that use it. */
function makeSearch(
  name: string,
  args: StoresArgs,
  place: KeptPlace,
  opts: pulumi.ComponentResourceOptions,
): Pick<Stores, "search"> {
  const { config, cloud, elasticKinds } = args;
  const { search } = config.stores;
  if (search === undefined) return {};
  const users = usersOf("search", config.blueprint.services);
  const snapshotBucket = backupBucket(args, place);
  const here = { ...place, ...inCluster(storeNamespaces.search, args) };
  return { search: cloud.search(name, { ...search, users, snapshotBucket, elasticKinds, ...here }, opts) };
}

/** The vector database, which knows those of the services that use it. */
function makeVectors(
  name: string,
  args: StoresArgs,
  place: KeptPlace,
  opts: pulumi.ComponentResourceOptions,
): Pick<Stores, "vectors"> {
  const { config, cloud } = args;
  const { vectors } = config.stores;
  if (vectors === undefined) return {};
  const users = usersOf("vectors", config.blueprint.services);
  const objectBucket = backupBucket(args, place);
  const here = { ...place, ...inCluster(storeNamespaces.vectors, args) };
  return { vectors: cloud.vectorStore(name, { ...vectors, users, objectBucket, ...here }, opts) };
}

/** MongoDB, as Atlas runs it, or by an operator in the cluster, which knows those of the services that use it. */
function makeMongo(
  name: string,
  args: StoresArgs,
  place: KeptPlace,
  opts: pulumi.ComponentResourceOptions,
): Pick<Stores, "mongo"> {
  const { config, cloud } = args;
  if (config.stores.mongo === undefined) return {};
  const { hosting, ...spec } = config.stores.mongo;
  if (hosting === "atlas") {
    return { mongo: cloud.mongo(name, { ...spec, ...place, atlas: atlasAccess(config) }, opts) };
  }
  const users = usersOf("mongo", config.blueprint.services);
  const backups = cloud.hasMongoBackups && {
    backupTo: { storage: cloud.mongoBackups(), bucket: backupBucket(args, place) },
  };
  const here = { ...place, ...inCluster(storeNamespaces.mongo, args) };
  return { mongo: new PerconaMongo(name, { ...spec, users, ...backups, ...here }, opts) };
}

/** How the stack works with Atlas. */
function atlasAccess({ atlas, contactEmail, secrets }: StackConfig): AtlasAccess {
  const { mongodbAtlasClientSecret: clientSecret, mongodbAtlasPagerDutyKey: pagerDutyKey } = secrets;
  if (atlas === undefined || clientSecret === undefined) {
    throw new Error("atlas: expected an account with its secret mongodbAtlasClientSecret, got nothing");
  }
  const { organizationId, clientId, identityProvider, backupLock } = atlas;
  return {
    organizationId,
    clientId,
    clientSecret,
    alertEmail: contactEmail,
    ...(pagerDutyKey !== undefined && { pagerDutyKey }),
    ...(identityProvider !== undefined && { identityProvider }),
    ...(backupLock !== undefined && { backupLock }),
  };
}

/** Services that name a store, and what they do with it. */
function usersOf(
  store: string,
  services: StackConfig["blueprint"]["services"],
): Readonly<Record<string, Access>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { stores = {} }]) => {
      const access = stores[store];
      return access === undefined ? [] : [[service, access]];
    }),
  );
}

/** The stores as a system's services use them. */
export function storesByName(stores: Stores): Readonly<Record<string, Store>> {
  return { ...stores };
}
