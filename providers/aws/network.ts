import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { Egress, Network, NetworkArgs } from "../../components/network/network";
import { planRegion, planSubnets, type SubnetPlan, type Tier } from "../../components/network/plan";
import { endpoints, type InterfaceService, interfaceServices } from "./endpoints";
import { explicitProvider } from "./explicit";
import { flowLogs } from "./flowLogs";
import { networkAcls } from "./networkAcls";

/** Arguments of an {@link AwsNetwork}. */
export interface AwsNetworkArgs extends NetworkArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /**
   * AWS services to reach without NAT, by an interface endpoint in each zone. Gateway endpoints (S3, DynamoDB) are always
   * there, as they are free.
   *
   * @default - all of `interfaceServices`, or none where one NAT gateway serves all zones (`egress: "shared"`)
   */
  readonly interfaceEndpoints?: readonly InterfaceService[];
  /**
   * Data subnets alone, from which nothing goes out and to which nothing comes in from the internet.
   *
   * @default false
   */
  readonly storesOnly?: boolean;
}

const natStrategies: Readonly<Record<Egress, awsx.types.enums.ec2.NatGatewayStrategy>> = {
  none: "None",
  shared: "Single",
  perZone: "OnePerAz",
};

/** What the AWS Load Balancer Controller and awsx call the tiers. */
const subnetSpecs: Readonly<
  Record<
    Tier,
    Pick<awsx.types.input.ec2.SubnetSpecArgs, "type"> & { readonly tags?: Readonly<Record<string, string>> }
  >
> = {
  public: { type: "Public", tags: { "kubernetes.io/role/elb": "1" } },
  private: { type: "Private", tags: { "kubernetes.io/role/internal-elb": "1" } },
  data: { type: "Isolated" },
};

/**
 * {@link Network} as a VPC.
 *
 * `awsx.ec2.Vpc` makes the VPC, its subnets, routes and NAT gateways, in the blocks that `planSubnets` gives; flow logs,
 * network ACLs, the locked default security group and the endpoints stand beside it. Its public subnets give a public
 * address to what starts there (awsx can't be told otherwise): only load balancers and NAT gateways do.
 */
export class AwsNetwork extends pulumi.ComponentResource implements Network {
  readonly networkId: pulumi.Output<string>;
  readonly zones: readonly string[];
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Subnets of load balancers, those of zones in reserve among them. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly serviceCidr: string;
  readonly workloadCidrs: readonly string[];
  readonly privateApis: boolean;
  readonly dataCidrs: readonly string[];
  /** NAT gateways by the letter of the zone they stand in; none without egress, one where all zones share it. */
  readonly natGateways: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: AwsNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Network", name, {}, opts);
    const { cidr, zones, reserveZones = [], serviceCidr, region, accountId } = args;
    const { egress = "perZone", flowLogRetentionDays = 365, protect = true, storesOnly = false } = args;
    const { interfaceEndpoints = egress === "shared" ? [] : interfaceServices } = args;

    checkReserve({ zones, reserveZones });
    const layout = [...zones, ...reserveZones];
    const plan = planSubnets({ cidr, zones: layout });
    this.zones = zones.map((zone) => `${region}${zone}`);
    const blocks = planRegion({ cidr });

    // node classes of a team's own find the subnets by it; ours name them, and EKS tags the security group by itself
    const discovery = { "karpenter.sh/discovery": name };

    const vpc = new awsx.ec2.Vpc(
      name,
      {
        cidrBlock: cidr,
        availabilityZoneNames: layout.map((zone) => `${region}${zone}`),
        // "Auto" takes explicit blocks as they are; "Exact" would refuse the room that is left for further zones
        subnetStrategy: "Auto",
        subnetSpecs: [
          ...(storesOnly ? [] : [specOf("public", plan), specOf("private", plan, discovery)]),
          specOf("data", plan),
        ],
        subnetNameTagStrategy: "AvailabilityZone",
        // a zone in reserve has nothing that would use a gateway of its own
        natGateways: {
          strategy: reserveZones.length > 0 ? natStrategies[single(egress)] : natStrategies[egress],
        },
        enableDnsSupport: true,
        // private names of interface endpoints and of the cluster's own need both
        enableDnsHostnames: true,
        enableNetworkAddressUsageMetrics: true,
      },
      { parent: this, provider: explicitProvider(this, "awsx"), providers: [explicitProvider(this, "aws")] },
    );
    const { vpcId, publicSubnetIds, isolatedSubnetIds: dataSubnetIds } = vpc;
    const privateSubnetIds = vpc.privateSubnetIds.apply((ids) => ids.slice(0, zones.length));

    new aws.ec2.DefaultSecurityGroup(
      `${name}-default`,
      // none: what names no group of its own reaches nothing
      { vpcId, ingress: [], egress: [], tags: { Name: `${name}-default-closed` } },
      { parent: this },
    );
    networkAcls(
      name,
      {
        vpcId,
        cidr,
        blocks,
        subnetIds: {
          ...(!storesOnly && { public: publicSubnetIds, private: vpc.privateSubnetIds }),
          data: dataSubnetIds,
        },
      },
      { parent: this },
    );
    flowLogs(
      `${name}-flow-logs`,
      { vpcId, region, accountId, retentionDays: flowLogRetentionDays, protect },
      { parent: this },
    );
    endpoints(
      `${name}-endpoints`,
      {
        vpcId,
        cidr,
        region,
        accountId,
        services: interfaceEndpoints,
        subnetIds: privateSubnetIds,
        routeTableIds: vpc.routeTables.apply((tables) => pulumi.all(tables.map((table) => table.id))),
      },
      { parent: this },
    );

    const gatewayZones = { none: [], shared: zones.slice(0, 1), perZone: zones }[egress];
    this.natGateways = Object.fromEntries(
      gatewayZones.map((zone, place) => [
        zone,
        vpc.natGateways.apply((gateways) => gatewayAt(gateways, place)),
      ]),
    );
    this.networkId = vpcId;
    this.privateSubnetIds = privateSubnetIds;
    this.publicSubnetIds = publicSubnetIds;
    this.controlPlaneSubnetIds = vpc.privateSubnetIds;
    this.dataSubnetIds = dataSubnetIds;
    this.serviceCidr = serviceCidr;
    this.workloadCidrs = [blocks.nodes];
    this.privateApis = interfaceEndpoints.includes("secretsmanager");
    this.dataCidrs = [blocks.data];
    this.registerOutputs({
      networkId: this.networkId,
      privateSubnetIds: this.privateSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
    });
  }
}

/** The network as this cloud's own class, which load balancers need more of. */
export function awsNetwork(network: Network): AwsNetwork {
  if (!(network instanceof AwsNetwork)) {
    throw new Error("network: expected a network of aws, got one of another cloud");
  }
  return network;
}

/** With one zone, a gateway for each is one for all. */
function single(egress: Egress): Egress {
  return egress === "none" ? "none" : "shared";
}

/** @throws Error where the network would have subnets in one zone, or zones in reserve that it does not need */
function checkReserve({ zones, reserveZones = [] }: Pick<NetworkArgs, "zones" | "reserveZones">): void {
  const wanted = zones.length === 1 ? 1 : 0;
  if (reserveZones.length !== wanted) {
    throw new Error(
      wanted === 1
        ? `reserveZones: expected one beside a single zone, as EKS and RDS take subnets of two zones at least, got ${reserveZones.length}`
        : `reserveZones: expected none where there are two zones or more, got ${reserveZones.length}`,
    );
  }
}

/** awsx makes the gateways in the order of the zones. */
function gatewayAt(gateways: readonly aws.ec2.NatGateway[], place: number): pulumi.Output<string> {
  const gateway = gateways[place];
  if (gateway === undefined) {
    throw new Error(`natGateways: expected more than ${place}, got ${gateways.length}`);
  }
  return gateway.id;
}

function specOf(
  tier: Tier,
  plan: readonly SubnetPlan[],
  tags?: Readonly<Record<string, string>>,
): awsx.types.input.ec2.SubnetSpecArgs {
  const cidrBlocks = plan.filter((subnet) => subnet.tier === tier).map((subnet) => subnet.cidr);
  const { type, tags: own } = subnetSpecs[tier];
  const all = own === undefined && tags === undefined ? {} : { tags: { ...own, ...tags } };
  return { type, name: tier, cidrBlocks, ...all };
}
