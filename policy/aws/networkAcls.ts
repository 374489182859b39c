import { isOpenToAll } from "../check";
import { always } from "../levels";
import { adminPorts } from "../ports";
import type { ResourceOf } from "../resource";
import { resourceRule } from "../rule";

const types = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"] as const;

/** FTP's two, and those by which people sign in to machines. */
const refused = [20, 21, ...adminPorts];

/** A rule that lets something in. */
interface Inbound {
  readonly blocks: readonly unknown[];
  readonly from: number;
  readonly to: number;
}

/** 6 and 17 are the numbers of TCP and UDP; -1 is every protocol, whose ports are not looked at. */
const withPorts = ["6", "tcp", "17", "udp"];

/** What an ACL, or a rule beside one, lets in by TCP or UDP. */
function inboundOf(resource: ResourceOf<(typeof types)[number]>): readonly Inbound[] {
  const rules =
    resource.type === "aws:ec2/networkAcl:NetworkAcl"
      ? (resource.props.ingress ?? []).filter(({ action }) => action === "allow")
      : resource.props.ruleAction === "allow" && resource.props.egress !== true
        ? [resource.props]
        : [];
  return rules.flatMap(({ protocol = "-1", cidrBlock, ipv6CidrBlock, fromPort, toPort }) => {
    const blocks = [cidrBlock, ipv6CidrBlock];
    if (protocol === "-1" || protocol === "all") return [{ blocks, from: 0, to: 65_535 }];
    return withPorts.includes(protocol) ? [{ blocks, from: fromPort ?? 0, to: toPort ?? 65_535 }] : [];
  });
}

export const noAdminPorts = resourceRule({
  id: "aws-vpc-nacl-no-admin-ports",
  title: "Network ACLs let nobody sign in to machines from the internet",
  severity: "high",
  description:
    "The ACL is what still holds when a security group is wrong: SSH, Remote Desktop and FTP have no business with the internet.",
  remedy: "Leave ports 20, 21, 22 and 3389 out of the ranges that 0.0.0.0/0 and ::/0 are allowed.",
  controls: { cisAws: ["6.2"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.2"] },
  levels: always,
  types,
  check: (resource) =>
    inboundOf(resource)
      .filter(({ blocks }) => blocks.some(isOpenToAll))
      .flatMap(({ from, to }) => refused.filter((port) => from <= port && port <= to))
      .map((port) => `port ${port} is allowed from everywhere`),
});
