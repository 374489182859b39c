import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerPlatformArgs } from "../../components/containers/containerPlatform";
import type { RoutedPlan } from "../../components/containers/plan";
import { type CacheRule, defaultRequestsPerFiveMinutes, planCaching } from "../../components/edge/edge";
import { autoNamed } from "../../components/names";
import { GcpEdge } from "./edge";
import { assetBackend, cachePolicy, securityHeaders } from "./edgeBackends";
import { edgeOrigin } from "./edgeOrigin";
import { backendFirewall, edgeFirewall } from "./edgeFirewall";
import { childName } from "./edgeNames";
import type { GcpPlacement } from "./project";

type Child = { readonly parent: pulumi.Resource };

/** Arguments of {@link containerFront}. */
export interface ContainerFrontArgs
  extends
    Pick<ContainerPlatformArgs, "zone" | "edge" | "bucket" | "logRetentionDays" | "protect">,
    GcpPlacement {
  /** Services with a route, the longest path first. */
  readonly routed: readonly RoutedPlan[];
  /** The services by name. */
  readonly services: Readonly<Record<string, gcp.cloudrunv2.Service>>;
}

/** Longest name that Compute Engine takes. */
const maxName = 63;

/** Without an edge all of it is asked for again each time: a load balancer and its firewall alone. */
const uncached: Readonly<Record<string, CacheRule>> = { site: { path: "/", maxAgeSeconds: 0 } };

/**
 * The load balancer before the services, which is the CDN's own where there is one: Cloud Run lets in no other. Which service
 * answers follows from its route, how long answers are kept from the edge's rules, and each path has a backend for both.
 */
export function containerFront(name: string, args: ContainerFrontArgs, opts: Child): GcpEdge {
  const { zone, edge, routed, bucket, logRetentionDays, protect, region, project } = args;
  const { caching = uncached, assets, requestsPerFiveMinutes, shieldAdvanced } = edge ?? {};
  return new GcpEdge(
    name,
    {
      zone,
      hosts: [...new Set(routed.map(({ host }) => host))],
      caching,
      ...(assets !== undefined && { assets: { ...assets, bucket } }),
      ...(requestsPerFiveMinutes !== undefined && { requestsPerFiveMinutes }),
      ...(shieldAdvanced !== undefined && { shieldAdvanced }),
      logRetentionDays,
      protect,
      region,
      project,
      urlMap: (own, child) => urlMap(own, { ...args, caching }, child),
    },
    opts,
  );
}

function urlMap(
  name: string,
  {
    routed,
    services,
    edge,
    bucket,
    caching,
    region,
    project,
  }: ContainerFrontArgs & { readonly caching: Readonly<Record<string, CacheRule>> },
  opts: Child,
): gcp.compute.URLMap {
  const ready = { ...opts, dependsOn: [project.api("compute")] };
  const { assets, requestsPerFiveMinutes = defaultRequestsPerFiveMinutes } = edge ?? {};
  const firewall = backendFirewall(`${name}-firewall`, { requestsPerFiveMinutes }, ready).id;
  const { root, others } = planCaching(caching);
  const groups = new Map(
    routed.map(({ service }) => [
      service,
      serverlessGroup(childName(name, service), { service: services[service], region }, ready),
    ]),
  );
  const backends = new Map<string, pulumi.Output<string>>();
  const backendOf = (plan: RoutedPlan, path: string): pulumi.Output<string> => {
    const rule = others.find((one) => isBelow(path, one.path)) ?? root;
    const key = `${plan.service}-${rule.name}`;
    const known = backends.get(key);
    if (known !== undefined) return known;
    const { id } = backend(
      childName(name, "backend", key),
      { group: groups.get(plan.service) ?? "", firewall, seconds: rule.maxAgeSeconds, path },
      opts,
    );
    backends.set(key, id);
    return id;
  };
  const assetsId =
    assets === undefined
      ? undefined
      : assetBackend(
          `${name}-assets`,
          {
            assets: { ...assets, bucket },
            firewall: edgeFirewall(`${name}-assets-firewall`, ready).id,
            project,
            ...secondsOf(others.find(({ path }) => path === assets.path)),
          },
          opts,
        ).id;
  const cached = others.map(({ path }) => path).filter((path) => path !== assets?.path);
  const matchers = [...new Set(routed.map(({ host }) => host))].map((host, place) => {
    const here = routed.filter((plan) => plan.host === host);
    const rootPlan = here.at(-1);
    if (rootPlan?.route.path !== "/") {
      throw new RangeError(`${host}: expected a service with the route /, got none`);
    }
    const paths = [...new Set([...here.map(({ route }) => route.path), ...cached])].filter(
      (path) => path !== "/",
    );
    return {
      host,
      matcher: {
        name: place === 0 ? "site" : `site-${place}`,
        defaultService: backendOf(rootPlan, "/"),
        pathRules: [
          ...paths.sort().map((path) => ({
            paths: [path, `${path}/*`],
            service: backendOf(here.find(({ route }) => isBelow(path, route.path)) ?? rootPlan, path),
          })),
          ...(assets === undefined || assetsId === undefined
            ? []
            : [{ paths: [`${assets.path}/*`], service: assetsId }]),
        ],
      },
    };
  });
  const [first] = matchers;
  if (first === undefined) throw new RangeError("services: expected one with a route, got none");
  return new gcp.compute.URLMap(
    name,
    {
      defaultService: first.matcher.defaultService,
      hostRules: matchers.map(({ host, matcher }) => ({ hosts: [host], pathMatcher: matcher.name })),
      pathMatchers: matchers.map(({ matcher }) => matcher),
    },
    opts,
  );
}

function secondsOf(rule: CacheRule | undefined): { readonly maxAgeSeconds?: number } {
  return rule === undefined ? {} : { maxAgeSeconds: rule.maxAgeSeconds };
}

/** Whether a path is another, or below it. */
function isBelow(path: string, above: string): boolean {
  return above === "/" || path === above || path.startsWith(`${above}/`);
}

function serverlessGroup(
  name: string,
  { service, region }: { readonly service: gcp.cloudrunv2.Service | undefined; readonly region: string },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  if (service === undefined) throw new RangeError(`${name}: expected a service, got none`);
  return new gcp.compute.RegionNetworkEndpointGroup(
    autoNamed(maxName, name),
    { region, networkEndpointType: "SERVERLESS", cloudRun: { service: service.name } },
    opts,
  ).id;
}

/** A service, as one rule of caching sees it; how long it may take to answer is Cloud Run's to say. */
function backend(
  name: string,
  {
    group,
    firewall,
    seconds,
    path,
  }: {
    readonly group: pulumi.Input<string>;
    readonly firewall: pulumi.Input<string>;
    readonly seconds: number;
    readonly path: string;
  },
  opts: Child,
): gcp.compute.BackendService {
  return new gcp.compute.BackendService(
    name,
    {
      description: `what is under ${path}`,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      protocol: "HTTPS",
      backends: [{ group }],
      securityPolicy: firewall,
      // one that a client sends itself is written over
      customRequestHeaders: [`${edgeOrigin.clientAddressHeader}:{client_ip_address}`],
      customResponseHeaders: securityHeaders,
      logConfig: { enable: true, sampleRate: 1 },
      ...cachePolicy(seconds),
    },
    opts,
  );
}
