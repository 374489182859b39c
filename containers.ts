import * as pulumi from "@pulumi/pulumi";
import { raiseAlarms } from "./alarms";
import { makeBackups } from "./backups";
import type { ContainerPlatform, GpuMachine } from "./components/containers/containerPlatform";
import type { DnsZone } from "./components/edge/dnsZone";
import type { ImagePolicy } from "./components/governance/imagePolicy";
import type { StackConfig } from "./config/resolve";
import { type Foundation, makeRecovery, makeSecrets, secretsOf, usable, watchCosts } from "./foundation";
import { makeImages } from "./images";
import { makePagers } from "./onCall";
import type { PlatformOutputs } from "./platform";
import { cloudProvider } from "./providers";
import type { CloudProvider } from "./providers/provider";
import { makeQueues, queuesByName } from "./queues";
import { makeCloudBucket, makeServers, type Stores } from "./stores";

/**
 * A whole platform without a Kubernetes cluster: the cloud's network and stores as every platform has them, and one system on
 * the cloud's own service for containers.
 *
 * It is of the same type as the platform with a cluster, so that a stack that goes from one to the other keeps its network,
 * its stores and its zone.
 */
export class Containers extends pulumi.ComponentResource {
  public readonly outputs: PlatformOutputs;

  constructor(config: StackConfig, opts?: pulumi.ComponentResourceOptions) {
    const { name } = config;
    super("groundwork:index:Platform", name, {}, opts);
    const child = { parent: this };
    const { domain, logRetentionDays, protect } = config;

    const cloud = cloudProvider(name, config, child);
    const network = cloud.network(
      `${name}-network`,
      { ...config.network, flowLogRetentionDays: logRetentionDays, protect },
      child,
    );
    const images = makeImages(name, { config, cloud }, child);
    const imagePolicy = admitOwnImages(`${name}-images`, { config, cloud }, images.address, child);
    const zone = cloud.dnsZone(`${name}-zone`, { domain, logRetentionDays, protect }, child);
    const pagers = makePagers(`${name}-on-call`, config, child);
    const recovery = makeRecovery(`${name}-recovery`, { config, cloud, network }, child);
    const place = { config, cloud, network, ...(recovery !== undefined && { recovery }) };
    const stores: Stores = {
      ...makeServers(name, place, child),
      bucket: makeCloudBucket(`${name}-bucket`, place, child),
    };
    const queues = makeQueues(name, { config, cloud, network, recovery }, child);
    const backups = makeBackups(`${name}-backups`, { config, cloud, network, stores, recovery }, child);
    const secrets = makeSecrets(name, { config, cloud }, child);
    const containers = makeContainers(
      `${name}-system`,
      {
        config,
        cloud,
        network,
        zone,
        images,
        imagePolicy,
        bucket: stores.bucket,
        stores: {
          ...usable(stores),
          ...queuesByName(queues),
          ...secretsOf(config, secrets, cloud.secretsDestination(network)),
        },
      },
      child,
    );
    const audit =
      config.audit === "stack"
        ? cloud.audit(`${name}-audit`, { retentionDays: logRetentionDays, protect }, child)
        : undefined;
    const made = { network, containers, stores, queues, backups, audit, objects: [] };
    raiseAlarms(
      `${name}-alarms`,
      { config, cloud, ...made, pagers, served: containers.services, records: containers.records },
      child,
    );
    watchCosts(`${name}-budget`, { config, cloud }, child);

    this.outputs = {
      ...(containers.clusterName !== undefined && { clusterName: containers.clusterName }),
      ...(stores.postgres !== undefined && { postgresHost: stores.postgres.host }),
      ...(stores.redis !== undefined && { redisHost: stores.redis.host }),
      bucketName: stores.bucket.bucketName,
      nameServers: zone.nameServers,
      loadBalancer: containers.loadBalancer,
      url: containers.url,
      ...(images.pusher !== undefined && { imagePusher: images.pusher }),
    };
    this.registerOutputs({ ...this.outputs });
  }
}

interface MakeContainersArgs extends Foundation {
  readonly zone: DnsZone;
  readonly images: ReturnType<typeof makeImages>;
  readonly imagePolicy: ImagePolicy | undefined;
  readonly bucket: Stores["bucket"];
  readonly stores: ReturnType<typeof usable>;
}

/** The services, by what runs containers on that cloud. */
function makeContainers(
  name: string,
  { config, cloud, network, zone, images, imagePolicy, bucket, stores }: MakeContainersArgs,
  opts: pulumi.ComponentResourceOptions,
): ContainerPlatform {
  const { blueprint, edge, logRetentionDays, protect } = config;
  return cloud.containerPlatform(
    name,
    {
      network,
      system: { name: blueprint.name, services: blueprint.services },
      imageRegistry: images.address,
      ...(images.registry !== undefined && { registry: images.registry }),
      ...(imagePolicy !== undefined && { imagePolicy }),
      zone,
      stores,
      onSpot: spotServices(config),
      ...gpusOf(config),
      ...(edge !== undefined && { edge }),
      bucket,
      logRetentionDays,
      protect,
    },
    { ...opts, dependsOn: network },
  );
}

/** Which images run in the project, where the stack is the one to say it: its own, and those of registries that it names. */
function admitOwnImages(
  name: string,
  { config, cloud }: { readonly config: StackConfig; readonly cloud: CloudProvider },
  registry: string,
  opts: pulumi.ComponentResourceOptions,
): ImagePolicy | undefined {
  const { audit, admission } = config;
  if (audit !== "stack" || !cloud.hasImagePolicy) return undefined;
  const registries = [...new Set([registry, ...admission.registries])];
  return cloud.imagePolicy(name, { registries, enforced: admission.enforced }, opts);
}

/**
 * Services that look for spot, and those whose nodes would be spot on Kubernetes: all on such a pool but those that users wait
 * for, or that say to stay off.
 */
function spotServices({ blueprint: { services, nodePools } }: StackConfig): readonly string[] {
  return Object.entries(services).flatMap(([service, { nodeSelector = {}, priority, spot }]) => {
    const pool = Object.values(nodePools).find(({ labels = {} }) =>
      Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
    );
    return (spot ?? (pool?.spot === true && priority !== "critical")) ? [service] : [];
  });
}

/** The machines of the pool that has GPUs: on spot where all are that ask for some. */
function gpusOf(config: StackConfig): { readonly gpus?: GpuMachine } {
  const { nodePools, services } = config.blueprint;
  const pool = Object.values(nodePools).find(({ machine }) => machine.gpu !== undefined);
  if (pool === undefined) return {};
  const onSpot = spotServices(config);
  const asking = Object.keys(services).filter((service) => services[service]?.gpus !== undefined);
  return {
    gpus: { machine: pool.machine, spot: asking.every((service) => onSpot.includes(service)) },
  };
}
