import { isSet, isTrue, mustBeAtLeast, mustBeOneOf, mustBeSet, show } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import type { Props } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const distributions = ["aws:cloudfront/distribution:Distribution"] as const;
type Distribution = Props<"aws:cloudfront/distribution:Distribution">;

/** Default behaviour and those by path, each with where it stands. */
function behaviors({ defaultCacheBehavior, orderedCacheBehaviors = [] }: Distribution) {
  return [
    { behavior: defaultCacheBehavior ?? {}, at: "defaultCacheBehavior" },
    ...orderedCacheBehaviors.map((behavior, index) => ({
      behavior,
      at: `orderedCacheBehaviors[${index}]`,
    })),
  ];
}

export const https = resourceRule({
  id: "aws-cloudfront-https",
  title: "CloudFront serves over HTTPS alone",
  severity: "high",
  description: "What is served over HTTP can be read and changed by everyone on the way, sessions included.",
  remedy: 'Set viewerProtocolPolicy of each behaviour to "redirect-to-https" or "https-only".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: distributions,
  check: ({ props }) =>
    behaviors(props).map(({ behavior, at }) =>
      mustBeOneOf(
        behavior.viewerProtocolPolicy,
        ["redirect-to-https", "https-only"],
        `${at}.viewerProtocolPolicy`,
      ),
    ),
});

export const minimumTls = resourceRule({
  id: "aws-cloudfront-tls",
  title: "CloudFront speaks modern TLS alone",
  severity: "high",
  description:
    "Older versions have known weaknesses; with CloudFront's own certificate the minimum is TLS 1.0, whatever else is set.",
  remedy:
    'Bring a certificate in viewerCertificate.acmCertificateArn and set minimumProtocolVersion to "TLSv1.2_2021" or newer.',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: fromStaging,
  types: distributions,
  check: ({ props: { viewerCertificate } }) =>
    isTrue(viewerCertificate?.cloudfrontDefaultCertificate)
      ? "viewerCertificate.cloudfrontDefaultCertificate is true"
      : mustBeOneOf(
          viewerCertificate?.minimumProtocolVersion,
          ["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"],
          "viewerCertificate.minimumProtocolVersion",
        ),
  remediation: {
    // the CDN's own certificate knows no newer
    "aws:cloudfront/distribution:Distribution": ({ viewerCertificate }) =>
      isTrue(viewerCertificate?.cloudfrontDefaultCertificate)
        ? undefined
        : { viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" } },
  },
});

export const originHttps = resourceRule({
  id: "aws-cloudfront-origin-https",
  title: "CloudFront calls its origins over modern TLS",
  severity: "high",
  description: "Encryption that ends at the edge leaves the longer part of the way open.",
  remedy:
    'Set customOriginConfig.originProtocolPolicy to "https-only" and originSslProtocols to ["TLSv1.2"].',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: fromStaging,
  types: distributions,
  applies: ({ props }) => props.origins?.some((origin) => isSet(origin, "customOriginConfig")) === true,
  check: ({ props }) =>
    props.origins?.map(({ customOriginConfig }, index) => {
      if (!customOriginConfig) return undefined;
      const at = `origins[${index}].customOriginConfig`;
      const old = (customOriginConfig.originSslProtocols ?? []).filter((protocol) => protocol !== "TLSv1.2");
      return [
        mustBeOneOf(customOriginConfig.originProtocolPolicy, ["https-only"], `${at}.originProtocolPolicy`),
        old.length > 0 && `${at}.originSslProtocols holds ${old.join(", ")}`,
      ];
    }),
});

/** An S3 bucket's own name, not that of its website, which is a custom origin. */
const bucketDomain = /\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?$/;

export const originAccess = resourceRule({
  id: "aws-cloudfront-origin-access",
  title: "CloudFront signs its requests to buckets",
  severity: "high",
  description:
    "Without an origin access control the bucket has to be public for CloudFront to read it, and then anyone goes past the firewall.",
  remedy: "Set originAccessControlId of each S3 origin to an aws.cloudfront.OriginAccessControl.",
  controls: { soc2: ["CC6.1", "CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: distributions,
  check: ({ props }) =>
    props.origins?.map(
      (origin, index) =>
        !isSet(origin, "originAccessControlId") &&
        bucketDomain.test(origin.domainName ?? "") &&
        `origins[${index}].originAccessControlId is not set`,
    ),
});

export const originAccessSigned = resourceRule({
  id: "aws-cloudfront-origin-access-signed",
  title: "CloudFront's origin access controls sign each request",
  severity: "high",
  description: "Signing that a viewer's own header can switch off, or that is off, protects no bucket.",
  remedy: 'Set signingBehavior to "always" and signingProtocol to "sigv4".',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:cloudfront/originAccessControl:OriginAccessControl"],
  check: ({ props }) => [
    mustBeOneOf(props.signingBehavior, ["always"], "signingBehavior"),
    mustBeOneOf(props.signingProtocol, ["sigv4"], "signingProtocol"),
  ],
});

export const firewall = resourceRule({
  id: "aws-cloudfront-waf",
  title: "CloudFront stands behind a web ACL",
  severity: "medium",
  description:
    "What the edge lets through reaches every service behind it: the firewall is there or nowhere.",
  remedy: "Set webAclId to an aws.wafv2.WebAcl of scope CLOUDFRONT.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["6.4.2"] },
  levels: strictInProd,
  types: distributions,
  check: ({ props }) => mustBeSet(props, "webAclId"),
});

export const accessLogs = stackRule({
  id: "aws-cloudfront-access-logs",
  title: "CloudFront logs who called",
  severity: "medium",
  description: "What the cache answers never reaches a service, so that no other log has it.",
  remedy:
    "Add an aws.cloudwatch.LogDeliverySource of logType ACCESS_LOGS for the distribution, or set loggingConfig.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: distributions,
  check: (distribution, stack) =>
    !isSet(distribution.props, "loggingConfig") &&
    !pointingAt(
      stack,
      "aws:cloudwatch/logDeliverySource:LogDeliverySource",
      "resourceArn",
      distribution,
    ).some(({ props }) => props.logType === "ACCESS_LOGS") &&
    "neither loggingConfig nor a LogDeliverySource of ACCESS_LOGS is there",
});

export const responseHeaders = resourceRule({
  id: "aws-cloudfront-response-headers",
  title: "CloudFront adds security headers to each answer",
  severity: "medium",
  description:
    "At the edge they are on every answer, those from the cache and from the bucket included, whatever a service forgets.",
  remedy: "Set responseHeadersPolicyId of each behaviour.",
  controls: { soc2: ["CC6.7"] },
  levels: strictInProd,
  types: distributions,
  check: ({ props }) =>
    behaviors(props).map(({ behavior, at }) =>
      mustBeSet(behavior, "responseHeadersPolicyId", `${at}.responseHeadersPolicyId`),
    ),
});

export const strictTransport = resourceRule({
  id: "aws-cloudfront-hsts",
  title: "CloudFront tells browsers to stay on HTTPS",
  severity: "medium",
  description:
    "A browser that has been told never makes the first plain request that somebody on the way can answer; and it takes content for what it says it is.",
  remedy:
    "Set securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec to a year, and contentTypeOptions.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  settings: {
    minSeconds: {
      schema: { type: "integer", minimum: 1, description: "Fewest seconds that a browser remembers." },
      values: { dev: 3600, staging: 86400, prod: 31536000 },
    },
  },
  types: ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"],
  check: ({ props: { securityHeadersConfig: headers } }, { minSeconds }) => [
    mustBeAtLeast(
      headers?.strictTransportSecurity?.accessControlMaxAgeSec,
      minSeconds,
      "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec",
    ),
    headers?.contentTypeOptions === undefined &&
      `securityHeadersConfig.contentTypeOptions is ${show(undefined)}`,
  ],
});
