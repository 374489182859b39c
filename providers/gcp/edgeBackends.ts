import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  type EdgeArgs,
  edgeWaitsSeconds,
  hstsSeconds,
  type NamedRule,
  type OriginProof,
} from "../../components/edge/edge";
import { edgeOrigin } from "./edgeOrigin";
import type { GcpProject } from "./project";

type Child = { readonly parent: pulumi.Resource };

/**
 * What every answer carries, whatever the origin says: the load balancer writes over a header of the same name. A page that
 * may stand in a frame says so by its Content-Security-Policy, for which browsers leave X-Frame-Options aside.
 */
export const securityHeaders = [
  `Strict-Transport-Security: max-age=${hstsSeconds}; includeSubDomains`,
  "X-Content-Type-Options: nosniff",
  "X-Frame-Options: DENY",
  "Referrer-Policy: strict-origin-when-cross-origin",
];

/** How long an object is kept where no rule names its path, seconds: replaced under its name, it is seen after an hour. */
const defaultAssetSeconds = 3600;

/** How long an object that is not there is not asked for again, seconds. */
const missingSeconds = 60;

/** How long an object that Cloud Storage does not give at the moment is given from the cache all the same, seconds. */
const staleSeconds = 86_400;

/** Requests that may be about one client alone: neither answered from the cache nor kept in it. */
const signedInHeaders = ["Authorization", "Cookie"];

/** The load balancer behind the CDN, by a name of its own: by that name its certificate is verified. */
export function originGroup(
  name: string,
  { originHost, project }: Pick<EdgeArgs, "originHost"> & { readonly project: GcpProject },
  opts: Child,
): { readonly group: pulumi.Output<string>; readonly ready: pulumi.Resource } {
  // an endpoint by its address would be called without SNI, and its certificate not verified:
  // https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts#backend-service
  const group = new gcp.compute.GlobalNetworkEndpointGroup(
    name,
    { networkEndpointType: "INTERNET_FQDN_PORT", defaultPort: 443, description: originHost },
    { ...opts, dependsOn: [project.api("compute")] },
  );
  const endpoint = new gcp.compute.GlobalNetworkEndpoint(
    name,
    { globalNetworkEndpointGroup: group.name, fqdn: originHost, port: 443 },
    opts,
  );
  return { group: group.id, ready: endpoint };
}

/** Arguments of {@link originBackend}. */
export interface OriginBackendArgs {
  readonly rule: NamedRule;
  readonly group: pulumi.Input<string>;
  readonly firewall: pulumi.Input<string>;
  /** What must stand before requests come. */
  readonly ready: pulumi.Resource;
  readonly proofs: readonly OriginProof[];
}

/** The load balancer, as one rule of caching sees it. */
export function originBackend(
  name: string,
  { rule: { path, maxAgeSeconds }, group, firewall, ready, proofs }: OriginBackendArgs,
  opts: Child,
): gcp.compute.BackendService {
  return new gcp.compute.BackendService(
    name,
    {
      description: `what is under ${path}`,
      loadBalancingScheme: "EXTERNAL_MANAGED",
      // not HTTP/2, over which web sockets do not go on to a backend
      protocol: "HTTPS",
      // a service that says nothing is given up by NGINX long before
      timeoutSec: edgeWaitsSeconds.gcp,
      backends: [{ group }],
      securityPolicy: firewall,
      // one that a client sends itself is written over
      customRequestHeaders: [
        `${edgeOrigin.clientAddressHeader}:{client_ip_address}`,
        ...proofs.map(({ header, value }) => pulumi.interpolate`${header}:${value}`),
      ],
      customResponseHeaders: securityHeaders,
      logConfig: { enable: true, sampleRate: 1 },
      ...cachePolicy(maxAgeSeconds),
    },
    { ...opts, dependsOn: [ready] },
  );
}

/** How a CDN keeps answers of a path, seconds; 0 keeps nothing. */
export function cachePolicy(
  seconds: number,
): Pick<gcp.compute.BackendServiceArgs, "enableCdn" | "cdnPolicy"> {
  if (seconds === 0) return { enableCdn: false };
  return {
    enableCdn: true,
    cdnPolicy: {
      // USE_ORIGIN_HEADERS would take no upper limit; what says nothing of itself is asked for again each time (0)
      cacheMode: "CACHE_ALL_STATIC",
      defaultTtl: 0,
      maxTtl: seconds,
      clientTtl: seconds,
      // both would keep what the origin said nothing about, or longer than it may be kept
      negativeCaching: false,
      serveWhileStale: 0,
      requestCoalescing: true,
      cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
      bypassCacheOnRequestHeaders: signedInHeaders.map((headerName) => ({ headerName })),
    },
  };
}

/** Arguments of {@link assetBackend}. */
export interface AssetBackendArgs {
  readonly assets: NonNullable<EdgeArgs["assets"]>;
  /**
   * How long an object is kept, seconds.
   *
   * @default 3600
   */
  readonly maxAgeSeconds?: number;
  readonly firewall: pulumi.Input<string>;
  readonly project: GcpProject;
}

/**
 * A bucket's objects under one prefix. The bucket stays private: the load balancers' own account of the project reads it,
 * and by the condition nothing beside the prefix. https://docs.cloud.google.com/cdn/docs/configure-private-bucket-access
 */
export function assetBackend(
  name: string,
  { assets: { path, bucket }, maxAgeSeconds = defaultAssetSeconds, firewall, project }: AssetBackendArgs,
  opts: Child,
): gcp.compute.BackendBucket {
  const backend = new gcp.compute.BackendBucket(
    name,
    {
      description: `objects under ${path}`,
      bucketName: bucket.bucketName,
      edgeSecurityPolicy: firewall,
      customResponseHeaders: securityHeaders,
      compressionMode: "AUTOMATIC",
      enableCdn: true,
      cdnPolicy: {
        // objects of a private bucket say "private" of themselves, and would never be kept
        cacheMode: "FORCE_CACHE_ALL",
        defaultTtl: maxAgeSeconds,
        clientTtl: maxAgeSeconds,
        negativeCaching: true,
        negativeCachingPolicies: [{ code: 404, ttl: missingSeconds }],
        serveWhileStale: maxAgeSeconds === 0 ? 0 : staleSeconds,
        requestCoalescing: true,
      },
    },
    { ...opts, dependsOn: [project.api("compute")] },
  );
  new gcp.storage.BucketIAMMember(
    `${name}-reader`,
    {
      bucket: bucket.bucketName,
      role: "roles/storage.objectViewer",
      member: pulumi.interpolate`serviceAccount:service-${project.number}@https-lb.iam.gserviceaccount.com`,
      condition: {
        title: "this-prefix-only",
        expression: pulumi.interpolate`resource.name.startsWith("projects/_/buckets/${bucket.bucketName}/objects${path}/")`,
      },
    },
    // the account comes with the project's first backend bucket
    { ...opts, dependsOn: [backend] },
  );
  return backend;
}
