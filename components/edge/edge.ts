import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { Bucket } from "../data/bucket";
import type { DnsZone } from "./dnsZone";

/** How long the CDN keeps answers under a path. */
export interface CacheRule {
  /** Start of the path, `/` for all that no other rule names; `/api` stands for `/api` and everything under `/api/`. */
  readonly path: string;
  /**
   * What the origin's `Cache-Control` lets a shared cache keep is kept so long at most, seconds; 0 keeps nothing. What it
   * says nothing about is never kept, and no client is given what another one signed in for.
   */
  readonly maxAgeSeconds: number;
}

/**
 * How long an edge waits for what the load balancer answers, seconds: CloudFront for each part of it, the longest that comes
 * without asking AWS for more
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginResponseTimeout);
 * Google's load balancer for all of it, a web socket too
 * (https://cloud.google.com/load-balancing/docs/https#timeout-bes).
 */
export const edgeWaitsSeconds: Readonly<Record<Cloud, number>> = { aws: 60, gcp: 3600 };

/** What a system says of the edge before it; where it stands, the platform knows. */
export interface EdgeSpec {
  /** Rules by a short name; one of them is for `/`. */
  readonly caching: Readonly<Record<string, CacheRule>>;
  /**
   * Requests of one address in five minutes, above which it is refused.
   *
   * @default 2000
   */
  readonly requestsPerFiveMinutes?: number;
  /**
   * Objects of the system's bucket that are served as they are: `/assets` serves those whose keys start with `assets/`.
   *
   * @default - everything comes from the services
   */
  readonly assets?: { readonly path: string };
}

/** A header that the CDN writes into every request to the load balancer, over one that a client sends, and nobody else knows. */
export interface OriginProof {
  readonly header: string;
  /** A secret. */
  readonly value: pulumi.Output<string>;
}

/** Arguments of an {@link Edge}. */
export interface EdgeArgs {
  /**
   * Zone of the domain, where the certificate is proven. The records of `hosts` are the platform's, which points them to
   * {@link Edge.address} once the edge stands: with an edge or without one they are the same records.
   */
  readonly zone: DnsZone;
  /** DNS names that are served: the zone's domain or names directly below it. */
  readonly hosts: readonly string[];
  /** DNS name (AWS) or IPv4 address (GCP) of the load balancer behind the CDN; it answers for every host with TLS. */
  readonly loadBalancer: pulumi.Input<string>;
  /**
   * The load balancer's own name in the zone, {@link originHostOf}: it has a record and a certificate, so that a CDN which
   * asks for its origin by name, or verifies it by that, can.
   */
  readonly originHost: string;
  /** By what the load balancer tells requests of this CDN from those of anybody else's, which come from the same addresses. */
  readonly originProofs: readonly OriginProof[];
  /**
   * A bucket whose objects under one prefix are served as they are, by the CDN's own identity: the bucket stays private.
   *
   * @default - everything comes from the load balancer
   */
  readonly assets?: {
    /** Start of the URL's path and of the objects' keys alike: `/assets` serves `assets/…` and nothing else. */
    readonly path: string;
    readonly bucket: Bucket;
  };
  /** Rules by a short name; one of them is for `/`. */
  readonly caching: Readonly<Record<string, CacheRule>>;
  /**
   * Requests of one address in five minutes, above which it is refused.
   *
   * @default 2000
   */
  readonly requestsPerFiveMinutes?: number;
  /** How long requests, and what the firewall did about them, are kept, days. */
  readonly logRetentionDays: number;
  /**
   * Shield Advanced, which costs a subscription of the whole account that is made by hand. AWS only; adaptive protection
   * of GCP needs no word.
   *
   * @default false
   */
  readonly shieldAdvanced?: boolean;
  /**
   * Refuse deletion of keys and of logs in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/** The way in from the internet: certificate, CDN and web application firewall before a load balancer. */
export interface Edge extends pulumi.ComponentResource {
  /** DNS name (AWS) or IPv4 address (GCP) at which the CDN answers. */
  readonly address: pulumi.Output<string>;
}

/** What the load balancer, and NGINX behind it, have to know of the CDN before them. */
export interface EdgeOrigin {
  /** Annotations of the load balancer's Service that close it to everyone but the CDN; none where `sourceRanges` do. */
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** `loadBalancerSourceRanges` of the Service; none where `annotations` close it. */
  readonly sourceRanges: readonly string[];
  /** Blocks that the CDN calls from: only to them is `clientAddressHeader` believed. */
  readonly proxies: pulumi.Input<readonly string[]>;
  /** Header in which the CDN names the client's address, last where it names several. */
  readonly clientAddressHeader: string;
}

/** Default of {@link EdgeArgs.requestsPerFiveMinutes}. */
export const defaultRequestsPerFiveMinutes = 2000;

/** Name of the load balancer behind the edge, which no client uses. */
export function originHostOf(domain: string): string {
  return `origin.${domain}`;
}

/** A year, seconds: the least for the browsers' preload lists, https://hstspreload.org */
export const hstsSeconds = 31_536_000;

/** A rule with its name. */
export interface NamedRule extends CacheRule {
  readonly name: string;
}

/** The rules as a CDN wants them: the one for everything, and the others, longest path first. */
export interface CachePlan {
  readonly root: NamedRule;
  readonly others: readonly NamedRule[];
}

/** Longest that an answer is kept, seconds: Cloud CDN takes a year at most. */
const longestSeconds = 31_536_000;

/** Checks and orders the rules. */
export function planCaching(caching: EdgeArgs["caching"]): CachePlan {
  const rules = Object.entries(caching).map(([name, rule]) => ({ ...rule, name }));
  for (const { name, path, maxAgeSeconds } of rules) {
    if (!/^\/([A-Za-z0-9_.~-]+(\/[A-Za-z0-9_.~-]+)*)?$/.test(path)) {
      throw new RangeError(`caching.${name}.path: expected a path such as /api, got "${path}"`);
    }
    if (!Number.isInteger(maxAgeSeconds) || maxAgeSeconds < 0 || maxAgeSeconds > longestSeconds) {
      throw new RangeError(
        `caching.${name}.maxAgeSeconds: expected a whole number from 0 to ${longestSeconds}, got ${maxAgeSeconds}`,
      );
    }
  }
  const paths = rules.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new RangeError(`caching: expected each path once, got ${twice} twice`);
  const root = rules.find(({ path }) => path === "/");
  if (root === undefined) {
    throw new RangeError(`caching: expected a rule for /, got ${paths.join(", ") || "none"}`);
  }
  const others = rules
    .filter((rule) => rule !== root)
    .sort((a, b) => b.path.length - a.path.length || a.path.localeCompare(b.path));
  return { root, others };
}
