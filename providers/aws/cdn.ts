import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  type CachePlan,
  type EdgeArgs,
  edgeWaitsSeconds,
  hstsSeconds,
  type NamedRule,
} from "../../components/edge/edge";
import type { EdgeOptions } from "./edgeLogs";

/** Arguments of {@link distribution}. */
export interface DistributionArgs extends Pick<EdgeArgs, "hosts" | "originHost" | "originProofs"> {
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn: pulumi.Input<string>;
  readonly caching: CachePlan;
  /**
   * Where a bucket's objects are served, and the bucket's own DNS name; none without a bucket. A rule of the same path says
   * how long they are kept.
   */
  readonly assets: { readonly path: string; readonly bucketDomain: pulumi.Input<string> } | undefined;
}

/** How long an object is kept where no rule names its path, seconds: replaced under its name, it is seen after an hour. */
const defaultAssetSeconds = 3600;

type Behavior = Omit<aws.types.input.cloudfront.DistributionOrderedCacheBehavior, "pathPattern">;

/** CloudFront before the load balancer: HTTP/2 and 3, IPv6, TLS 1.2 or later on both sides. */
export function distribution(
  name: string,
  { hosts, originHost, originProofs, certificateArn, webAclArn, caching, assets }: DistributionArgs,
  opts: EdgeOptions,
): aws.cloudfront.Distribution {
  const responseHeadersPolicyId = securityHeaders(`${name}-headers`, opts).id;
  const common = {
    viewerProtocolPolicy: "redirect-to-https",
    cachedMethods: ["GET", "HEAD"],
    compress: true,
    responseHeadersPolicyId,
  };
  const cachingDisabled = managedCachePolicy("Managed-CachingDisabled", opts);
  // the whole request, `Host` too: the ingress knows its routes by it
  const originRequestPolicyId = managedRequestPolicy("Managed-AllViewer", opts);
  const ingress = (rule: NamedRule): Behavior => ({
    ...common,
    targetOriginId: "ingress",
    allowedMethods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    cachePolicyId:
      rule.maxAgeSeconds > 0 ? cachePolicy(`${name}-cache-${rule.name}`, rule, opts).id : cachingDisabled,
    originRequestPolicyId,
  });
  const ofAssets = caching.others.find(({ path }) => path === assets?.path);
  const bucket =
    assets === undefined
      ? undefined
      : bucketOrigin(
          `${name}-assets`,
          { ...assets, maxAgeSeconds: ofAssets?.maxAgeSeconds ?? defaultAssetSeconds, cachingDisabled },
          common,
          opts,
        );
  return new aws.cloudfront.Distribution(
    name,
    {
      enabled: true,
      comment: name,
      aliases: [...hosts],
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      webAclId: webAclArn,
      origins: [
        {
          originId: "ingress",
          domainName: originHost,
          customHeaders: originProofs.map(({ header, value }) => ({ name: header, value })),
          customOriginConfig: {
            httpPort: 80,
            httpsPort: 443,
            originProtocolPolicy: "https-only",
            originSslProtocols: ["TLSv1.2"],
            originReadTimeout: edgeWaitsSeconds.aws,
          },
        },
        ...(bucket === undefined ? [] : [bucket.origin]),
      ],
      defaultCacheBehavior: ingress(caching.root),
      orderedCacheBehaviors: [
        ...(bucket === undefined ? [] : [bucket.behavior]),
        ...caching.others
          .filter((rule) => rule !== ofAssets)
          .flatMap((rule) => {
            const behavior = ingress(rule);
            return [rule.path, `${rule.path}/*`].map((pathPattern) => ({ pathPattern, ...behavior }));
          }),
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    },
    opts,
  );
}

interface BucketOriginArgs {
  readonly path: string;
  readonly bucketDomain: pulumi.Input<string>;
  /** How long an object is kept, seconds, unless its own `Cache-Control` says less. */
  readonly maxAgeSeconds: number;
  readonly cachingDisabled: pulumi.Input<string | undefined>;
}

/** Objects of a private bucket: CloudFront signs its requests, and the bucket's policy knows it by that. */
function bucketOrigin(
  name: string,
  { path, bucketDomain, maxAgeSeconds, cachingDisabled }: BucketOriginArgs,
  common: Pick<Behavior, "cachedMethods" | "compress" | "responseHeadersPolicyId" | "viewerProtocolPolicy">,
  opts: EdgeOptions,
): {
  readonly origin: aws.types.input.cloudfront.DistributionOrigin;
  readonly behavior: aws.types.input.cloudfront.DistributionOrderedCacheBehavior;
} {
  const access = new aws.cloudfront.OriginAccessControl(
    name,
    { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
    opts,
  );
  return {
    origin: { originId: "assets", domainName: bucketDomain, originAccessControlId: access.id },
    behavior: {
      ...common,
      pathPattern: `${path}/*`,
      targetOriginId: "assets",
      allowedMethods: ["GET", "HEAD"],
      cachePolicyId: maxAgeSeconds > 0 ? assetCachePolicy(name, maxAgeSeconds, opts).id : cachingDisabled,
    },
  };
}

/** Id of a policy that AWS keeps, the same in all accounts. */
function managedCachePolicy(name: string, opts: EdgeOptions): pulumi.Output<string | undefined> {
  return aws.cloudfront.getCachePolicyOutput({ name }, opts).apply(({ id }) => id);
}

function managedRequestPolicy(name: string, opts: EdgeOptions): pulumi.Output<string | undefined> {
  return aws.cloudfront.getOriginRequestPolicyOutput({ name }, opts).apply(({ id }) => id);
}

/**
 * All that an answer may depend on. `Host`, as the distribution has several; with `Authorization` and the cookies an answer
 * goes back only to who sent the same ones, where CloudFront itself would share it, whatever the request carried; and what
 * some frameworks take for the method, so that an answer to a POST in disguise is nobody else's.
 */
const keyHeaders = [
  ...["Accept", "Authorization", "Host", "Origin"],
  ...["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"],
];

/** What the origin lets shared caches keep, and so long at most. */
function cachePolicy(
  name: string,
  { maxAgeSeconds }: NamedRule,
  opts: EdgeOptions,
): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    name,
    {
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: maxAgeSeconds,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
        queryStringsConfig: { queryStringBehavior: "all" },
        cookiesConfig: { cookieBehavior: "all" },
        headersConfig: { headerBehavior: "whitelist", headers: { items: keyHeaders } },
      },
    },
    opts,
  );
}

/** An object is the same for everyone, whatever the request carries. */
function assetCachePolicy(
  name: string,
  maxAgeSeconds: number,
  opts: EdgeOptions,
): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    name,
    {
      minTtl: 0,
      defaultTtl: maxAgeSeconds,
      maxTtl: maxAgeSeconds,
      parametersInCacheKeyAndForwardedToOrigin: {
        enableAcceptEncodingBrotli: true,
        enableAcceptEncodingGzip: true,
        queryStringsConfig: { queryStringBehavior: "none" },
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
      },
    },
    opts,
  );
}

/** What browsers are told; the content security policy is the application's to say, which knows its sources. */
function securityHeaders(name: string, opts: EdgeOptions): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    name,
    {
      securityHeadersConfig: {
        strictTransportSecurity: {
          accessControlMaxAgeSec: hstsSeconds,
          includeSubdomains: true,
          override: true,
        },
        contentTypeOptions: { override: true },
        // an application may say what is stricter or, for one page, looser
        frameOptions: { frameOption: "DENY", override: false },
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
      },
      removeHeadersConfig: { items: [{ header: "X-Powered-By" }] },
    },
    opts,
  );
}
