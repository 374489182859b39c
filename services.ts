import { metricsSource } from "./components/metrics/metricsSource";
import * as pulumi from "@pulumi/pulumi";
import type { Blueprint } from "./blueprints/blueprint";
import type { Cluster } from "./components/cluster/cluster";
import type { Queue } from "./components/data/queue";
import type { DnsZone } from "./components/edge/dnsZone";
import { originHostOf } from "./components/edge/edge";
import type { AdmissionPolicies } from "./components/guardrails/admissionPolicies";
import { measuredBy } from "./components/mesh/istioSpec";
import { Mesh } from "./components/mesh/mesh";
import type { MetricsArchive } from "./components/metrics/metricsArchive";
import { SystemMesh } from "./components/mesh/systemMesh";
import type { GrafanaArgs } from "./components/platform/monitoring";
import { PlatformServices, type PlatformServicesArgs } from "./components/platform/platformServices";
import type { ServicePlace } from "./components/platform/service";
import { Keda } from "./components/scaling/keda";
import { Recommender } from "./components/scaling/recommender";
import { countsByIdentity, scaleServices } from "./components/scaling/scaleServices";
import { ExternalSecrets } from "./components/secrets/externalSecrets";
import { adviseSizes } from "./components/scaling/sizeAdvice";
import { Reloader } from "./components/secrets/reloader";
import type { Secret } from "./components/secrets/secret";
import { ExternalDns } from "./components/traffic/externalDns";
import { trustInternalAuthority } from "./components/traffic/internalAuthority";
import { hostsOf, type System, type SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { makeArgoCd, makeFlags, rolloutsOf } from "./delivery";
import { alertingOf, type Pagers } from "./onCall";
import type { CloudProvider } from "./providers/provider";
import type { Stores } from "./stores";

/** Where the services stand that a system asks for, beside those of every system. */
export interface ServicesArgs {
  readonly config: StackConfig;
  readonly cloud: CloudProvider;
  readonly cluster: Cluster;
  /** What every system stands on, and they too. */
  readonly base: PlatformServices;
}

/** Makes what every system stands on. */
export function makeBaseServices(
  name: string,
  {
    config,
    cloud,
    cluster,
    zone,
    guardRails,
    pagers,
    metricsArchive,
  }: Omit<ServicesArgs, "base"> & {
    readonly zone: DnsZone;
    readonly guardRails: AdmissionPolicies;
    readonly pagers: Pagers;
    readonly metricsArchive: MetricsArchive | undefined;
  },
  opts: { readonly parent: pulumi.Resource },
): PlatformServices {
  const hosts = [...ownNames(config), ...applicationNames(config)];
  return new PlatformServices(
    name,
    {
      ...servicePlace({ config, cloud, cluster }),
      monitoringNodeSelector: telemetrySelector(config.blueprint),
      guardRails: guardRails.ready,
      loadBalancedNamespaceLabels: cloud.loadBalancedNamespaceLabels,
      loadBalancerAnnotations: cloud.loadBalancerAnnotations(
        addressName(config),
        { protect: config.protect },
        opts,
      ),
      wayIn: config.wayIn,
      hasGatewayApi: cloud.hasGatewayApi,
      hasMetricsServer: cloud.hasMetricsServer,
      coreDns: cloud.hasCoreDns,
      acmeEmail: config.contactEmail,
      acmeServer: config.acmeServer,
      monitoring: config.blueprint.monitoring,
      cloudMetrics: cloud.cloudMetrics,
      ...(metricsArchive !== undefined && { metricsArchive }),
      zone,
      hosts,
      ...(config.edge !== undefined && { edge: cloud.edgeOrigin(opts) }),
      alerting: alertingOf(config, pagers),
      grafana: grafanaOf(config),
      ...tracesOf(config),
    },
    opts,
  );
}

/** Which of Grafana's sources has traces: Jaeger, where there are two. */
export function tracesOf({ blueprint: { platform } }: StackConfig): Pick<PlatformServicesArgs, "traces"> {
  const traces = (["jaeger", "tempo"] as const).find((source) => platform[source] !== undefined);
  return traces === undefined ? {} : { traces };
}

/** Who signs people in to Grafana, with what is secret of it. */
function grafanaOf({ grafana: { oidc }, secrets }: StackConfig): GrafanaArgs {
  const { grafanaClientSecret } = secrets;
  return {
    ...(oidc !== undefined && { signIn: oidc }),
    ...(oidc !== undefined && grafanaClientSecret !== undefined && { signInSecret: grafanaClientSecret }),
  };
}

/** DNS names of the program's own records: the services' and, behind an edge, the load balancer's. */
function ownNames({ blueprint, domain, edge }: StackConfig): readonly string[] {
  const hosts = hostsOf(blueprint.services, domain);
  return edge === undefined ? hosts : [...hosts, originHostOf(domain)];
}

/**
 * Names that applications may add by routes of their own, where the Gateway answers for them: an edge has certificates of
 * its own names alone, and an Ingress brings its host itself.
 */
function applicationNames({ blueprint, domain, edge, wayIn }: StackConfig): readonly string[] {
  const asked = blueprint.platform.externalDns !== undefined && edge === undefined && wayIn === "gateway";
  return asked ? [`*.${domain}`] : [];
}

/** Each way in has an address of its own: while one takes the other's place, both stand. */
function addressName({ name, wayIn }: StackConfig): string {
  return wayIn === "ingress" ? `${name}-load-balancer` : `${name}-gateway`;
}

/** What each of them is told of where it stands. */
export function servicePlace({ config, cloud, cluster }: Omit<ServicesArgs, "base">): ServicePlace {
  const { highlyAvailable, nodePools } = config.blueprint;
  return {
    cluster,
    highlyAvailable,
    nodeSelector: nodePools["system"]?.labels ?? {},
    identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
    identityEndpoints: cloud.identityEndpoints,
  };
}

/** The same of what keeps metrics, logs and traces, which takes memory by how much the system says. */
export function telemetryPlace(args: Omit<ServicesArgs, "base">): ServicePlace {
  return { ...servicePlace(args), nodeSelector: telemetrySelector(args.config.blueprint) };
}

/** The same of the tools for which no request waits. */
export function toolsPlace(args: Omit<ServicesArgs, "base">): ServicePlace {
  const { nodePools, toolsPool = "system" } = args.config.blueprint;
  return { ...servicePlace(args), nodeSelector: nodePools[toolsPool]?.labels ?? {} };
}

function telemetrySelector({ nodePools, telemetryPool = "system" }: Blueprint): ServicePlace["nodeSelector"] {
  return nodePools[telemetryPool]?.labels ?? {};
}

/** The options of what needs the cluster and the services that every system stands on. */
export function afterBase(
  { cluster, base }: ServicesArgs,
  opts: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  return { ...opts, providers: [cluster.provider], dependsOn: [...cluster.ready, ...base.ready] };
}

/** What has to stand before the system's services, beside what every system stands on. */
export interface Services {
  readonly ready: readonly pulumi.Resource[];
  /** @default - the system asks for none */
  readonly mesh?: Mesh;
  /** Those that services use as stores, by the names by which they do. */
  readonly stores: SystemArgs["stores"];
  /** What the system is told of them. */
  readonly told: Pick<SystemArgs, "mesh" | "rollouts" | "metricsUrl">;
}

/** Makes the services that the system's own stand on. */
export function makeServices(
  name: string,
  args: ServicesArgs,
  opts: pulumi.ComponentResourceOptions,
): Services {
  const mesh = makeMesh(`${name}-mesh`, args, opts);
  const place = servicePlace(args);
  const after = afterBase(args, opts);
  const rollouts = rolloutsOf(`${name}-rollouts`, { config: args.config, place, mesh }, after);
  return {
    ready: mesh?.ready ?? [],
    stores: makeFlags(`${name}-flagd`, { config: args.config, place }, after),
    ...(mesh !== undefined && { mesh }),
    told: {
      metricsUrl: metricsSource(args.config.blueprint.monitoring).url,
      ...(mesh !== undefined && { mesh: mesh.membership }),
      ...(rollouts !== undefined && { rollouts }),
    },
  };
}

/** The system's mesh, where it asks for one. */
function makeMesh(name: string, args: ServicesArgs, opts: pulumi.ComponentResourceOptions): Mesh | undefined {
  const { platform, namespace, services } = args.config.blueprint;
  if (platform.istio === undefined) return undefined;
  const { highlyAvailable, nodeSelector, identityEndpoints } = servicePlace(args);
  return new Mesh(
    name,
    {
      highlyAvailable,
      nodeSelector,
      identityEndpoints,
      spec: platform.istio,
      system: { namespace, services },
      cniFolder: args.cloud.cniFolder,
      wayIn: args.config.wayIn,
    },
    afterBase(args, opts),
  );
}

/** Arguments of {@link tendSystem}. */
export interface TendArgs extends ServicesArgs {
  readonly system: System;
  readonly zone: DnsZone;
  readonly stores: Stores;
  /** What stands before the names of the system's images. */
  readonly imageRegistry: string;
  readonly services: Services;
  /** Stores by the names that the system's services use. */
  readonly systemStores: SystemArgs["stores"];
  readonly queues: Readonly<Record<string, Queue>>;
  /** The blueprint's secrets by the names that its services use. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** @default - its services send no spans */
  readonly telemetry?: SystemArgs["telemetry"];
}

/** Makes the services that look after what runs in a system's namespace, which has to be there before them. */
export function tendSystem(
  name: string,
  {
    system,
    zone,
    stores,
    queues,
    imageRegistry,
    services,
    systemStores,
    secrets,
    telemetry,
    ...args
  }: TendArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const place = servicePlace(args);
  const after = afterBase(args, opts);
  trustInternalAuthority(
    `${name}-trust`,
    { namespace: system.namespaceName, pem: args.base.internalAuthority },
    { ...opts, provider: args.cluster.provider },
  );
  const { name: owner, wayIn, edge, blueprint } = args.config;
  const { platform } = blueprint;
  if (platform.externalDns !== undefined) {
    const served = edge === undefined ? { wayIn } : {};
    new ExternalDns(
      `${name}-external-dns`,
      { ...place, zone, kept: ownNames(args.config), owner, ...served },
      after,
    );
  }
  makeArgoCd(
    `${name}-argo-cd`,
    { ...args, place: toolsPlace(args), system, zone, stores, imageRegistry },
    after,
  );
  if (platform.externalSecrets !== undefined) {
    const delivered = deliveredOf(blueprint, secrets);
    const access = args.cloud.secretStoreAccess;
    new ExternalSecrets(
      `${name}-external-secrets`,
      { ...place, access, namespace: system.namespaceName, secrets: delivered },
      after,
    );
  }
  if (platform.keda !== undefined) {
    makeScaling(name, { ...args, system, stores, queues }, after, opts);
  }
  if (platform.vpa !== undefined) {
    const recommender = args.cloud.hasVerticalPodAutoscaler
      ? []
      : new Recommender(`${name}-vpa`, { ...place, watchedNamespace: system.namespaceName }, after).release;
    adviseSizes(
      `${name}-sizes`,
      { services: blueprint.services, namespace: system.namespaceName },
      { ...opts, provider: args.cluster.provider, dependsOn: recommender },
    );
  }
  if (platform.reloader !== undefined) {
    const watchedNamespaces = [system.namespaceName];
    const { rollouts } = system;
    // its chart looks whether there are Rollouts, and gives it a right to them then
    new Reloader(
      `${name}-reloader`,
      { ...place, watchedNamespaces, rollsRollouts: rollouts !== undefined },
      rollouts === undefined ? after : pulumi.mergeOptions(after, { dependsOn: rollouts }),
    );
  }
  joinMesh(
    `${name}-mesh-rules`,
    { system, services, systemStores, ...(telemetry !== undefined && { telemetry }), ...args },
    opts,
  );
}

/** Tells the mesh of the system, where it is in one. */
function joinMesh(
  name: string,
  {
    system,
    services: { mesh },
    systemStores: stores,
    telemetry,
    config,
    cloud,
    cluster,
  }: Omit<TendArgs, "zone" | "stores" | "queues" | "imageRegistry" | "secrets">,
  opts: pulumi.ComponentResourceOptions,
): void {
  if (mesh === undefined) return;
  const { blueprint, domain } = config;
  const namespace = system.namespaceName;
  const { publicStoreHosts } = cloud;
  new SystemMesh(
    name,
    {
      mesh,
      blueprint,
      namespace,
      domain,
      stores,
      publicStoreHosts,
      ...(telemetry !== undefined && { telemetry: telemetry.destination }),
    },
    { ...opts, providers: [cluster.provider] },
  );
}

/** Secrets that the blueprint delivers as variables. */
function deliveredOf(
  blueprint: StackConfig["blueprint"],
  secrets: Readonly<Record<string, Secret>>,
): Readonly<Record<string, Secret>> {
  return Object.fromEntries(
    Object.entries(secrets).filter(([key]) => blueprint.secrets?.[key]?.delivery === "variable"),
  );
}

/** KEDA, and what it scales of the system by what waits there. */
function makeScaling(
  name: string,
  {
    system,
    stores: { kafka },
    queues,
    ...args
  }: Omit<TendArgs, "zone" | "services" | "systemStores" | "imageRegistry" | "secrets">,
  after: pulumi.ComponentResourceOptions,
  opts: { readonly parent: pulumi.Resource },
): void {
  const { cloud, cluster, config } = args;
  const { services, namespace, platform, monitoring } = config.blueprint;
  const metrics = metricsSource(monitoring);
  const keda = new Keda(
    `${name}-keda`,
    {
      ...servicePlace(args),
      watchedNamespaces: [system.namespaceName],
      scalesRollouts: config.blueprint.platform.argoRollouts !== undefined,
      countsInCloud: countsByIdentity(services, kafka),
      metrics,
    },
    after,
  );
  const { identity } = keda;
  if (identity !== undefined)
    cloud.countBacklogs(`${name}-keda-identity-counts`, identity, { parent: identity });
  scaleServices(
    `${name}-scaling`,
    {
      services,
      namespace: system.namespaceName,
      pods: system.pods,
      counted: { queues, ...(kafka !== undefined && { kafka }) },
      requests: { measured: measuredBy(platform.istio), namespace },
      keda,
      metrics,
    },
    { ...opts, provider: cluster.provider },
  );
}
