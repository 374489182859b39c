import * as pulumi from "@pulumi/pulumi";
import { ArgoCd } from "./components/delivery/argoCd";
import { ArgoRollouts } from "./components/delivery/argoRollouts";
import type { ClusterFacts } from "./components/delivery/clusterFacts";
import { Flagd } from "./components/delivery/flagd";
import { metricsSource } from "./components/metrics/metricsSource";
import type { Mesh } from "./components/mesh/mesh";
import type { ServicePlace } from "./components/platform/service";
import { hostsOf, type SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import type { TendArgs } from "./services";
import { storesByName } from "./stores";

/** Where Argo Rollouts stands. */
interface RolloutsArgs {
  readonly config: StackConfig;
  readonly place: ServicePlace;
  readonly mesh: Mesh | undefined;
}

/** Argo Rollouts, where the system asks for it: as soon as there is the namespace in which it acts. */
export function rolloutsOf(
  name: string,
  { config, place, mesh }: RolloutsArgs,
  opts: pulumi.ComponentResourceOptions,
): SystemArgs["rollouts"] {
  const { platform, monitoring, namespace: systemNamespace } = config.blueprint;
  const metrics = metricsSource(monitoring);
  if (platform.argoRollouts === undefined) return undefined;
  const { highlyAvailable, nodeSelector } = place;
  const inMesh = mesh?.plan.mode === "sidecar";
  return (standingNamespace) =>
    new ArgoRollouts(
      name,
      { highlyAvailable, nodeSelector, systemNamespace, standingNamespace, inMesh, metrics },
      mesh === undefined ? opts : pulumi.mergeOptions(opts, { dependsOn: mesh.release }),
    ).release;
}

/** Makes flagd, where the system asks for it, as a store of the services that ask for flags. */
export function makeFlags(
  name: string,
  { config, place }: Pick<RolloutsArgs, "config" | "place">,
  opts: pulumi.ComponentResourceOptions,
): SystemArgs["stores"] {
  const { platform, namespace: systemNamespace } = config.blueprint;
  if (platform.flagd === undefined) return {};
  const { highlyAvailable, nodeSelector } = place;
  const flagd = new Flagd(
    name,
    { spec: platform.flagd, highlyAvailable, nodeSelector, systemNamespace },
    opts,
  );
  return { flags: { store: flagd, destinations: flagd.destinations } };
}

/** What Argo CD is told of. */
interface ArgoCdPlace extends Pick<
  TendArgs,
  "config" | "cluster" | "system" | "zone" | "stores" | "imageRegistry"
> {
  readonly place: ServicePlace;
}

/** Makes Argo CD, where the system asks for it. */
export function makeArgoCd(name: string, args: ArgoCdPlace, opts: pulumi.ComponentResourceOptions): void {
  const { config, place, system } = args;
  const { platform, namespace: systemNamespace } = config.blueprint;
  if (platform.argoCd === undefined) return;
  const { argoCdRepositoryToken, argoCdClientSecret, slackWebhookUrl } = config.secrets;
  new ArgoCd(
    name,
    {
      ...place,
      ...platform.argoCd,
      systemNamespace,
      standingNamespace: system.namespaceName,
      facts: factsOf(args),
      credentials: {
        ...(argoCdRepositoryToken !== undefined && { repositoryToken: argoCdRepositoryToken }),
        ...(argoCdClientSecret !== undefined && { signInSecret: argoCdClientSecret }),
        ...(slackWebhookUrl !== undefined && { slackWebhookUrl }),
      },
    },
    opts,
  );
}

/** What applications are told of where they run. */
function factsOf({
  config,
  cluster,
  system,
  zone,
  stores,
  imageRegistry,
}: Omit<ArgoCdPlace, "place">): ClusterFacts {
  const { blueprint, domain, environment, placement, wayIn } = config;
  return {
    cloud: placement.cloud,
    environment,
    region: placement.region,
    account: placement.cloud === "aws" ? placement.accountId : placement.project,
    clusterName: cluster.clusterName,
    system: blueprint.name,
    domain,
    hosts: hostsOf(blueprint.services, domain),
    zoneId: zone.zoneId,
    wayIn,
    imageRegistry,
    storageClass: cluster.storageClassName,
    stores: Object.fromEntries(
      Object.entries(storesByName(stores)).map(([key, { connection }]) => [key, connection]),
    ),
    identities: Object.fromEntries(
      Object.entries(system.identities).map(([service, { identifier }]) => [service, identifier]),
    ),
  };
}
