import type { Json, PlanResource } from "../plan";

/** What costs money while it is there, or time until it is. */
export interface Driver {
  readonly name: string;
  /** How much of it a stack has. */
  readonly of: (resources: readonly PlanResource[]) => number;
}

type Inputs = PlanResource["inputs"];
/** How much of a driver one resource stands for, by its type; types that are not named stand for nothing. */
type Counters = Readonly<Record<string, (inputs: Inputs) => number>>;

const logStores: Counters = {
  "aws:cloudwatch/logGroup:LogGroup": (inputs) => numberAt(inputs, "retentionInDays"),
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": (inputs) => numberAt(inputs, "retentionDays"),
};

const firstNodes: Counters = {
  "aws:eks/nodeGroup:NodeGroup": (inputs) => numberAt(inputs, "scalingConfig", "desiredSize"),
  // the number is of each zone
  "gcp:container/nodePool:NodePool": (inputs) =>
    numberAt(inputs, "initialNodeCount") * lengthAt(inputs, "nodeLocations"),
};

/** What is paid for by the hour, the dearest first as a rule; then what a first update takes its time for. */
export const drivers: readonly Driver[] = [
  sum("NAT gateways", {
    "awsx:ec2:Vpc": natGateways,
    // one for all zones of the region
    "gcp:compute/routerNat:RouterNat": () => 1,
  }),
  sum("interface endpoints, one a zone each", {
    "aws:ec2/vpcEndpoint:VpcEndpoint": (inputs) =>
      inputs["vpcEndpointType"] === "Interface" ? lengthAt(inputs, "subnetIds") : 0,
  }),
  sum("nodes at first", firstNodes),
  sum("nodes at first, on spot capacity", onSpot(firstNodes)),
  sum("nodes at least", {
    "aws:eks/nodeGroup:NodeGroup": (inputs) => numberAt(inputs, "scalingConfig", "minSize"),
    "gcp:container/nodePool:NodePool": (inputs) => numberAt(inputs, "autoscaling", "totalMinNodeCount"),
  }),
  sum("nodes at most", {
    "aws:eks/nodeGroup:NodeGroup": (inputs) => numberAt(inputs, "scalingConfig", "maxSize"),
    "gcp:container/nodePool:NodePool": (inputs) => numberAt(inputs, "autoscaling", "totalMaxNodeCount"),
  }),
  sum("database nodes", {
    "aws:rds/instance:Instance": (inputs) => (inputs["multiAz"] === true ? 2 : 1),
    "gcp:sql/databaseInstance:DatabaseInstance": (inputs) =>
      inputs["nodeCount"] === undefined
        ? at(inputs, "settings", "availabilityType") === "REGIONAL"
          ? 2
          : 1
        : numberAt(inputs, "nodeCount"),
  }),
  { name: "cache nodes", of: cacheNodes },
  sum("pods of services at least", {
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": (inputs) => numberAt(inputs, "spec", "minReplicas"),
    "kubernetes:keda.sh/v1alpha1:ScaledObject": (inputs) => numberAt(inputs, "spec", "minReplicaCount"),
  }),
  sum("pods of services at most", {
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": (inputs) => numberAt(inputs, "spec", "maxReplicas"),
    "kubernetes:keda.sh/v1alpha1:ScaledObject": (inputs) => numberAt(inputs, "spec", "maxReplicaCount"),
  }),
  count("CDNs", "aws:cloudfront/distribution:Distribution", "gcp:compute/targetHttpsProxy:TargetHttpsProxy"),
  count("firewalls before them", "aws:wafv2/webAcl:WebAcl", "gcp:compute/securityPolicy:SecurityPolicy"),
  count("log groups, log buckets", ...Object.keys(logStores)),
  {
    name: "days that the longest of them keeps",
    of: (resources) => Math.max(0, ...resources.map(({ type, inputs }) => logStores[type]?.(inputs) ?? 0)),
  },
  count("keys", "aws:kms/key:Key", "gcp:kms/cryptoKey:CryptoKey"),
  count("alarms", "aws:cloudwatch/metricAlarm:MetricAlarm", "gcp:monitoring/alertPolicy:AlertPolicy"),
  count("charts to install", "kubernetes:helm.sh/v3:Release"),
  { name: "resources to make", of: (resources) => resources.filter(({ custom }) => custom).length },
  { name: "longest chain of them, each waiting for the one before", of: longestChain },
];

function natGateways(inputs: Inputs): number {
  const strategy = at(inputs, "natGateways", "strategy");
  if (strategy === "OnePerAz") return lengthAt(inputs, "availabilityZoneNames");
  return strategy === "Single" ? 1 : 0;
}

/** Nodes of caches; one on AWS that follows another in a global datastore has as many shards as that says. */
function cacheNodes(resources: readonly PlanResource[]): number {
  const shardsOf = ({ numNodeGroups, globalReplicationGroupId }: Inputs): Inputs[string] | undefined =>
    numNodeGroups ??
    resources.find(
      ({ type, inputs: { globalReplicationGroupIdSuffix: suffix } }) =>
        type === "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup" &&
        typeof suffix === "string" &&
        typeof globalReplicationGroupId === "string" &&
        globalReplicationGroupId.endsWith(`-${suffix}`),
    )?.inputs["numNodeGroups"];
  const { of } = sum("cache nodes", {
    "aws:elasticache/replicationGroup:ReplicationGroup": (inputs) =>
      Number(shardsOf(inputs) ?? 0) * (1 + numberAt(inputs, "replicasPerNodeGroup")),
    "gcp:redis/cluster:Cluster": (inputs) =>
      numberAt(inputs, "shardCount") * (1 + numberAt(inputs, "replicaCount")),
  });
  return of(resources);
}

function sum(name: string, counters: Counters): Driver {
  return {
    name,
    of: (resources) =>
      resources.reduce((total, { type, inputs }) => total + (counters[type]?.(inputs) ?? 0), 0),
  };
}

function count(name: string, ...types: readonly string[]): Driver {
  return sum(name, Object.fromEntries(types.map((type) => [type, () => 1])));
}

/** The same of resources that are on spot capacity alone. */
function onSpot(counters: Counters): Counters {
  return Object.fromEntries(
    Object.entries(counters).map(([type, counter]) => [
      type,
      (inputs: Inputs) =>
        inputs["capacityType"] === "SPOT" || at(inputs, "nodeConfig", "spot") === true ? counter(inputs) : 0,
    ]),
  );
}

/** Resources on the longest way through the dependencies: no update makes them at the same time. */
function longestChain(resources: readonly PlanResource[]): number {
  const lengths = new Map<string, number>();
  // registered after what they depend on, so that each length is there when it is asked for
  for (const { urn, custom, dependencies } of resources) {
    const before = dependencies.map((dependency) => lengths.get(dependency) ?? 0);
    lengths.set(urn, Math.max(0, ...before) + (custom ? 1 : 0));
  }
  return Math.max(0, ...lengths.values());
}

function at(value: Json | undefined | Inputs, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? (inner as Readonly<Record<string, Json>>)[key]
        : undefined,
    value,
  );
}

function numberAt(inputs: Inputs, ...path: readonly string[]): number {
  const value = at(inputs, ...path);
  return typeof value === "number" ? value : 0;
}

function lengthAt(inputs: Inputs, ...path: readonly string[]): number {
  const value = at(inputs, ...path);
  return Array.isArray(value) ? value.length : 0;
}
