import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that the DNS zone and the edge of AWS register. */
export const outputs: OutputTable = {
  "aws:acm/certificate:Certificate": computes<aws.acm.Certificate>()((r) => {
    const arn = `arn:aws:acm:${r.region}:${r.account}:certificate/${uuid(r)}`;
    return { id: arn, arn, domainValidationOptions: hostsOf(r).map((host) => proofOf(host, r)) };
  }),
  "aws:acm/certificateValidation:CertificateValidation": computes<aws.acm.CertificateValidation>()((r) => ({
    id: text(r, "certificateArn"),
  })),
  "aws:cloudfront/cachePolicy:CachePolicy": computes<aws.cloudfront.CachePolicy>()((r) =>
    ofCloudFront(r, "cache-policy", uuid(r)),
  ),
  "aws:cloudfront/distribution:Distribution": computes<aws.cloudfront.Distribution>()((r) => ({
    id: distributionId(r),
    arn: `arn:aws:cloudfront::${r.account}:distribution/${distributionId(r)}`,
    domainName: `d${r.hex(13)}.cloudfront.net`,
    hostedZoneId: "Z2FDTNDATAQYW2",
    status: "Deployed",
  })),
  "aws:cloudfront/originAccessControl:OriginAccessControl": computes<aws.cloudfront.OriginAccessControl>()(
    (r) => ofCloudFront(r, "origin-access-control", distributionId(r)),
  ),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy":
    computes<aws.cloudfront.ResponseHeadersPolicy>()((r) =>
      ofCloudFront(r, "response-headers-policy", uuid(r)),
    ),
  "aws:cloudwatch/logDelivery:LogDelivery": computes<aws.cloudwatch.LogDelivery>()((r) => ({
    id: r.hex(16),
    arn: `arn:aws:logs:${r.region}:${r.account}:delivery:${r.hex(16)}`,
  })),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination":
    computes<aws.cloudwatch.LogDeliveryDestination>()((r) => ({
      id: r.autoName,
      name: r.autoName,
      arn: `arn:aws:logs:${r.region}:${r.account}:delivery-destination:${r.autoName}`,
      deliveryDestinationType: "CWL",
    })),
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": computes<aws.cloudwatch.LogDeliverySource>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:logs:${r.region}:${r.account}:delivery-source:${r.autoName}`,
    service: "cloudfront",
  })),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": computes<aws.cloudwatch.LogResourcePolicy>()((r) => ({
    id: text(r, "policyName"),
  })),
  "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": computes<aws.route53.HostedZoneDnsSec>()((r) => ({
    id: text(r, "hostedZoneId"),
  })),
  "aws:route53/keySigningKey:KeySigningKey": computes<aws.route53.KeySigningKey>()((r) => ({
    id: `${text(r, "hostedZoneId")},${text(r, "name")}`,
  })),
  "aws:route53/queryLog:QueryLog": computes<aws.route53.QueryLog>()((r) => ({
    id: uuid(r),
    arn: `arn:aws:route53:::queryloggingconfig/${uuid(r)}`,
  })),
  "aws:route53/record:Record": computes<aws.route53.Record>()((r) => ({
    id: `${text(r, "zoneId")}_${text(r, "name")}_${text(r, "type")}`,
    fqdn: text(r, "name").replace(/\.$/, ""),
  })),
  "aws:route53/zone:Zone": computes<aws.route53.Zone>()((r) => {
    const zoneId = `Z${r.hex(20).toUpperCase()}`;
    const nameServers = ["com", "net", "org", "co.uk"].map(
      (tld, place) => `ns-${place + 1}.awsdns-0${place}.${tld}`,
    );
    return {
      id: zoneId,
      zoneId,
      arn: `arn:aws:route53:::hostedzone/${zoneId}`,
      nameServers,
      primaryNameServer: "ns-1.awsdns-00.com",
    };
  }),
  "aws:shield/protection:Protection": computes<aws.shield.Protection>()((r) => ({
    id: uuid(r),
    name: r.autoName,
    arn: `arn:aws:shield::${r.account}:protection/${uuid(r)}`,
  })),
  "aws:wafv2/webAcl:WebAcl": computes<aws.wafv2.WebAcl>()((r) => ({
    id: uuid(r),
    name: r.autoName,
    arn: `arn:aws:wafv2:${r.region}:${r.account}:global/webacl/${r.autoName}/${uuid(r)}`,
  })),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration":
    computes<aws.wafv2.WebAclLoggingConfiguration>()((r) => ({ id: text(r, "resourceArn") })),
};

/** Ids of policies of AWS's own: made up, since what they are is the account's to say. */
const managedPolicies: ReadonlyMap<unknown, string> = new Map([
  ["Managed-AllViewer", "00000000-0000-4000-8000-000000000001"],
  ["Managed-CachingDisabled", "00000000-0000-4000-8000-000000000002"],
]);

function managedPolicy({ name }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const id = managedPolicies.get(name);
  if (id === undefined) throw new Error(`expected a policy that AWS has, got "${String(name)}"`);
  return { id, name };
}

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {
  "aws:cloudfront/getCachePolicy:getCachePolicy": managedPolicy,
  "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": managedPolicy,
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }, { region }) => ({
    id: "pl-0123456789abcdef0",
    arn: `arn:aws:ec2:${region}:aws:prefix-list/pl-0123456789abcdef0`,
    name,
    addressFamily: "IPv4",
    maxEntries: 55,
    // addresses for documentation, RFC 5737
    entries: ["198.51.100.0/24", "203.0.113.0/24"].map((cidr) => ({ cidr, description: "" })),
  }),
  "aws:lb/getHostedZoneId:getHostedZoneId": ({ region, loadBalancerType }) => ({
    id: `Z0${String(loadBalancerType).toUpperCase()}0STANDIN`,
    region,
    loadBalancerType,
  }),
};

/** A part of CloudFront, which stands in no region. */
function ofCloudFront(
  { account, autoName }: Registered,
  kind: string,
  id: string,
): { id: string; name: string; arn: string } {
  return { id, name: autoName, arn: `arn:aws:cloudfront::${account}:${kind}/${id}` };
}

function distributionId({ hex }: Registered): string {
  return `E${hex(13).toUpperCase()}`;
}

/** The names that a certificate is for. */
function hostsOf(r: Registered): readonly string[] {
  const others: unknown = r.inputs["subjectAlternativeNames"];
  const named = Array.isArray(others)
    ? others.filter((host): host is string => typeof host === "string")
    : [];
  return [text(r, "domainName"), ...named];
}

function proofOf(
  host: string,
  { hex }: Registered,
): Record<"domainName" | "resourceRecordName" | "resourceRecordType" | "resourceRecordValue", string> {
  return {
    domainName: host,
    resourceRecordName: `_${hex(32)}.${host}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${hex(32)}.validations.aws.`,
  };
}

function uuid({ hex }: Registered): string {
  return hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
