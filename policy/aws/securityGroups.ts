import { isOpenToAll, isPrivateBlock, isSet, isWithin, show } from "../check";
import { adminCidrs, adminPorts, datastorePorts } from "../ports";
import { always, fromStaging, onlyWarns } from "../levels";
import { resourceRule, stackRule, type Verdict } from "../rule";
import { pointsAt, type PlacedResource, type Stack } from "../stack";
import { egressOf, egressTypes, holdsPort, ingressOf, ingressTypes } from "./ports";

export const noOpenIngress = resourceRule({
  id: "aws-ec2-sg-no-open-ingress",
  title: "Security groups let in the world on web ports only",
  severity: "critical",
  description:
    "What listens on any other port is for our own networks; a port open to 0.0.0.0/0 or ::/0 is found within minutes.",
  remedy:
    "Name the source security group or the CIDR blocks that need it; serve the public through the load balancer.",
  controls: { cisAws: ["6.3", "6.4"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.2"] },
  levels: always,
  settings: {
    publicPorts: {
      schema: {
        type: "array",
        items: { type: "integer" },
        description: "Ports that may be open to everyone.",
      },
      values: { dev: [80, 443], staging: [80, 443], prod: [80, 443] },
    },
  },
  types: ingressTypes,
  check: (resource, { publicPorts }): Verdict =>
    ingressOf(resource)
      .filter(
        ({ cidrs, from, to }) => cidrs.some(isOpenToAll) && !(from === to && publicPorts.includes(from)),
      )
      .map(
        ({ from, to }) =>
          `ports ${from} to ${to} are open to everyone, expected ${publicPorts.join(", ")} only`,
      ),
});

/** What lets something in stands beside a group of rules, or is one. */
const besideGroups: readonly string[] = ingressTypes.filter(
  (type) => type !== "aws:ec2/securityGroup:SecurityGroup",
);

/**
 * True where the group is worn by endpoints alone: nobody signs in to one, and some answer on thousands of ports, as
 * that of Atlas does from 1024 on.
 */
function isOfEndpoints(resource: PlacedResource<(typeof ingressTypes)[number]>, stack: Stack): boolean {
  const groups =
    resource.type === "aws:ec2/securityGroup:SecurityGroup"
      ? [resource]
      : (resource.propertyDependencies["securityGroupId"] ?? []);
  const wearers = groups
    .flatMap((group) => stack.takersOf(group))
    .filter(({ type }) => !besideGroups.includes(type));
  return wearers.length > 0 && wearers.every(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
}

export const noAdminPorts = stackRule({
  id: "aws-ec2-sg-no-admin-ports",
  title: "Security groups let nobody sign in to machines",
  severity: "critical",
  description:
    "SSH and Remote Desktop are what is tried first from any foothold, also from one inside the network; Session Manager needs neither port.",
  remedy:
    "Take ports 22 and 3389 out of the range, name a security group as the source, or list the bastion's block in adminCidrs.",
  controls: {
    cisAws: ["6.1.2", "6.3", "6.4"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["1.3.1", "1.4.2"],
  },
  levels: always,
  settings: { adminCidrs: adminCidrs([]) },
  types: ingressTypes,
  applies: (resource, stack) => !isOfEndpoints(resource, stack),
  check: (resource, _, settings) =>
    ingressOf(resource).flatMap((opening) =>
      adminPorts
        .filter((port) => holdsPort(opening, port))
        .flatMap((port) =>
          opening.cidrs
            .filter((cidr) => !isWithin(cidr, settings.adminCidrs))
            .map((cidr) => `port ${port} is open to ${show(cidr)}, expected adminCidrs only`),
        ),
    ),
});

export const noDatastorePorts = resourceRule({
  id: "aws-ec2-sg-no-datastore-ports",
  title: "Security groups keep stores to private networks",
  severity: "critical",
  description:
    "Databases, caches, brokers and search engines on an address of the internet are found and emptied by programs that look for nothing else.",
  remedy: "Name the clients' security group as the source, or a private block of theirs.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.4"] },
  levels: always,
  types: ingressTypes,
  check: (resource) =>
    ingressOf(resource).flatMap((opening) => {
      const ports = datastorePorts.filter((port) => holdsPort(opening, port));
      if (ports.length === 0) return [];
      return opening.cidrs
        .filter((cidr) => !isPrivateBlock(cidr))
        .map((cidr) => `${portsInWords(ports)} open to ${show(cidr)}, expected private blocks only`);
    }),
});

function portsInWords(ports: readonly number[]): string {
  return ports.length === 1 ? `port ${String(ports[0])} is` : `ports ${ports.join(", ")} are`;
}

export const egressRestricted = resourceRule({
  id: "aws-ec2-sg-egress-restricted",
  title: "Security groups let out what is needed",
  severity: "medium",
  description:
    "Whoever has taken over a machine carries its data out by any port and protocol that its security group leaves open.",
  remedy: "Name the ports and the blocks or security groups that are called, instead of protocol -1 to all.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.2"] },
  levels: onlyWarns,
  types: egressTypes,
  check: (resource) =>
    egressOf(resource).some(({ cidrs, everything }) => everything && cidrs.some(isOpenToAll)) &&
    "everything may be sent to every address",
});

export const describedGroups = resourceRule({
  id: "aws-ec2-sg-described",
  title: "Security groups say what they are for",
  severity: "low",
  description:
    "The description can't be changed later, and Pulumi's default says nothing to whoever reads the console at night.",
  remedy: "Set description.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  types: ["aws:ec2/securityGroup:SecurityGroup"],
  check: ({ props }) =>
    ["", "Managed by Pulumi", "Managed by Terraform"].includes(props.description ?? "") &&
    `description is ${show(props.description)}, expected what the group is for`,
});

export const describedRules = resourceRule({
  id: "aws-ec2-sg-rules-described",
  title: "Rules of security groups say whom they are for",
  severity: "low",
  description: "An address without a name is never taken out again, as nobody knows whose it was.",
  remedy: "Set description of each rule, within the group and beside it.",
  controls: { soc2: ["CC8.1"] },
  levels: onlyWarns,
  types: [...ingressTypes, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"],
  check: (resource) => {
    if (resource.type !== "aws:ec2/securityGroup:SecurityGroup")
      return !isSet(resource.props, "description") && "description is not set";
    const { ingress = [], egress = [] } = resource.props;
    return [
      ...ingress.map((rule, index) => ({ rule, path: `ingress[${index}]` })),
      ...egress.map((rule, index) => ({ rule, path: `egress[${index}]` })),
    ]
      .filter(({ rule }) => !isSet(rule, "description"))
      .map(({ path }) => `${path}.description is not set`);
  },
});

export const noMixedRules = stackRule({
  id: "aws-ec2-sg-no-mixed-rules",
  title: "A security group's rules stand in one place",
  severity: "medium",
  description:
    "A group with rules of its own takes away at each update those that stand beside it, and the next update puts them back.",
  remedy: "Move ingress and egress of the group into aws.vpc.SecurityGroupIngressRule and EgressRule.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: ["aws:ec2/securityGroup:SecurityGroup"],
  applies: ({ props }) => (props.ingress ?? []).length + (props.egress ?? []).length > 0,
  check: (group, stack) =>
    stack
      .ofType(
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      )
      .filter((rule) => pointsAt(rule, "securityGroupId", group, ["id"]))
      .map((rule) => `it has rules of its own, and ${rule.name} stands beside it`),
});
