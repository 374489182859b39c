import { isOpenToAll, isSet, mustBeOn, prefixLength, show } from "../check";
import { always, fromStaging, inProd, type PerEnvironment, type Level } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, pointsAt, type PlacedResource, type Stack } from "../stack";
import { defaultRoutes, zonesOf } from "./subnets";

/** The VPC, and the component that makes one where its children can't be seen. */
const vpcs = ["aws:ec2/vpc:Vpc", "awsx:ec2:Vpc"] as const;

/** Two NAT gateways more are paid for by the hour: only where an outage costs more. */
const prodAlone: PerEnvironment<Level> = { dev: "disabled", staging: "disabled", prod: "mandatory" };

export const dnsEnabled = resourceRule({
  id: "aws-vpc-dns-enabled",
  title: "The VPC answers its own names",
  severity: "medium",
  description:
    "Private endpoints of EKS and of AWS's services are found by names that only the VPC's resolver knows; without it, calls go out to the internet or nowhere.",
  remedy: "Set enableDnsSupport and enableDnsHostnames to true.",
  controls: { soc2: ["A1.2", "CC6.6"] },
  levels: always,
  types: vpcs,
  check: ({ type, props }) => [
    props.enableDnsSupport === false && "enableDnsSupport is false, expected true or not set",
    // awsx switches it on where nothing is said, AWS does not
    type === "aws:ec2/vpc:Vpc"
      ? mustBeOn(props.enableDnsHostnames, "enableDnsHostnames")
      : props.enableDnsHostnames === false && "enableDnsHostnames is false, expected true or not set",
  ],
});

export const privateRoutes = stackRule({
  id: "aws-vpc-private-routes",
  title: "Private subnets have no way to the internet of their own",
  severity: "high",
  description:
    "A route to an internet gateway makes a subnet public, whatever it is called: each machine in it is one address away from being reached.",
  remedy:
    "Lead the default route of private subnets to a NAT gateway, and give subnets of stores no default route.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.1"] },
  levels: always,
  types: ["aws:ec2/subnet:Subnet"],
  // SubnetType is what awsx writes on those that it makes
  applies: ({ props }) =>
    ["Private", "Isolated"].includes(props.tags?.["SubnetType"] ?? "") ||
    isSet(props.tags, "kubernetes.io/role/internal-elb"),
  check: (subnet, stack) => {
    const isolated = subnet.props.tags?.["SubnetType"] === "Isolated";
    return defaultRoutes(subnet, stack)
      .filter(({ internet }) => internet || isolated)
      .map(({ table, internet }) =>
        internet
          ? `its RouteTable ${table} leads to an internet gateway`
          : `its RouteTable ${table} has a default route, expected none of an isolated subnet`,
      );
  },
});

export const natPerZone = stackRule({
  id: "aws-vpc-nat-per-zone",
  title: "Each zone has a NAT gateway of its own",
  severity: "medium",
  description:
    "With the zone of the only NAT gateway every other zone loses its way out: to registries, to partners, to the payment provider.",
  remedy: 'Set natGateways.strategy of awsx.ec2.Vpc to "OnePerAz", or add a NatGateway in each zone.',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: prodAlone,
  types: vpcs,
  applies: (vpc, stack) =>
    vpc.type === "awsx:ec2:Vpc"
      ? !stack.hasChildOfType(vpc, "aws:ec2/vpc:Vpc") && vpc.props.natGateways?.strategy !== "None"
      : isEverywhere(vpc, stack) || servedSubnets(vpc, stack).length > 0,
  check: (vpc, stack) => {
    if (vpc.type === "awsx:ec2:Vpc") {
      const strategy = vpc.props.natGateways?.strategy;
      // left out, awsx makes one in each zone
      return strategy === "Single" && `natGateways.strategy is ${show(strategy)}, expected "OnePerAz"`;
    }
    if (isEverywhere(vpc, stack)) return;
    const [served, zones] = [
      zonesOf(servedSubnets(vpc, stack)),
      zonesOf(pointingAt(stack, "aws:ec2/subnet:Subnet", "vpcId", vpc)),
    ];
    return served < zones && `NAT gateways stand in ${served} of its ${zones} zones`;
  },
});

/** Whether the VPC has a NAT gateway of every zone, which stands in no subnet. */
function isEverywhere(vpc: PlacedResource<"aws:ec2/vpc:Vpc">, stack: Stack): boolean {
  return stack
    .ofType("aws:ec2/natGateway:NatGateway")
    .some(
      (gateway) => gateway.props.availabilityMode === "regional" && pointsAt(gateway, "vpcId", vpc, ["id"]),
    );
}

/** Subnets of the VPC in which a NAT gateway stands. */
function servedSubnets(vpc: PlacedResource<"aws:ec2/vpc:Vpc">, stack: Stack) {
  const gateways = stack.ofType("aws:ec2/natGateway:NatGateway");
  return pointingAt(stack, "aws:ec2/subnet:Subnet", "vpcId", vpc).filter((subnet) =>
    gateways.some((gateway) => pointsAt(gateway, "subnetId", subnet, ["id"])),
  );
}

export const peeringNarrow = resourceRule({
  id: "aws-vpc-peering-narrow",
  title: "Peered networks reach what they need of each other",
  severity: "medium",
  description:
    "A route to a whole supernet through a peering lets a break-in there walk on here, and takes in networks that join later.",
  remedy: "Name the peer's subnets as the route's destination.",
  controls: { cisAws: ["6.6"], soc2: ["CC6.6"] },
  levels: fromStaging,
  settings: {
    shortestPrefix: {
      schema: {
        type: "integer",
        minimum: 8,
        maximum: 32,
        description: "Widest IPv4 block that may be routed to a peer, as a prefix length.",
      },
      // a VPC has a /16 at most (Amazon VPC quotas), so what is wider is more than the peer
      values: { dev: 16, staging: 16, prod: 16 },
    },
  },
  types: ["aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"],
  applies: (resource) =>
    resource.type === "aws:ec2/route:Route"
      ? isSet(resource.props, "vpcPeeringConnectionId")
      : (resource.props.routes ?? []).some((route) => isSet(route, "vpcPeeringConnectionId")),
  check: (resource, { shortestPrefix }) => {
    const blocks =
      resource.type === "aws:ec2/route:Route"
        ? [resource.props.destinationCidrBlock, resource.props.destinationIpv6CidrBlock]
        : (resource.props.routes ?? [])
            .filter((route) => isSet(route, "vpcPeeringConnectionId"))
            .flatMap(({ cidrBlock, ipv6CidrBlock }) => [cidrBlock, ipv6CidrBlock]);
    return blocks
      .filter((block) => block !== undefined && block !== "")
      .filter((block) => isOpenToAll(block) || prefixLength(block) < shortestPrefix)
      .map((block) => `${block} is routed to a peer, expected blocks of /${shortestPrefix} or smaller`);
  },
});

export const endpointPolicy = resourceRule({
  id: "aws-vpc-endpoint-policy",
  title: "Endpoints of services that hold data say whose data",
  severity: "medium",
  description:
    "Through an endpoint without a policy whoever is inside copies everything to a bucket or queue of a stranger's account, past every firewall.",
  remedy: "Set policy, with aws:ResourceAccount or aws:PrincipalAccount in a condition or resources named.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  settings: {
    services: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Services whose endpoint needs a policy, by what follows the region in their name.",
      },
      values: {
        dev: ["s3"],
        staging: ["dynamodb", "s3", "secretsmanager", "sqs"],
        prod: ["dynamodb", "kms", "logs", "s3", "secretsmanager", "sqs"],
      },
    },
  },
  types: ["aws:ec2/vpcEndpoint:VpcEndpoint"],
  applies: ({ props }) => isSet(props, "serviceName"),
  check: ({ props }, { services }) => {
    if (!isSet(props, "policy")) {
      const asked = services.some((service) => (props.serviceName ?? "").endsWith(`.${service}`));
      return asked && `policy is not set on the endpoint of ${show(props.serviceName)}`;
    }
    return (
      statementsOf(props.policy, "policy").some(
        (statement) =>
          isForEveryone(statement) && statement.actions.includes("*") && statement.resources.includes("*"),
      ) && "policy allows everyone everything"
    );
  },
});
