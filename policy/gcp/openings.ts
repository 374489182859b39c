import { isOpenToAll, isPrivateBlock, isSet } from "../check";
import type { ResourceOf } from "../resource";

/** Rules of firewall policies: of an organization or folder, of networks everywhere, of networks in a region. */
export const policyRules = [
  "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
  "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
  "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
] as const;

/** What lets something in to a network. */
export const firewallTypes = ["gcp:compute/firewall:Firewall", ...policyRules] as const;

/** A protocol and ports that are let in, and from which blocks. */
export interface Opening {
  readonly sources: readonly string[];
  readonly protocol: string;
  /** Ranges of ports, both ends within; every port where none is named. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

type Rule<T extends (typeof firewallTypes)[number]> = ResourceOf<T>;

/** What a rule lets in; nothing where it is switched off, refuses, or is about the way out. */
export function openingsOf(rule: Rule<(typeof firewallTypes)[number]>): readonly Opening[] {
  if (rule.props.disabled === true || rule.props.direction === "EGRESS") return [];
  return rule.type === "gcp:compute/firewall:Firewall" ? ofFirewall(rule) : ofPolicy(rule);
}

/** The blocks that a network's rule names; everyone where it names nobody, in an empty list neither. */
export function firewallSources({ props }: Rule<"gcp:compute/firewall:Firewall">): readonly string[] {
  const narrowed = isSet(props, "sourceTags") || isSet(props, "sourceServiceAccounts");
  return sourcesOf(props.sourceRanges, narrowed);
}

function ofFirewall(rule: Rule<"gcp:compute/firewall:Firewall">): readonly Opening[] {
  const sources = firewallSources(rule);
  return (rule.props.allows ?? []).map(({ protocol, ports }) => openingOf(sources, protocol, ports));
}

/** Ways of a policy's rule to say who calls, other than blocks of addresses. */
const narrowing = ["srcSecureTags", "srcAddressGroups", "srcFqdns", "srcNetworks"] as const;

function ofPolicy({ props: { action, match } }: Rule<(typeof policyRules)[number]>): readonly Opening[] {
  if (action !== "allow" && action !== "apply_security_profile_group") return [];
  const narrowed = narrowing.some((way) => isSet(match, way));
  const sources = sourcesOf(match?.srcIpRanges, narrowed);
  return (match?.layer4Configs ?? []).map(({ ipProtocol, ports }) => openingOf(sources, ipProtocol, ports));
}

/** The blocks that are named; none where others are let in by name, and everyone where nobody is named. */
function sourcesOf(ranges: readonly string[] | undefined, narrowed: boolean): readonly string[] {
  const named = ranges ?? [];
  return named.length > 0 || narrowed ? named : ["0.0.0.0/0"];
}

function openingOf(
  sources: readonly string[],
  protocol: string | undefined,
  ports: readonly string[] | undefined,
): Opening {
  const named = (ports ?? []).map((port): readonly [number, number] => {
    const [from = "", to = from] = port.split("-");
    return [Number(from), Number(to)];
  });
  return {
    sources,
    protocol: (protocol ?? "all").toLowerCase(),
    ranges: named.length > 0 ? named : [[0, 65_535]],
  };
}

/** TCP by name and number, and everything. */
const overTcp = ["tcp", "6", "all"];

/** True where TCP connections to the port are let in. */
export function letsInPort({ protocol, ranges }: Opening, port: number): boolean {
  return overTcp.includes(protocol) && ranges.some(([from, to]) => from <= port && port <= to);
}

/** True for a protocol that has ports: TCP, UDP and SCTP, by name and number, and everything. */
export function hasPorts({ protocol }: Opening): boolean {
  return [...overTcp, "udp", "17", "sctp", "132"].includes(protocol);
}

/** Sources that are everyone. */
export function isForAll({ sources }: Opening): boolean {
  return sources.some(isOpenToAll);
}

/** Sources that are no private network. */
export function outsiders({ sources }: Opening): readonly string[] {
  return sources.filter((source) => !isPrivateBlock(source));
}
