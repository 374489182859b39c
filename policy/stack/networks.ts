import ipaddr from "ipaddr.js";
import { show } from "../check";
import { always } from "../levels";
import type { Props } from "../resource";
import { stackRule } from "../rule";
import type { PlacedResource, Stack } from "../stack";
import { ifKnown } from "../unknown";

const types = ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "gcp:compute/subnetwork:Subnetwork"] as const;
type Network = PlacedResource<(typeof types)[number]>;

/** A block of addresses that a network or subnet has. */
interface Block {
  readonly cidr: string;
  /** The resource that has it. */
  readonly urn: string;
  readonly name: string;
  /** Blocks of one level may not overlap; a subnet's is within its network's. */
  readonly level: "network" | "subnet";
}

/** Blocks that a resource has, so far as they are known. */
function blocksOf(resource: Network): readonly Block[] {
  const { urn, name } = resource;
  switch (resource.type) {
    case "aws:ec2/vpc:Vpc":
      return named([ifKnown(() => resource.props.cidrBlock)], { urn, name, level: "network" });
    case "aws:ec2/subnet:Subnet":
      return named([ifKnown(() => resource.props.cidrBlock)], { urn, name, level: "subnet" });
    case "gcp:compute/subnetwork:Subnetwork":
      return named([ifKnown(() => resource.props.ipCidrRange), ...secondary(resource.props)], {
        urn,
        name,
        level: "subnet",
      });
  }
}

function secondary({
  secondaryIpRanges = [],
}: Props<"gcp:compute/subnetwork:Subnetwork">): readonly (string | undefined)[] {
  return secondaryIpRanges.map((range) => ifKnown(() => range.ipCidrRange));
}

function named(
  cidrs: readonly (string | undefined)[],
  of: Pick<Block, "urn" | "name" | "level">,
): readonly Block[] {
  return cidrs.filter((cidr) => cidr !== undefined).map((cidr) => ({ cidr, ...of }));
}

/** All blocks of the stack. */
function blocksIn(stack: Stack): readonly Block[] {
  return stack.once("blocks of addresses", (all) => all.ofType(...types).flatMap(blocksOf));
}

/** True for two IPv4 blocks that have an address in common. */
function overlap(one: string, other: string): boolean {
  if (!ipaddr.IPv4.isValidCIDR(one) || !ipaddr.IPv4.isValidCIDR(other)) return false;
  const [a, aBits] = ipaddr.IPv4.parseCIDR(one);
  const [b, bBits] = ipaddr.IPv4.parseCIDR(other);
  return a.match(b, Math.min(aBits, bBits));
}

export const noOverlap = stackRule({
  id: "all-networks-no-overlap",
  title: "No two networks have the same addresses",
  severity: "high",
  description:
    "Networks whose addresses overlap can never be connected, and in one network the cloud refuses the second subnet halfway through an update.",
  remedy: "Give each network, subnet and secondary range a block of its own, and none of peers.",
  controls: { soc2: ["A1.2"] },
  levels: always,
  settings: {
    peers: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Blocks of networks elsewhere that this stack's are connected to, or may be.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types,
  check: (resource, stack, { peers }) => {
    const own = blocksOf(resource);
    return own.map(({ cidr, urn, level }, place) => [
      blocksIn(stack)
        .filter((other) => other.level === level && other.urn !== urn && overlap(cidr, other.cidr))
        .map((other) => `${cidr} overlaps ${other.cidr} of ${other.name}`),
      own
        .slice(place + 1)
        .filter((other) => overlap(cidr, other.cidr))
        .map((other) => `${cidr} overlaps ${other.cidr}, its own`),
      peers.filter((peer) => overlap(cidr, peer)).map((peer) => `${cidr} overlaps ${show(peer)} of peers`),
    ]);
  },
});
