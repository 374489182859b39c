import { holdsCredential, isOpenToAll, isTrue, mustBeOneOf, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule, type Verdict } from "../rule";
import type { ResourceOf } from "../resource";

const machines = ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"] as const;

export const imdsv2 = resourceRule({
  id: "aws-ec2-imdsv2",
  title: "EC2 metadata needs a token and stays on the node",
  severity: "high",
  description:
    "A request forgery in any pod could otherwise fetch the node's credentials: version 2 needs a token, and a hop limit of 1 keeps pods out.",
  remedy: 'Set metadataOptions.httpTokens to "required" and metadataOptions.httpPutResponseHopLimit to 1.',
  controls: { cisAws: ["6.7"], soc2: ["CC6.1"] },
  levels: always,
  settings: {
    maxHops: {
      schema: {
        type: "integer",
        minimum: 1,
        maximum: 2,
        description: "Most hops a metadata answer may take.",
      },
      values: { dev: 1, staging: 1, prod: 1 },
    },
  },
  types: machines,
  check: ({ props: { metadataOptions } }, { maxHops }) => {
    const hops = metadataOptions?.httpPutResponseHopLimit;
    return [
      mustBeOneOf(metadataOptions?.httpTokens, ["required"], "metadataOptions.httpTokens"),
      !(typeof hops === "number" && hops <= maxHops) &&
        `metadataOptions.httpPutResponseHopLimit is ${show(hops)}, expected at most ${maxHops}`,
    ];
  },
});

export const encryptedDisks = resourceRule({
  id: "aws-ec2-ebs-encrypted",
  title: "EC2 disks are encrypted",
  severity: "high",
  description: "Disks of nodes hold images, logs, emptyDirs and Secrets of the pods that ran there.",
  remedy: "Set encrypted on every block device (blockDeviceMappings[].ebs.encrypted on a launch template).",
  controls: { cisAws: ["6.1.1"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ebs/volume:Volume"],
  check: (resource) => {
    if (resource.type === "aws:ebs/volume:Volume")
      return !isTrue(resource.props.encrypted) && "encrypted is not true";
    const disks = (resource.props.blockDeviceMappings ?? []).filter(({ ebs }) => ebs !== undefined);
    if (disks.length === 0)
      return "blockDeviceMappings names no disk, so the image's unencrypted one is used";
    return disks
      .filter(({ ebs }) => !isTrue(ebs?.encrypted))
      .map(
        ({ deviceName, ebs }) =>
          `ebs.encrypted of ${deviceName ?? "a disk"} is ${show(ebs?.encrypted)}, expected true`,
      );
  },
});

export const noPublicIp = resourceRule({
  id: "aws-ec2-no-public-ip",
  title: "EC2 machines have no public address",
  severity: "high",
  description:
    "Nodes stand in private subnets; what must be reached from outside is reached through a load balancer.",
  remedy: "Leave associatePublicIpAddress out of the network interfaces.",
  controls: { soc2: ["CC6.6"] },
  levels: always,
  types: machines,
  check: (machine) =>
    machine.type === "aws:ec2/instance:Instance"
      ? isTrue(machine.props.associatePublicIpAddress) && "associatePublicIpAddress is true"
      : (machine.props.networkInterfaces ?? []).some(({ associatePublicIpAddress }) =>
          isTrue(associatePublicIpAddress),
        ) && "a network interface's associatePublicIpAddress is true",
});

export const noSecretsInUserData = resourceRule({
  id: "aws-ec2-no-secrets-in-user-data",
  title: "EC2 user data holds no credential",
  severity: "critical",
  description: "User data is readable by every process on the machine and by everyone who may describe it.",
  remedy: "Fetch the secret at start, by the machine's role, and take it out of userData.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: machines,
  check: ({ props: { userData } }) =>
    userData !== undefined &&
    (holdsCredential(userData) || holdsCredential(Buffer.from(userData, "base64").toString("utf8"))) &&
    "userData holds what looks like a credential",
});

const ruleTypes = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
] as const;

/** One range of ports that a security group lets in, and from where. */
interface Ingress {
  readonly cidrs: readonly unknown[];
  readonly from: number;
  readonly to: number;
}

const allPorts = { from: 0, to: 65_535 };

function ingressOf(resource: ResourceOf<(typeof ruleTypes)[number]>): readonly Ingress[] {
  switch (resource.type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return (resource.props.ingress ?? []).map((rule) => ({
        cidrs: [...(rule.cidrBlocks ?? []), ...(rule.ipv6CidrBlocks ?? [])],
        ...portsOf(rule.protocol, rule),
      }));
    case "aws:ec2/securityGroupRule:SecurityGroupRule": {
      const { type, protocol, cidrBlocks, ipv6CidrBlocks } = resource.props;
      if (type !== "ingress") return [];
      return [
        { cidrs: [...(cidrBlocks ?? []), ...(ipv6CidrBlocks ?? [])], ...portsOf(protocol, resource.props) },
      ];
    }
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
      const { ipProtocol, cidrIpv4, cidrIpv6 } = resource.props;
      return [{ cidrs: [cidrIpv4, cidrIpv6], ...portsOf(ipProtocol, resource.props) }];
    }
  }
}

function portsOf(
  protocol: string | undefined,
  { fromPort, toPort }: { readonly fromPort?: number | undefined; readonly toPort?: number | undefined },
): { readonly from: number; readonly to: number } {
  return protocol === "-1" ? allPorts : { from: fromPort ?? allPorts.from, to: toPort ?? allPorts.to };
}

export const noOpenIngress = resourceRule({
  id: "aws-ec2-sg-no-open-ingress",
  title: "Security groups let in the world on web ports only",
  severity: "critical",
  description:
    "What listens on any other port is for our own networks; a port open to 0.0.0.0/0 or ::/0 is found within minutes.",
  remedy:
    "Name the source security group or the CIDR blocks that need it; serve the public through the load balancer.",
  controls: { cisAws: ["6.3", "6.4"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
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
  types: ruleTypes,
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
