import { isSet, mustBeOneOf, mustNotBeOn, show } from "../check";
import { always, fromStaging, offInDev, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, type PlacedResource } from "../stack";

const certificates = ["aws:acm/certificate:Certificate"] as const;
const zones = ["aws:route53/zone:Zone"] as const;

/** A private zone answers within its VPCs alone. */
function isPublic({ props }: PlacedResource<"aws:route53/zone:Zone">): boolean {
  return !isSet(props, "vpcs");
}

export const certificateValidation = resourceRule({
  id: "aws-acm-dns-validation",
  title: "ACM renews certificates by itself",
  severity: "medium",
  description:
    "With its DNS record in place a certificate is renewed for ever; one by mail waits for someone to click, once a year.",
  remedy: 'Set validationMethod to "DNS".',
  controls: { soc2: ["A1.2", "CC6.7"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: certificates,
  // What is brought along, or comes from a private authority, is not validated.
  applies: ({ props }) => !isSet(props, "privateKey") && !isSet(props, "certificateAuthorityArn"),
  check: ({ props }) => mustBeOneOf(props.validationMethod, ["DNS"], "validationMethod"),
});

export const certificateKey = resourceRule({
  id: "aws-acm-key-algorithm",
  title: "ACM certificates have keys of today",
  severity: "high",
  description: "RSA with 1,024 bits is broken by those who can afford it, and refused by browsers.",
  remedy: 'Set keyAlgorithm to "EC_prime256v1", or leave it out, which is RSA_2048.',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: certificates,
  check: ({ props }) => props.keyAlgorithm === "RSA_1024" && `keyAlgorithm is ${show(props.keyAlgorithm)}`,
});

export const certificateTransparency = resourceRule({
  id: "aws-acm-transparency",
  title: "ACM certificates are in the public log",
  severity: "low",
  description: "Browsers refuse certificates that no log has, and the log shows those that others obtained.",
  remedy: "Leave options.certificateTransparencyLoggingPreference out.",
  controls: { soc2: ["CC6.7"] },
  levels: fromStaging,
  types: certificates,
  check: ({ props }) =>
    props.options?.certificateTransparencyLoggingPreference === "DISABLED" &&
    'options.certificateTransparencyLoggingPreference is "DISABLED"',
});

export const dnssec = stackRule({
  id: "aws-route53-dnssec",
  title: "Route 53 signs public zones",
  severity: "medium",
  description:
    "Without signatures a resolver can be told any address, and with it certificates can be had for the domain.",
  remedy: "Add an aws.route53.KeySigningKey and an aws.route53.HostedZoneDnsSec for the zone.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: zones,
  applies: isPublic,
  check: (zone, stack) => {
    // The zone's id may come by way of its key.
    const keys = pointingAt(stack, "aws:route53/keySigningKey:KeySigningKey", "hostedZoneId", zone);
    const [signing] = [zone, ...keys].flatMap((source) =>
      pointingAt(stack, "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec", "hostedZoneId", source),
    );
    if (!signing) return "no HostedZoneDnsSec is about this zone";
    return mustBeOneOf(signing.props.signingStatus ?? "SIGNING", ["SIGNING"], "its signingStatus");
  },
});

export const zoneKept = resourceRule({
  id: "aws-route53-no-force-destroy",
  title: "Route 53 zones with records refuse deletion",
  severity: "medium",
  description:
    "A zone that is made anew has other name servers: nothing of the domain answers until its registrar knows them.",
  remedy: "Leave forceDestroy false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: zones,
  check: ({ props }) => mustNotBeOn(props.forceDestroy, "forceDestroy"),
  remediation: {
    "aws:route53/zone:Zone": { forceDestroy: false },
  },
});

export const queryLog = stackRule({
  id: "aws-route53-query-log",
  title: "Route 53 logs queries for public zones",
  severity: "low",
  description: "Who looks for names that don't exist, or no longer do, shows in no other log.",
  remedy: "Add an aws.route53.QueryLog for the zone, to a log group in us-east-1.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: zones,
  applies: isPublic,
  check: (zone, stack) =>
    pointingAt(stack, "aws:route53/queryLog:QueryLog", "zoneId", zone).length === 0 &&
    "no QueryLog is about this zone",
});
