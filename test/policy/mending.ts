import type { Json } from "../../preview/plan";

/** Breaches of theirs that no setting alone mends, as `rule path`: a certificate or another listener has to come first. */
export const beyondMending: ReadonlySet<string> = new Set([
  "aws-cloudfront-tls viewerCertificate.cloudfrontDefaultCertificate",
  "aws-lb-tls defaultActions.0.type",
  "aws-lb-tls protocol",
]);

/** What a config has to say for a rule to mend. */
export const settingsOf: Readonly<Record<string, object>> = {
  "all-required-tags": {
    values: { environment: "prod", owner: "platform", "cost-center": "4711", "managed-by": "pulumi" },
  },
};

/** What a rule makes of inputs under its config; nothing where it leaves them. */
export const mendings: readonly (readonly [
  what: string,
  rule: string,
  type: string,
  inputs: Readonly<Record<string, Json>>,
  expected: Readonly<Record<string, Json>> | undefined,
  settings?: object,
])[] = [
  [
    "leaves a domain that would be made anew",
    "aws-opensearch-at-rest",
    "aws:opensearch/domain:Domain",
    { engineVersion: "Elasticsearch_6.5" },
    undefined,
  ],
  [
    "leaves a domain whose engine nobody names",
    "aws-opensearch-node-to-node",
    "aws:opensearch/domain:Domain",
    {},
    undefined,
  ],
  [
    "encrypts a domain that can be where it is",
    "aws-opensearch-at-rest",
    "aws:opensearch/domain:Domain",
    { engineVersion: "Elasticsearch_7.10" },
    { engineVersion: "Elasticsearch_7.10", encryptAtRest: { enabled: true } },
  ],
  [
    "leaves a policy of TLS that the rule takes",
    "aws-opensearch-https-tls12",
    "aws:opensearch/domain:Domain",
    { domainEndpointOptions: { tlsSecurityPolicy: "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08" } },
    {
      domainEndpointOptions: {
        tlsSecurityPolicy: "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
        enforceHttps: true,
      },
    },
  ],
  [
    "leaves a profile that the rule takes",
    "gcp-lb-ssl-policy",
    "gcp:compute/sSLPolicy:SSLPolicy",
    { profile: "MODERN" },
    { profile: "MODERN", minTlsVersion: "TLS_1_2" },
  ],
  [
    "leaves features that somebody chose",
    "gcp-lb-ssl-policy",
    "gcp:compute/sSLPolicy:SSLPolicy",
    { profile: "CUSTOM", customFeatures: ["TLS_RSA_WITH_AES_128_CBC_SHA"] },
    undefined,
  ],
  [
    "asks for a period that the config takes",
    "gcp-kms-rotation",
    "gcp:kms/cryptoKey:CryptoKey",
    { rotationPeriod: "5184000s" },
    { rotationPeriod: "2592000s" },
    { maxDays: 30 },
  ],
  [
    "leaves hops that the config takes",
    "aws-ec2-imdsv2",
    "aws:ec2/launchTemplate:LaunchTemplate",
    { metadataOptions: { httpPutResponseHopLimit: 2 } },
    { metadataOptions: { httpPutResponseHopLimit: 2, httpTokens: "required" } },
    { maxHops: 2 },
  ],
  [
    "leaves fewer hops than the config takes",
    "aws-ec2-imdsv2",
    "aws:ec2/instance:Instance",
    { metadataOptions: { httpPutResponseHopLimit: 1 } },
    { metadataOptions: { httpPutResponseHopLimit: 1, httpTokens: "required" } },
    { maxHops: 2 },
  ],
  [
    "asks for as few hops as the config",
    "aws-ec2-imdsv2",
    "aws:ec2/instance:Instance",
    { metadataOptions: { httpPutResponseHopLimit: 3 } },
    { metadataOptions: { httpPutResponseHopLimit: 1, httpTokens: "required" } },
  ],
  [
    "asks for as few hops as the config where nothing is said",
    "aws-ec2-imdsv2",
    "aws:ec2/instance:Instance",
    {},
    { metadataOptions: { httpPutResponseHopLimit: 1, httpTokens: "required" } },
  ],
  [
    "tags what has no owner, under the key that is there, beside the tags that are",
    "all-required-tags",
    "pulumi:providers:aws",
    { defaultTags: '{"keyPrefixes":["x"],"tags":{"Owner":"","team":"a"}}' },
    { defaultTags: '{"keyPrefixes":["x"],"tags":{"Owner":"platform","team":"a"}}' },
    { required: ["owner"], values: { owner: "platform", unasked: "b" } },
  ],
  [
    "labels what has no owner, and leaves what nobody gave a value for",
    "all-required-tags",
    "pulumi:providers:gcp",
    { defaultLabels: '{"cost_center":""}' },
    { defaultLabels: '{"cost_center":"4711"}' },
    { required: ["owner", "cost-center"], values: { "cost-center": "4711" } },
  ],
  [
    "asks for TLS of a certificate of one's own",
    "aws-cloudfront-tls",
    "aws:cloudfront/distribution:Distribution",
    { viewerCertificate: { acmCertificateArn: "arn" } },
    { viewerCertificate: { acmCertificateArn: "arn", minimumProtocolVersion: "TLSv1.2_2021" } },
  ],
  [
    "leaves the CDN's own certificate",
    "aws-cloudfront-tls",
    "aws:cloudfront/distribution:Distribution",
    { viewerCertificate: { cloudfrontDefaultCertificate: true } },
    undefined,
  ],
  [
    "asks for a policy of TLS of what speaks it",
    "aws-lb-tls",
    "aws:lb/listener:Listener",
    { protocol: "TLS" },
    { protocol: "TLS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" },
  ],
  [
    "leaves what speaks no TLS",
    "aws-lb-tls",
    "aws:lb/listener:Listener",
    { protocol: "HTTP", defaultActions: [{ type: "forward" }] },
    undefined,
  ],
];
