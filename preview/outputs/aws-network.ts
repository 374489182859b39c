import { createHash } from "node:crypto";
import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import { ChildResource, computes, type OutputsOf, type Registered, type Row } from "./table";

/** A remote VPC's arguments, as far as its outputs follow from them: `awsx.ec2.VpcArgs`, plain. */
interface VpcInputs {
  readonly cidrBlock: string;
  readonly availabilityZoneNames: readonly string[];
  readonly subnetSpecs: readonly {
    readonly type: awsx.types.enums.ec2.SubnetType;
    readonly name: string;
    readonly cidrBlocks: readonly string[];
  }[];
  readonly natGateways: { readonly strategy: awsx.types.enums.ec2.NatGatewayStrategy };
}

/** A child of the VPC, its id from the logical name that awsx gives it. */
function child<R extends pulumi.Resource>(
  { hex, region, account }: Registered,
  { type, name, prefix, arn }: Kind & { readonly name: string },
  state: OutputsOf<R>,
): ChildResource {
  const digits = createHash("sha256")
    .update(`${hex(64)} ${type} ${name}`)
    .digest("hex");
  const id = `${prefix}-${digits.slice(0, 17)}`;
  return new ChildResource(type, name, id, {
    arn: `arn:aws:ec2:${region}:${account}:${arn}/${id}`,
    region,
    ...state,
  });
}

/** A resource type, the prefix of its ids, and what its ARNs call it. */
interface Kind {
  readonly type: string;
  readonly prefix: string;
  readonly arn: string;
}

const kinds = {
  vpc: { type: "aws:ec2/vpc:Vpc", prefix: "vpc", arn: "vpc" },
  subnet: { type: "aws:ec2/subnet:Subnet", prefix: "subnet", arn: "subnet" },
  routeTable: { type: "aws:ec2/routeTable:RouteTable", prefix: "rtb", arn: "route-table" },
  internetGateway: {
    type: "aws:ec2/internetGateway:InternetGateway",
    prefix: "igw",
    arn: "internet-gateway",
  },
  natGateway: { type: "aws:ec2/natGateway:NatGateway", prefix: "nat", arn: "natgateway" },
  eip: { type: "aws:ec2/eip:Eip", prefix: "eipalloc", arn: "elastic-ip" },
} as const satisfies Record<string, Kind>;

/** `awsx.ec2.Vpc` with explicit blocks: a subnet and a route table for each block, NAT gateways by the strategy. */
export const vpcRow: Row = computes<awsx.ec2.Vpc>()((registered) => {
  const { name } = registered;
  const { cidrBlock, availabilityZoneNames: zones, subnetSpecs, natGateways } = vpcInputs(registered);
  const vpc = child<aws.ec2.Vpc>(registered, { ...kinds.vpc, name }, { cidrBlock });

  const made = subnetSpecs.flatMap((spec) =>
    spec.cidrBlocks.map((block, zone) => {
      const names = { name: `${name}-${spec.name}-${String(zone + 1)}` };
      const state = { cidrBlock: block, vpcId: vpc.id, availabilityZone: zones[zone] ?? "" };
      return {
        type: spec.type,
        subnet: child<aws.ec2.Subnet>(registered, { ...kinds.subnet, ...names }, state),
        routeTable: child<aws.ec2.RouteTable>(
          registered,
          { ...kinds.routeTable, ...names },
          { vpcId: vpc.id },
        ),
      };
    }),
  );
  const subnets = (type?: string): ChildResource[] =>
    made.filter((one) => type === undefined || one.type === type).map((one) => one.subnet);
  const idsOf = (type: string): string[] => subnets(type).map((subnet) => subnet.id);

  const gatewayCount = { None: 0, Single: 1, OnePerAz: zones.length }[natGateways.strategy];
  const gatewayNames = zones
    .slice(0, gatewayCount)
    .map((_, zone) => ({ name: `${name}-${String(zone + 1)}` }));
  const eips = gatewayNames.map((names, zone) =>
    // 203.0.113.0/24 is for documentation (RFC 5737)
    child<aws.ec2.Eip>(registered, { ...kinds.eip, ...names }, { publicIp: `203.0.113.${String(zone + 1)}` }),
  );

  return {
    vpc,
    vpcId: vpc.id,
    internetGateway: child<aws.ec2.InternetGateway>(
      registered,
      { ...kinds.internetGateway, name },
      { vpcId: vpc.id },
    ),
    subnets: subnets(),
    publicSubnets: subnets("Public"),
    privateSubnets: subnets("Private"),
    isolatedSubnets: subnets("Isolated"),
    publicSubnetIds: idsOf("Public"),
    privateSubnetIds: idsOf("Private"),
    isolatedSubnetIds: idsOf("Isolated"),
    routeTables: made.map((one) => one.routeTable),
    eips,
    natGateways: gatewayNames.map((names, zone) =>
      child<aws.ec2.NatGateway>(
        registered,
        { ...kinds.natGateway, ...names },
        { allocationId: eips[zone]?.id, subnetId: subnets("Public")[zone]?.id },
      ),
    ),
    vpcEndpoints: [],
  };
});

function vpcInputs({ name, inputs }: Registered): VpcInputs {
  const { cidrBlock, availabilityZoneNames, subnetSpecs, natGateways } = inputs as Partial<VpcInputs>;
  if (
    cidrBlock === undefined ||
    availabilityZoneNames === undefined ||
    natGateways === undefined ||
    subnetSpecs?.some((spec) => (spec as Partial<typeof spec>).cidrBlocks === undefined) !== false
  ) {
    throw new Error(
      `${name}: the outputs of an awsx:ec2:Vpc are computed where its block, zones, subnets' blocks and NAT are explicit`,
    );
  }
  return { cidrBlock, availabilityZoneNames, subnetSpecs, natGateways };
}
