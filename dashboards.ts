import type * as pulumi from "@pulumi/pulumi";
import { ObjectStore } from "./components/data/objectStore";
import { PerconaMongo } from "./components/data/perconaMongo";
import { StrimziKafka } from "./components/data/strimziKafka";
import { Elasticsearch } from "./components/data/elasticsearch";
import { type BoardFacts, boardsOf } from "./components/dashboards/catalogue";
import { Dashboards } from "./components/dashboards/dashboards";
import { exploreLinks } from "./components/dashboards/explore";
import { kafkaSections } from "./components/dashboards/kafka";
import { mongoSections } from "./components/dashboards/mongo";
import { objectSections } from "./components/dashboards/objects";
import { searchSections } from "./components/dashboards/search";
import { vectorSections } from "./components/dashboards/vectors";
import { measuredBy } from "./components/mesh/istioSpec";
import type { ServicesArgs } from "./services";
import { afterBase, tracesOf } from "./services";
import { type Stores, storeNamespaces } from "./stores";

/** What the dashboards of a stack are made from. */
export interface BoardsArgs extends ServicesArgs {
  readonly stores: Stores;
}

/** Makes the dashboards of what the stack has. */
export function makeDashboards(
  name: string,
  { stores, ...args }: BoardsArgs,
  opts: pulumi.ComponentResourceOptions,
): Dashboards {
  return new Dashboards(name, { boards: boardsOf(factsOf({ stores, ...args })) }, afterBase(args, opts));
}

function factsOf({ stores, config, cloud, cluster }: BoardsArgs): BoardFacts {
  const { blueprint, ci, wayIn } = config;
  const { namespace, services, platform } = blueprint;
  return {
    namespace,
    services: Object.keys(services),
    scraped: Object.keys(services).filter((service) => services[service]?.metrics !== undefined),
    measured: measuredBy(platform.istio),
    platform,
    signatures: platform.kyverno !== undefined && ci !== undefined,
    wayIn,
    coreDns: cloud.hasCoreDns,
    nodeExporter: cluster.managedNodes !== true,
    stores: viewsOf({ stores, config, cloud }),
    businessMetrics: blueprint.businessMetrics ?? {},
    links: exploreLinks({ namespace, platform, ...tracesOf(config) }),
  };
}

type Shown = Pick<BoardsArgs, "stores" | "config" | "cloud">;

/** What is shown of each store: in the cluster by its exporter, else by the cloud's own monitoring, if by any. */
function viewsOf(shown: Shown): BoardFacts["stores"] {
  return { ...ofDatabases(shown), ...ofLogs(shown), ...ofIndices(shown) };
}

/** Those that the cloud runs. */
function ofDatabases({
  stores: { postgres, mysql, redis },
  config: { name },
  cloud,
}: Shown): BoardFacts["stores"] {
  const { storeViews } = cloud;
  return {
    ...(postgres !== undefined && { postgres: storeViews.postgres(`${name}-postgres`) }),
    ...(mysql !== undefined && { mysql: storeViews.mysql(`${name}-mysql`) }),
    ...(redis !== undefined && { redis: storeViews.redis(`${name}-redis`) }),
  };
}

/** Those that are written to and read from in order, and the bucket. */
function ofLogs({
  stores: { kafka, bucket },
  config: { name, blueprint },
  cloud,
}: Shown): BoardFacts["stores"] {
  const { storeViews } = cloud;
  const queues = Object.keys(blueprint.queues ?? {});
  return {
    ...(kafka !== undefined && {
      kafka:
        kafka instanceof StrimziKafka
          ? { sections: kafkaSections(storeNamespaces.kafka) }
          : storeViews.kafka(`${name}-kafka`),
    }),
    ...(queues.length > 0 && { queues: storeViews.queues(`${name}-queue-`) }),
    bucket:
      bucket instanceof ObjectStore
        ? { sections: objectSections(storeNamespaces.bucket) }
        : storeViews.bucket(`${name}-bucket`),
  };
}

/** Those in which something is looked for; Atlas shows its own. */
function ofIndices({
  stores: { mongo, search, vectors },
  config: { name },
  cloud,
}: Shown): BoardFacts["stores"] {
  const found =
    search instanceof Elasticsearch
      ? { sections: searchSections(storeNamespaces.search) }
      : cloud.storeViews.search?.(`${name}-search`);
  return {
    ...(mongo instanceof PerconaMongo && { mongo: { sections: mongoSections(storeNamespaces.mongo) } }),
    ...(search !== undefined && found !== undefined && { search: found }),
    ...(vectors !== undefined && { vectors: { sections: vectorSections(storeNamespaces.vectors) } }),
  };
}
