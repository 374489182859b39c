import { isTrue, mustBeOn, mustBeOneOf, mustNotBeOn } from "../check";
import { always, offInDev, strictInProd } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

const zones = ["gcp:dns/managedZone:ManagedZone"] as const;

function isPublic({ props }: ResourceOf<"gcp:dns/managedZone:ManagedZone">): boolean {
  return (props.visibility ?? "public") === "public";
}

export const dnssec = resourceRule({
  id: "gcp-dns-dnssec",
  title: "Cloud DNS signs public zones",
  severity: "medium",
  description:
    "Without signatures a resolver can be told any address, and with it certificates can be had for the domain.",
  remedy: 'Set dnssecConfig.state to "on".',
  controls: { cisGcp: ["3.3"], soc2: ["CC6.7"], gdpr: ["32(1)(b)"] },
  levels: strictInProd,
  types: zones,
  applies: isPublic,
  check: ({ props }) => mustBeOneOf(props.dnssecConfig?.state, ["on"], "dnssecConfig.state"),
});

export const signingAlgorithm = resourceRule({
  id: "gcp-dns-no-sha1",
  title: "Cloud DNS signs with no SHA-1",
  severity: "medium",
  description:
    "Signatures over SHA-1 can be forged by those who can afford it, and resolvers stop believing them.",
  remedy: "Set dnssecConfig.defaultKeySpecs with algorithm ecdsap256sha256, or leave them out.",
  controls: { cisGcp: ["3.4", "3.5"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: zones,
  applies: isPublic,
  check: ({ props }) =>
    (props.dnssecConfig?.defaultKeySpecs ?? []).map(
      ({ algorithm }, index) =>
        algorithm === "rsasha1" && `dnssecConfig.defaultKeySpecs[${index}].algorithm is "rsasha1"`,
    ),
});

export const zoneKept = resourceRule({
  id: "gcp-dns-no-force-destroy",
  title: "Cloud DNS zones with records refuse deletion",
  severity: "medium",
  description:
    "A zone that is made anew has other name servers: nothing of the domain answers until its registrar knows them.",
  remedy: "Leave forceDestroy false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: zones,
  applies: isPublic,
  check: ({ props }) => mustNotBeOn(props.forceDestroy, "forceDestroy"),
});

export const queryLog = resourceRule({
  id: "gcp-dns-zone-logging",
  title: "Cloud DNS logs queries for public zones",
  severity: "low",
  description: "Who looks for names that don't exist, or no longer do, shows in no other log.",
  remedy: "Set cloudLoggingConfig.enableLogging to true.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: zones,
  applies: isPublic,
  check: ({ props }) => mustBeOn(props.cloudLoggingConfig?.enableLogging, "cloudLoggingConfig.enableLogging"),
});

export const networkLog = stackRule({
  id: "gcp-dns-network-logging",
  title: "Cloud DNS logs what a network asks for",
  severity: "medium",
  description: "What carries data out, or calls home, asks for a name first.",
  remedy: "Add a gcp.dns.Policy with enableLogging that names the network in networks.",
  controls: { cisGcp: ["2.13"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: ["gcp:compute/network:Network"],
  check: (network, stack) =>
    !stack
      .ofType("gcp:dns/policy:Policy")
      .some((policy) => pointsAt(policy, "networks", network) && isTrue(policy.props.enableLogging)) &&
    "no DNS Policy with enableLogging is of this network",
});
