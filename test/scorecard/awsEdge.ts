import { atLeast, type Expectation, given, holding, type Setting } from "./setting";

const zone = { area: "DNS", type: "aws:route53/zone:Zone" };
const cdn = { area: "edge", type: "aws:cloudfront/distribution:Distribution" };
const headers = { area: "edge", type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy" };
const cache = { area: "edge", type: "aws:cloudfront/cachePolicy:CachePolicy" };
const firewall = { area: "edge", type: "aws:wafv2/webAcl:WebAcl" };
const firewallLogs = {
  area: "edge",
  type: "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
};
const logs = {
  area: "edge",
  type: "aws:cloudwatch/logGroup:LogGroup",
  only: /-(edge-firewall-logs|edge-access-logs|zone-queries)$/,
};

/** What the value says, written as JSON. */
function text(words: string, holds: (json: string) => boolean): Expectation {
  return { words, holds: (value) => value !== undefined && holds(JSON.stringify(value)) };
}

/** What a zone and an edge on AWS have without being told. */
export const awsEdgeSettings: readonly Setting[] = [
  {
    ...zone,
    setting: "zone deletion refused by Pulumi",
    path: "option:protect",
    expected: true,
    elsewhere: "-",
    why: "a new zone has other name servers, and the delegation breaks",
  },
  {
    area: "DNS",
    type: "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
    setting: "public zones signed",
    path: "signingStatus",
    expected: "SIGNING",
    elsewhere: "-",
    why: "answers can't be forged on their way",
  },
  {
    area: "DNS",
    type: "aws:route53/queryLog:QueryLog",
    setting: "queries of a zone logged",
    path: "cloudwatchLogGroupArn",
    expected: given,
    elsewhere: "-",
    why: "Security Hub Route53.2",
  },
  {
    area: "DNS",
    type: "aws:route53/record:Record",
    only: /-authorities$/,
    setting: "certificates from the authorities in use alone",
    path: "records",
    expected: holding('0 issue "amazon.com"', '0 issue "letsencrypt.org"'),
    elsewhere: "-",
    why: "another authority refuses, whoever asks it",
  },
  {
    ...cdn,
    setting: "TLS 1.2 or later from clients",
    path: "viewerCertificate.minimumProtocolVersion",
    expected: "TLSv1.2_2021",
    elsewhere: "-",
    why: "Security Hub CloudFront.10",
  },
  {
    ...cdn,
    setting: "plain text redirected",
    path: "defaultCacheBehavior.viewerProtocolPolicy",
    expected: "redirect-to-https",
    elsewhere: "-",
    why: "Security Hub CloudFront.3",
  },
  {
    ...cdn,
    setting: "the origin is called by TLS alone",
    path: "origins.*.customOriginConfig.originProtocolPolicy",
    expected: "https-only",
    elsewhere: "-",
    why: "Security Hub CloudFront.9",
  },
  {
    ...cdn,
    setting: "a firewall before everything",
    path: "webAclId",
    expected: given,
    elsewhere: "-",
    why: "Security Hub CloudFront.6",
  },
  {
    ...headers,
    setting: "browsers stay with TLS for a year",
    path: "securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec",
    expected: atLeast(31_536_000),
    elsewhere: "-",
    why: "no first request in plain text",
  },
  {
    ...headers,
    setting: "browsers put it in no frame",
    path: "securityHeadersConfig.frameOptions.frameOption",
    expected: "DENY",
    elsewhere: "-",
    why: "no clicks on what is not seen",
  },
  {
    ...headers,
    setting: "browsers guess no content type",
    path: "securityHeadersConfig.contentTypeOptions.override",
    expected: true,
    elsewhere: "-",
    why: "an upload is no script",
  },
  {
    ...cache,
    setting: "what the origin says nothing about is not kept",
    path: "defaultTtl",
    expected: 0,
    elsewhere: "-",
    why: "CloudFront's own default is a day",
  },
  {
    ...cache,
    setting: "an answer to one session is no other's",
    path: "parametersInCacheKeyAndForwardedToOrigin.headersConfig.headers.items",
    expected: holding("Authorization", "Host"),
    elsewhere: "-",
    why: "CloudFront shares what the key does not tell apart",
  },
  {
    ...firewall,
    setting: "an address is refused above a rate",
    path: "rules",
    expected: text("a limit of 2000", (json) => json.includes('"limit":2000')),
    elsewhere: "-",
    why: "one client takes nobody else's place",
  },
  {
    ...firewall,
    setting: "requests judged by AWS's rule groups",
    path: "rules",
    expected: text("6 groups", (json) => json.split('"vendorName":"AWS"').length === 7),
    elsewhere: "-",
    why: "injections, known exploits, bad addresses",
  },
  {
    ...firewallLogs,
    setting: "the firewall's log without credentials",
    path: "redactedFields",
    expected: text("authorization, cookie", (json) =>
      ["authorization", "cookie"].every((header) => json.includes(`"name":"${header}"`)),
    ),
    elsewhere: "-",
    why: "whoever reads the log is nobody else",
  },
  {
    ...logs,
    setting: "logs of edge and zone encrypted with a key of our own",
    path: "kmsKeyId",
    expected: given,
    elsewhere: "-",
    why: "addresses are personal data",
  },
  {
    ...logs,
    setting: "logs of edge and zone kept for a year",
    path: "retentionInDays",
    expected: atLeast(365),
    elsewhere: "-",
    why: "Security Hub CloudWatch.16",
  },
];
