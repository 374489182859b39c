import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  defaultRequestsPerFiveMinutes,
  type Edge,
  type EdgeArgs,
  type NamedRule,
  planCaching,
} from "../../components/edge/edge";
import { gcpDnsZone } from "./dnsZone";
import { assetBackend, originBackend, originGroup } from "./edgeBackends";
import { certificateMap } from "./edgeCertificates";
import { backendFirewall, edgeFirewall } from "./edgeFirewall";
import { childName, labelsOf } from "./edgeNames";
import { logArchive } from "./logs";
import type { GcpPlacement } from "./project";
import { UnsupportedOnCloudError } from "../unsupported";

type Child = { readonly parent: pulumi.Resource };

const scheme = "EXTERNAL_MANAGED";

/** Arguments of a {@link GcpEdge}: what stands behind it is a load balancer, or what a URL map of its own says. */
export type GcpEdgeArgs = GcpPlacement &
  (
    | (EdgeArgs & { readonly urlMap?: undefined })
    | (Omit<EdgeArgs, "loadBalancer" | "originHost" | "originProofs"> & {
        /** Makes the map of paths, and what answers for each. */
        readonly urlMap: (name: string, opts: Child) => gcp.compute.URLMap;
      })
  );

/**
 * {@link Edge} as a global external Application Load Balancer with Cloud CDN and Cloud Armor. Its firewall judges what the
 * cache does not answer. Behind it stands the platform's own load balancer, an origin on the internet.
 */
export class GcpEdge extends pulumi.ComponentResource implements Edge {
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: GcpEdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Edge", name, {}, opts);
    const { hosts, shieldAdvanced = false, logRetentionDays, protect = true, region, project } = args;
    if (shieldAdvanced) {
      throw new UnsupportedOnCloudError("edge.shieldAdvanced");
    }
    const zone = gcpDnsZone(args.zone);
    const child = { parent: this };

    const certificates = certificateMap(`${name}-certificate`, { project, zone, hosts }, child);
    const urlMap = args.urlMap === undefined ? routes(name, args, child) : args.urlMap(name, child);
    const tls = new gcp.compute.SSLPolicy(
      `${name}-tls`,
      { profile: "RESTRICTED", minTlsVersion: "TLS_1_2" },
      { ...child, dependsOn: [project.api("compute")] },
    );
    const https = new gcp.compute.TargetHttpsProxy(
      `${name}-https`,
      {
        urlMap: urlMap.id,
        certificateMap: pulumi.interpolate`//certificatemanager.googleapis.com/${certificates.id}`,
        sslPolicy: tls.id,
        quicOverride: "ENABLE",
        tlsEarlyData: "DISABLED",
      },
      child,
    );
    const http = redirectToHttps(`${name}-http`, { ...child, dependsOn: [project.api("compute")] });
    const targets = { protect, project, https: https.id, http: http.id };
    const ipv4 = entrance(name, { ipVersion: "IPV4", ...targets }, child);
    const ipv6 = entrance(`${name}-ipv6`, { ipVersion: "IPV6", ...targets }, child);
    for (const host of hosts) {
      // the records of the other family are the platform's
      zone.record(
        [name, "ipv6-host", ...labelsOf(host, zone.domain)].join("-"),
        { host, type: "AAAA", values: [ipv6.address], moves: true },
        { ...child, dependsOn: ipv6.rules },
      );
    }
    logArchive(
      `${name}-logs`,
      {
        description: "requests, and what the firewall did about them",
        filter: pulumi.interpolate`resource.type="http_load_balancer" AND resource.labels.url_map_name="${urlMap.name}"`,
        retentionDays: logRetentionDays,
        bulk: true,
        region,
        project,
        protect,
      },
      child,
    );

    this.address = ipv4.address;
    this.registerOutputs({ address: this.address });
  }
}

/** Which backend answers for which path: one a rule of caching, and the bucket. */
function routes(name: string, args: EdgeArgs & GcpPlacement, opts: Child): gcp.compute.URLMap {
  const { hosts, caching, assets, requestsPerFiveMinutes = defaultRequestsPerFiveMinutes, project } = args;
  const { root, others } = planCaching(caching);
  const ofAssets = others.find(({ path }) => path === assets?.path);
  const ready = { ...opts, dependsOn: [project.api("compute")] };

  const firewall = backendFirewall(`${name}-firewall`, { requestsPerFiveMinutes }, ready).id;
  const origin = { ...originGroup(`${name}-origin`, args, opts), proofs: args.originProofs };
  const backend = (rule: NamedRule): pulumi.Output<string> =>
    originBackend(childName(name, "backend", rule.name), { rule, firewall, ...origin }, opts).id;
  const pathRules = others
    .filter((rule) => rule !== ofAssets)
    .map((rule) => ({ paths: [rule.path, `${rule.path}/*`], service: backend(rule) }));
  if (assets !== undefined) {
    const assetFirewall = edgeFirewall(`${name}-assets-firewall`, ready).id;
    const bucket = assetBackend(
      `${name}-assets`,
      {
        assets,
        firewall: assetFirewall,
        project,
        ...(ofAssets !== undefined && { maxAgeSeconds: ofAssets.maxAgeSeconds }),
      },
      opts,
    );
    pathRules.push({ paths: [`${assets.path}/*`], service: bucket.id });
  }
  const site = backend(root);
  return new gcp.compute.URLMap(
    name,
    {
      // the origin knows the hosts that are ours and refuses others
      defaultService: site,
      hostRules: [{ hosts: [...hosts], pathMatcher: "site" }],
      pathMatchers: [{ name: "site", defaultService: site, pathRules }],
    },
    opts,
  );
}

/** Answers in plain text with the same place over TLS, and nothing else. */
function redirectToHttps(name: string, opts: pulumi.CustomResourceOptions): gcp.compute.TargetHttpProxy {
  const { id } = new gcp.compute.URLMap(
    name,
    {
      defaultUrlRedirect: {
        httpsRedirect: true,
        stripQuery: false,
        redirectResponseCode: "MOVED_PERMANENTLY_DEFAULT",
      },
    },
    opts,
  );
  return new gcp.compute.TargetHttpProxy(name, { urlMap: id }, opts);
}

interface EntranceArgs extends Pick<GcpPlacement, "project"> {
  readonly ipVersion: "IPV4" | "IPV6";
  readonly https: pulumi.Input<string>;
  readonly http: pulumi.Input<string>;
  readonly protect: boolean;
}

/** An address, and what answers at its ports 443 and 80. */
function entrance(
  name: string,
  { ipVersion, https, http, protect, project }: EntranceArgs,
  opts: Child,
): { readonly address: pulumi.Output<string>; readonly rules: pulumi.Resource[] } {
  const { address, id } = new gcp.compute.GlobalAddress(
    name,
    { addressType: "EXTERNAL", ipVersion },
    // others may have written it down
    { ...opts, protect, dependsOn: [project.api("compute")] },
  );
  const listen = (key: "https" | "http", portRange: string, target: pulumi.Input<string>): pulumi.Resource =>
    new gcp.compute.GlobalForwardingRule(
      `${name}-${key}`,
      {
        loadBalancingScheme: scheme,
        networkTier: "PREMIUM",
        ipProtocol: "TCP",
        ipAddress: id,
        portRange,
        target,
      },
      opts,
    );
  return { address, rules: [listen("https", "443", https), listen("http", "80", http)] };
}
