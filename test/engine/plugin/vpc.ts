import { toPlain, type WireObject } from "../../../preview/wire";
import { type Child, type Component, referenceTo } from "./children";

/** A remote VPC's arguments, as far as its children follow from them: `awsx.ec2.VpcArgs`, plain. */
interface VpcArgs {
  readonly availabilityZoneNames: readonly string[];
  readonly subnetSpecs: readonly SubnetSpec[];
  readonly natGateways: { readonly strategy: "None" | "Single" | "OnePerAz" };
}

interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated";
  readonly name: string;
  readonly cidrBlocks: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

interface Subnet {
  readonly type: SubnetSpec["type"];
  readonly subnet: Child;
  readonly routeTable: Child;
}

/** VPC, internet gateway, subnets with their route tables, NAT gateways with their addresses; without the routes. */
export async function vpcChildren({ name, inputs, make }: Component): Promise<WireObject> {
  // the program's own arguments, checked by its compiler
  const { availabilityZoneNames: zones, subnetSpecs, natGateways } = toPlain(inputs) as VpcArgs;

  const vpc = await make({
    type: "aws:ec2/vpc:Vpc",
    name,
    inputs: {
      cidrBlock: inputs["cidrBlock"],
      enableDnsHostnames: inputs["enableDnsHostnames"],
      enableDnsSupport: inputs["enableDnsSupport"],
      enableNetworkAddressUsageMetrics: inputs["enableNetworkAddressUsageMetrics"],
      tags: { Name: name },
    },
  });
  const inVpc = { parent: vpc, uses: [vpc] };
  const internetGateway = await make({
    type: "aws:ec2/internetGateway:InternetGateway",
    name,
    inputs: { vpcId: vpc.id, tags: { Name: name } },
    ...inVpc,
  });

  const makeSubnet = async (spec: SubnetSpec, zone: number): Promise<Subnet> => {
    const subnetName = `${name}-${spec.name}-${zone + 1}`;
    const tags = { Name: subnetName, SubnetType: spec.type };
    const subnet = await make({
      type: "aws:ec2/subnet:Subnet",
      name: subnetName,
      inputs: {
        vpcId: vpc.id,
        availabilityZone: zones[zone],
        cidrBlock: spec.cidrBlocks[zone],
        mapPublicIpOnLaunch: spec.type === "Public",
        tags: { ...tags, ...spec.tags },
      },
      ...inVpc,
    });
    const routeTable = await make({
      type: "aws:ec2/routeTable:RouteTable",
      name: subnetName,
      inputs: { vpcId: vpc.id, tags },
      parent: subnet,
      uses: [subnet, vpc],
    });
    return { type: spec.type, subnet, routeTable };
  };
  const subnets = await Promise.all(
    subnetSpecs.flatMap((spec) => zones.map((_, zone) => makeSubnet(spec, zone))),
  );
  const subnetsOf = (type: SubnetSpec["type"]): readonly Child[] =>
    subnets.filter((made) => made.type === type).map((made) => made.subnet);

  const gatewayCount = { None: 0, Single: 1, OnePerAz: zones.length }[natGateways.strategy];
  const gateways = await Promise.all(
    subnetsOf("Public")
      .slice(0, gatewayCount)
      .map(async (subnet, zone) => {
        const gatewayName = `${name}-${zone + 1}`;
        const tags = { Name: gatewayName };
        const eip = await make({
          type: "aws:ec2/eip:Eip",
          name: gatewayName,
          inputs: { tags },
          parent: subnet,
          uses: [subnet],
        });
        const natGateway = await make({
          type: "aws:ec2/natGateway:NatGateway",
          name: gatewayName,
          inputs: { subnetId: subnet.id, allocationId: eip.id, tags },
          parent: subnet,
          uses: [subnet, eip],
        });
        return { eip, natGateway };
      }),
  );

  return {
    vpcId: vpc.id,
    vpc: referenceTo(vpc),
    internetGateway: referenceTo(internetGateway),
    subnets: subnets.map((made) => referenceTo(made.subnet)),
    routeTables: subnets.map((made) => referenceTo(made.routeTable)),
    publicSubnets: subnetsOf("Public").map(referenceTo),
    privateSubnets: subnetsOf("Private").map(referenceTo),
    isolatedSubnets: subnetsOf("Isolated").map(referenceTo),
    publicSubnetIds: subnetsOf("Public").map((subnet) => subnet.id),
    privateSubnetIds: subnetsOf("Private").map((subnet) => subnet.id),
    isolatedSubnetIds: subnetsOf("Isolated").map((subnet) => subnet.id),
    eips: gateways.map(({ eip }) => referenceTo(eip)),
    natGateways: gateways.map(({ natGateway }) => referenceTo(natGateway)),
  };
}
