import { CidrError, isPrivateCidr, parseCidr, subnetOf } from "./cidr";

/** Which tier a subnet belongs to: load balancers, nodes and pods, or data stores. */
export const tiers = ["public", "private", "data"] as const;
export type Tier = (typeof tiers)[number];

/**
 * How many zones a network may grow to. Each tier is cut into 8 slots, the next power of two, so that a zone's blocks go
 * by its place alone and a further zone moves nothing.
 */
export const maxZones = 6;

/** Largest block of a network: AWS takes no VPC larger than /16. */
export const maxNetworkPrefix = 16;

/**
 * Smallest block of a network: a public subnet of a /22 is a /27, the least a load balancer of AWS takes ("a CIDR block
 * with at least a /27 bitmask … and at least eight free IP addresses", Elastic Load Balancing user guide, subnets).
 */
export const minNetworkPrefix = 22;

const slotBits = 3;

/** Where a tier lies in the network's block: half goes to nodes and pods, a quarter each to stores and load balancers. */
const share: Readonly<Record<Tier, { readonly bits: number; readonly index: number }>> = {
  private: { bits: 1, index: 0 },
  data: { bits: 2, index: 2 },
  public: { bits: 2, index: 3 },
};

/** One subnet to make. */
export interface SubnetPlan {
  /** Tier and zone, such as `private-a`: what logical names are made from. */
  readonly key: string;
  readonly tier: Tier;
  /** The zone's suffix, such as `a`. */
  readonly zone: string;
  readonly cidr: string;
}

/** The same layout seen region-wide, for a cloud whose subnets span zones: each block is a tier whole. */
export interface RegionPlan {
  /** Nodes, and pods where they share the nodes' addresses. */
  readonly nodes: string;
  /** Data stores. */
  readonly data: string;
  /** Load balancers and proxies. */
  readonly loadBalancers: string;
}

/**
 * Lays out one subnet a tier and zone, tier by tier, zones in the order given.
 *
 * A subnet's block follows from the network's block, the tier and the zone's place only: adding zones at the end, up to
 * {@link maxZones}, moves none. Throws {@link CidrError} where the block can't carry a network.
 */
export function planSubnets({
  cidr,
  zones,
}: {
  readonly cidr: string;
  readonly zones: readonly string[];
}): readonly SubnetPlan[] {
  if (zones.length < 1 || zones.length > maxZones || new Set(zones).size !== zones.length) {
    throw new RangeError(`zones: expected 1 to ${maxZones} different zones, got ${JSON.stringify(zones)}`);
  }
  const prefix = parseNetworkCidr(cidr);
  return tiers.flatMap((tier) =>
    zones.map((zone, place) => ({
      key: `${tier}-${zone}`,
      tier,
      zone,
      cidr: subnetOf(tierBlock(cidr, tier), prefix + share[tier].bits + slotBits, place),
    })),
  );
}

/** The blocks that hold each tier of {@link planSubnets}, whatever the zones. */
export function planRegion({ cidr }: { readonly cidr: string }): RegionPlan {
  parseNetworkCidr(cidr);
  return {
    nodes: tierBlock(cidr, "private"),
    data: tierBlock(cidr, "data"),
    loadBalancers: tierBlock(cidr, "public"),
  };
}

function tierBlock(cidr: string, tier: Tier): string {
  const { bits, index } = share[tier];
  return subnetOf(cidr, parseCidr(cidr).prefix + bits, index);
}

/** Prefix of a block that can carry a network, or a {@link CidrError}. */
function parseNetworkCidr(text: string): number {
  const { prefix } = parseCidr(text);
  if (prefix < maxNetworkPrefix || prefix > minNetworkPrefix) {
    const size = prefix < maxNetworkPrefix ? "too large" : "too small for its subnets";
    throw new CidrError(`a block of /${maxNetworkPrefix} to /${minNetworkPrefix}`, `"${text}", ${size}`);
  }
  if (!isPrivateCidr(text)) {
    throw new CidrError(
      "a private block, within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) or 100.64.0.0/10 (RFC 6598)",
      `"${text}"`,
    );
  }
  return prefix;
}
