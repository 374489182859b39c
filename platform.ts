import * as pulumi from "@pulumi/pulumi";
import type { CapacityReport } from "./components/capacity/report";
import type { Cluster, ClusterArgs } from "./components/cluster/cluster";
import type { ServerlessCluster } from "./components/cluster/serverlessCluster";
import type { TeamAccessArgs } from "./components/cluster/teamAccess";
import type { Bucket } from "./components/data/bucket";
import type { DnsZone } from "./components/edge/dnsZone";
import { type DoorsArgs, openDoors } from "./components/edge/doors";
import type { PlatformServices } from "./components/platform/platformServices";
import { hostsOf, System, type SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { type Foundation, makeRecovery, makeSecrets, secretsOf, usable, watchCosts } from "./foundation";
import { guardCluster, keepLookout, tendGuards } from "./guards";
import { admitImages, makeImages, registryCredentials } from "./images";
import { keepObjects, makeBackups } from "./backups";
import { raiseAlarms } from "./alarms";
import { makeDashboards } from "./dashboards";
import { cloudProvider } from "./providers";
import { makePagers } from "./onCall";
import { elasticKindsOf, keepTelemetry } from "./elastic";
import { archiveMetrics, bucketsOf, observe } from "./observability";
import { makeQueues, queuesByName } from "./queues";
import { makeBaseServices, makeServices, tendSystem } from "./services";
import { makeStores, tokenNamespaces } from "./stores";
import { makeTracing, telemetryOf } from "./tracing";
import { makeVault } from "./vault";

/** What an operator or another stack asks of a platform. */
export interface PlatformOutputs {
  /** Of Kubernetes, or of ECS; Cloud Run has none. */
  readonly clusterName?: pulumi.Output<string>;
  /** URL of the API server; there is none without Kubernetes. */
  readonly clusterEndpoint?: pulumi.Output<string>;
  /** Kubeconfig without a credential in it; a secret all the same. */
  readonly kubeconfig?: pulumi.Output<string>;
  readonly postgresHost?: pulumi.Output<string>;
  readonly redisHost?: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  /** What the zone above delegates the domain to: set there by hand, once. */
  readonly nameServers: pulumi.Output<readonly string[]>;
  /** Where the services are reached: by the domain's records, or by the CDN to which they point. */
  readonly loadBalancer: pulumi.Output<string>;
  /** Password of Grafana's `admin`; a secret. Grafana is in the cluster. */
  readonly grafanaPassword?: pulumi.Output<string>;
  /** Where the system is served. */
  readonly url: string;
  /** Whether all pods find room, at rest, at ten times the load and at the most, and with a zone less. */
  readonly capacity?: CapacityReport;
  /** How much a commitment of a year (Savings Plan, committed use) would be used to the full, where the preset is worth one. */
  readonly commitment?: string;
  /** Who pushes images from CI, where the stack names a repository of sources. */
  readonly imagePusher?: pulumi.Output<string>;
}

/** A whole platform: the cloud's network, cluster and stores, what runs in every cluster, and one system on it. */
export class Platform extends pulumi.ComponentResource {
  public readonly outputs: PlatformOutputs;

  constructor(config: StackConfig, opts?: pulumi.ComponentResourceOptions) {
    const { name } = config;
    super("groundwork:index:Platform", name, {}, opts);
    const child = { parent: this };

    warnOfRoom(config, this);
    const cloud = cloudProvider(name, config, child);
    const network = cloud.network(
      `${name}-network`,
      { ...config.network, flowLogRetentionDays: config.logRetentionDays, protect: config.protect },
      child,
    );
    const images = makeImages(name, { config, cloud }, child);
    const imagePolicy = admitImages(`${name}-images`, { config, cloud, registry: images.address }, child);
    const { cluster, serverless } = makeCluster(
      `${name}-cluster`,
      { config, cloud, network, ...(imagePolicy !== undefined && { imagePolicy }) },
      child,
    );
    const { domain, logRetentionDays, protect } = config;
    const zone = cloud.dnsZone(`${name}-zone`, { domain, logRetentionDays, protect }, child);
    const guarded = { config, cloud, cluster, registry: images.address };
    const guardRails = guardCluster(`${name}-guardrails`, guarded, child);
    const pagers = makePagers(`${name}-on-call`, config, child);
    const recovery = makeRecovery(`${name}-recovery`, { config, cloud, network }, child);
    const metricsArchive = archiveMetrics(`${name}-thanos`, { config, cloud, recovery }, child);
    const standing = { config, cloud, cluster, zone, guardRails, pagers, metricsArchive };
    const base = makeBaseServices(`${name}-services`, standing, child);
    const services = makeServices(name, { config, cloud, cluster, base }, child);
    const elasticKinds = elasticKindsOf(`${name}-elastic-kinds`, { cluster }, child);
    const stores = makeStores(
      name,
      {
        config,
        cloud,
        network,
        cluster,
        services: base,
        elasticKinds,
        ...(recovery !== undefined && { recovery }),
      },
      child,
    );
    const queues = makeQueues(name, { config, cloud, network, recovery }, child);
    const backups = makeBackups(`${name}-backups`, { config, cloud, network, stores, recovery }, child);
    const records = pointDomain(name, { config, cloud, zone, services: base, bucket: stores.bucket }, child);
    const secrets = makeSecrets(name, { config, cloud }, child);
    const vault = makeVault(
      `${name}-vault`,
      { config, cloud, network, cluster, base, stores, recovery },
      child,
    );
    const guarding = tendGuards(
      `${name}-guardrails`,
      { config, cloud, cluster, base, registry: images.registry },
      child,
    );
    const systemStores = {
      ...usable(stores),
      ...queuesByName(queues),
      ...secretsOf(config, secrets, cloud.secretsDestination(network)),
      ...vault,
      ...services.stores,
    };
    const system = new System(
      `${name}-system`,
      {
        blueprint: config.blueprint,
        ...nodesBesidePools(cluster),
        imageRegistry: images.address,
        ...registryCredentials(config),
        domain: config.domain,
        wayIn: config.wayIn,
        stores: systemStores,
        identify: (identityName, serviceAccount, identityOpts) =>
          cloud.workloadIdentity(
            identityName,
            { cluster, namespace: config.blueprint.namespace, serviceAccount },
            identityOpts,
          ),
        identityEndpoints: serverless?.identityEndpoints ?? cloud.identityEndpoints,
        ...(serverless !== undefined && {
          prepareNamespace: (...namespace) => serverless.prepareNamespace(...namespace),
        }),
        ...services.told,
        ...telemetryOf(config),
        ready: [...guarding, ...services.ready],
      },
      { ...child, providers: [cluster.provider] },
    );

    const imageRegistry = images.address;
    const tended = {
      config,
      cloud,
      cluster,
      zone,
      base,
      services,
      system,
      stores,
      queues,
      systemStores,
      imageRegistry,
      secrets,
      ...telemetryOf(config),
    };
    tendSystem(name, tended, child);
    const elasticsearch = keepTelemetry(
      `${name}-telemetry`,
      { config, cloud, network, cluster, base, elasticKinds },
      child,
    );
    makeTracing(`${name}-tracing`, { config, cloud, cluster, base, system, elasticsearch }, child);
    const objects = keepObjects(`${name}-velero`, { config, cloud, cluster, base, recovery }, child);
    makeDashboards(`${name}-dashboards`, { config, cloud, cluster, base, stores }, child);
    keepLookout(name, { config, cloud, cluster, base, network, registry: images.registry }, child);
    observe(name, { config, cloud, cluster, base, metricsArchive, system }, child);
    letIn(`${name}-teams`, { config, cloud, cluster, namespace: system.namespaceName }, child);
    const audit =
      config.audit === "stack"
        ? cloud.audit(
            `${name}-audit`,
            { retentionDays: config.logRetentionDays, protect: config.protect },
            child,
          )
        : undefined;
    const kept = [...objects, ...bucketsOf(metricsArchive)];
    const made = { network, cluster, stores, queues, backups, audit, objects: kept };
    const watched = { config, cloud, ...made, pagers };
    raiseAlarms(`${name}-alarms`, { ...watched, served: system.pods, records }, child);
    watchCosts(`${name}-budget`, { config, cloud }, child);

    this.outputs = {
      clusterName: cluster.clusterName,
      clusterEndpoint: cluster.endpoint,
      kubeconfig: cluster.kubeconfig,
      ...(stores.postgres !== undefined && { postgresHost: stores.postgres.host }),
      ...(stores.redis !== undefined && { redisHost: stores.redis.host }),
      bucketName: stores.bucket.bucketName,
      nameServers: zone.nameServers,
      loadBalancer: base.loadBalancer,
      grafanaPassword: base.grafanaPassword,
      url: system.url,
      ...roomOf(config),
      ...(config.commitment !== undefined && { commitment: commitmentText(config.commitment) }),
      ...(images.pusher !== undefined && { imagePusher: images.pusher }),
    };
    this.registerOutputs({ ...this.outputs });
  }
}

/** How full its nodes are, where it has some. */
function roomOf({ capacity }: StackConfig): Pick<PlatformOutputs, "capacity"> {
  return capacity === undefined ? {} : { capacity };
}

/** Says which pods find no room, where the stack asks to be warned of that only. */
function warnOfRoom({ capacityWarnings }: StackConfig, platform: pulumi.Resource): void {
  for (const text of capacityWarnings) void pulumi.log.warn(text, platform);
}

function commitmentText({ nodes, vcpus, memoryGiB }: NonNullable<StackConfig["commitment"]>): string {
  return `${nodes} nodes, ${vcpus} vCPUs, ${memoryGiB} GiB`;
}

/** The cluster that the blueprint's pods ask for: with nodes that the stack sizes, or without any. */
function makeCluster(
  name: string,
  { config, cloud, network, imagePolicy }: Foundation & Pick<ClusterArgs, "imagePolicy">,
  opts: pulumi.ComponentResourceOptions,
): { readonly cluster: Cluster; readonly serverless?: ServerlessCluster } {
  const { blueprint, logRetentionDays, protect } = config;
  const { nodePools, nodesVersion, ...common } = config.cluster;
  const policy = imagePolicy === undefined ? {} : { imagePolicy };
  const tokens = { tokenNamespaces: tokenNamespaces(config) };
  const args = { ...common, ...policy, ...tokens, network, logRetentionDays, protect };
  const inNetwork = { ...opts, dependsOn: network };
  if (blueprint.podRuntime !== "serverless") {
    const nodes = { nodePools, ...(nodesVersion !== undefined && { nodesVersion }) };
    return { cluster: cloud.cluster(name, { ...args, ...nodes }, inNetwork) };
  }
  const serverless = cloud.serverlessCluster(
    name,
    { ...args, serverlessNamespaces: [blueprint.namespace] },
    inNetwork,
  );
  return { cluster: serverless, serverless };
}

/** Nodes that the cluster makes for services which ask for them, where it makes some. */
function nodesBesidePools({
  provisionedNodes,
  spotNodes,
}: Cluster): Pick<SystemArgs, "provisionedNodes" | "spotNodes"> {
  return {
    ...(provisionedNodes !== undefined && { provisionedNodes }),
    ...(spotNodes !== undefined && { spotNodes }),
  };
}

/** Whoever the stack names besides its administrators; nobody where it names none. */
function letIn(
  name: string,
  {
    config: { teams },
    cloud,
    ...place
  }: Pick<Foundation, "config" | "cloud"> & Pick<TeamAccessArgs, "cluster" | "namespace">,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (Object.values(teams).some((team: readonly string[]) => team.length > 0)) {
    cloud.teamAccess(name, { ...place, teams }, opts);
  }
}

interface Front extends Pick<Foundation, "config" | "cloud"> {
  readonly zone: DnsZone;
  readonly services: PlatformServices;
  readonly bucket: Bucket;
}

/** Points the hosts' names to the system, through an edge where it has one. */
function pointDomain(
  name: string,
  { config, cloud, zone, services: { loadBalancer, originProofs }, bucket }: Front,
  opts: { readonly parent: pulumi.Resource },
): readonly pulumi.Resource[] {
  const { blueprint, domain, edge: spec, logRetentionDays, protect } = config;
  const hosts = hostsOf(blueprint.services, domain);
  if (spec === undefined) return openDoors(name, { zone, hosts, loadBalancer }, opts);
  const { assets, ...rest } = spec;
  const behind = { originProofs, ...(assets !== undefined && { assets: { ...assets, bucket } }) };
  const edge: DoorsArgs["edge"] = (place, own) =>
    cloud.edge(`${name}-edge`, { ...rest, ...behind, ...place, logRetentionDays, protect }, own);
  return openDoors(name, { zone, hosts, loadBalancer, edge }, opts);
}
