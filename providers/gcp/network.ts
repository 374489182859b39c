import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { CidrError, isRfc1918, parseCidr, subnetOf } from "../../components/network/cidr";
import type { Network, NetworkArgs } from "../../components/network/network";
import { planRegion } from "../../components/network/plan";
import { firewall } from "./firewall";
import { logArchive } from "./logs";
import { privateGoogleAccess } from "./privateGoogleAccess";
import type { GcpPlacement } from "./project";

/** Names of the nodes' secondary ranges, unique within their subnet. */
const podRange = "pods";
const serviceRange = "services";

/** Blocks of the parts of a network. */
interface Blocks {
  readonly nodes: string;
  readonly pods: string;
  readonly services: string;
  /** Where Google's side of private services access stands: Cloud SQL. */
  readonly privateServices: string;
  /** Where endpoints of Private Service Connect stand: Memorystore for Redis Cluster, Managed Service for Apache Kafka. */
  readonly endpoints: string;
  /** Where regional load balancers proxy from. */
  readonly proxies: string;
}

/**
 * {@link Network} as a VPC of one region. Its subnets span the zones, so that zones are only where nodes are put; Cloud
 * NAT is regional too and survives a zone, which makes `shared` and `perZone` the same here. With `egress: "none"` nodes
 * still reach Google's own APIs by their private addresses, and nothing else.
 */
export class GcpNetwork extends pulumi.ComponentResource implements Network {
  readonly networkId: pulumi.Output<string>;
  readonly privateSubnetIds: pulumi.Output<string[]>;
  readonly controlPlaneSubnetIds: pulumi.Output<string[]>;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly serviceCidr: string;
  readonly workloadCidrs: readonly string[];
  /** By way of Private Google Access. */
  readonly privateApis = false;
  readonly dataCidrs: readonly string[];
  readonly nodeSubnetId: pulumi.Output<string>;
  /** Subnet of endpoints. */
  readonly endpointSubnetId: pulumi.Output<string>;
  /** Zones in full, such as `us-east1-b`. */
  readonly zones: readonly string[];
  /** Secondary ranges of the nodes' subnet, by what has its addresses from them. */
  readonly rangeNames = { pods: podRange, services: serviceRange };
  readonly podCidr: string;
  /** False for pods in RFC 6598's 100.64.0.0/10, which Cloud SQL does not let in unasked. */
  readonly podsAreRfc1918: boolean;
  /** Name of the range from which Cloud SQL takes its addresses. */
  readonly privateServicesRange: pulumi.Output<string>;
  /** That range, CIDR notation. */
  readonly privateServicesCidr: string;
  /** What must stand before a store can have an address in the network. */
  readonly storesReady: readonly pulumi.Resource[];
  /** Name of the NAT gateway; none without egress. */
  readonly natGateway?: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Network", name, {}, opts);
    const { zones, egress = "perZone", flowLogRetentionDays = 365, protect = true, region, project } = args;
    const blocks = planBlocks(args);
    const child = { parent: this };

    const vpc = new gcp.compute.Network(
      name,
      { autoCreateSubnetworks: false, routingMode: "REGIONAL" },
      { ...child, dependsOn: [project.api("compute")] },
    );
    const inVpc = { network: vpc.id, region, blocks };
    const { nodes, endpoints } = subnets(name, inVpc, child);
    firewall(name, { network: vpc.id }, child);
    privateGoogleAccess(name, { network: vpc.id, project }, child);
    if (egress !== "none") {
      this.natGateway = nat(name, { network: vpc.id, region, nodes: nodes.id }, child).name;
    }
    const { range, connection } = privateServices(name, { ...inVpc, project }, child);
    const policy = serviceConnections(
      name,
      { network: vpc.id, region, project, subnet: endpoints.id },
      child,
    );
    new gcp.dns.Policy(
      `${name}-dns`,
      { enableLogging: true, networks: [{ networkUrl: vpc.id }] },
      { ...child, dependsOn: [project.api("dns")] },
    );
    logArchive(
      `${name}-flow-logs`,
      {
        description: "flows and firewall decisions",
        filter: pulumi.interpolate`resource.type="gce_subnetwork" AND resource.labels.subnetwork_name=("${nodes.name}" OR "${endpoints.name}")`,
        retentionDays: flowLogRetentionDays,
        bulk: true,
        region,
        project,
        protect,
      },
      child,
    );

    this.networkId = vpc.id;
    this.nodeSubnetId = nodes.id;
    this.privateSubnetIds = pulumi.all([nodes.id]);
    this.controlPlaneSubnetIds = this.privateSubnetIds;
    this.endpointSubnetId = endpoints.id;
    this.dataSubnetIds = pulumi.all([endpoints.id]);
    this.serviceCidr = blocks.services;
    this.podCidr = blocks.pods;
    this.podsAreRfc1918 = isRfc1918(blocks.pods);
    this.workloadCidrs = [blocks.nodes, blocks.pods];
    this.dataCidrs = [blocks.privateServices, blocks.endpoints];
    this.zones = zones.map((zone) => `${region}-${zone}`);
    this.privateServicesRange = range.name;
    this.privateServicesCidr = blocks.privateServices;
    this.storesReady = [connection, policy];
    this.registerOutputs({ networkId: this.networkId });
  }
}

/** The network as this cloud's own class, which the other classes of this cloud need more of. */
export function gcpNetwork(network: Network): GcpNetwork {
  if (!(network instanceof GcpNetwork)) {
    throw new Error("network: expected a network of gcp, got one of another cloud");
  }
  return network;
}

/** Cuts the network's block: the stores' quarter goes to Cloud SQL, that of the load balancers is shared. */
function planBlocks({ cidr, podCidr, serviceCidr }: NetworkArgs): Blocks {
  const { nodes, data, loadBalancers } = planRegion({ cidr });
  if (!isRfc1918(cidr)) {
    throw new CidrError(
      "a block within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 on gcp, whose private services access takes no other",
      `"${cidr}"`,
    );
  }
  const half = parseCidr(loadBalancers).prefix + 1;
  return {
    nodes,
    pods: podCidr,
    services: serviceCidr,
    // at least /24 of a /22, the least that Cloud SQL takes for a region
    privateServices: data,
    proxies: subnetOf(loadBalancers, half, 0),
    endpoints: subnetOf(loadBalancers, half, 1),
  };
}

/** What is logged of a subnet: half of the packets, a record a minute, tells who spoke to whom at a tenth of the default's cost. */
export const subnetLogs = {
  aggregationInterval: "INTERVAL_1_MIN",
  flowSampling: 0.5,
  metadata: "INCLUDE_ALL_METADATA",
} as const;

function subnets(
  name: string,
  args: { readonly network: pulumi.Input<string>; readonly region: string; readonly blocks: Blocks },
  opts: { readonly parent: pulumi.Resource },
): { readonly nodes: gcp.compute.Subnetwork; readonly endpoints: gcp.compute.Subnetwork } {
  const { network, region, blocks } = args;
  const nodes = new gcp.compute.Subnetwork(
    `${name}-nodes`,
    {
      network,
      region,
      ipCidrRange: blocks.nodes,
      secondaryIpRanges: [
        { rangeName: podRange, ipCidrRange: blocks.pods },
        { rangeName: serviceRange, ipCidrRange: blocks.services },
      ],
      privateIpGoogleAccess: true,
      logConfig: subnetLogs,
    },
    opts,
  );
  const endpoints = new gcp.compute.Subnetwork(
    `${name}-endpoints`,
    { network, region, ipCidrRange: blocks.endpoints, privateIpGoogleAccess: true, logConfig: subnetLogs },
    opts,
  );
  new gcp.compute.Subnetwork(
    `${name}-proxies`,
    { network, region, ipCidrRange: blocks.proxies, purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" },
    opts,
  );
  return { nodes, endpoints };
}

function nat(
  name: string,
  args: {
    readonly network: pulumi.Input<string>;
    readonly region: string;
    readonly nodes: pulumi.Input<string>;
  },
  opts: { readonly parent: pulumi.Resource },
): gcp.compute.RouterNat {
  const { network, region, nodes } = args;
  const router = new gcp.compute.Router(`${name}-router`, { network, region }, opts);
  return new gcp.compute.RouterNat(
    `${name}-nat`,
    {
      router: router.name,
      region,
      natIpAllocateOption: "AUTO_ONLY",
      // the nodes' subnet alone: stores have no way out
      sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
      subnetworks: [
        {
          name: nodes,
          sourceIpRangesToNats: ["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
          secondaryIpRangeNames: [podRange],
        },
      ],
      // a fixed share of ports runs out on the node that crawls while it lies idle on the others
      enableDynamicPortAllocation: true,
      enableEndpointIndependentMapping: false,
      minPortsPerVm: 128,
      maxPortsPerVm: 32_768,
      // what went through is in the flow logs already; what was dropped is nowhere else
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    },
    opts,
  );
}

/** Private services access: a peering through which Cloud SQL has addresses of ours. */
function privateServices(
  name: string,
  args: GcpPlacement & { readonly network: pulumi.Input<string>; readonly blocks: Blocks },
  opts: { readonly parent: pulumi.Resource },
): { readonly range: gcp.compute.GlobalAddress; readonly connection: gcp.servicenetworking.Connection } {
  const { network, blocks, project } = args;
  const { text, prefix } = parseCidr(blocks.privateServices);
  const range = new gcp.compute.GlobalAddress(
    `${name}-private-services`,
    {
      network,
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address: text.replace(/\/.*$/, ""),
      prefixLength: prefix,
    },
    opts,
  );
  const connection = new gcp.servicenetworking.Connection(
    `${name}-private-services`,
    {
      network,
      service: "servicenetworking.googleapis.com",
      reservedPeeringRanges: [range.name],
      // Google's side is gone days after the last instance only, and refuses until then: deleting would fail the destroy
      deletionPolicy: "ABANDON",
    },
    { ...opts, dependsOn: [project.api("servicenetworking")] },
  );
  return { range, connection };
}

/** Lets Memorystore for Redis Cluster put its endpoints in the subnet by itself. */
export function serviceConnections(
  name: string,
  args: GcpPlacement & { readonly network: pulumi.Input<string>; readonly subnet: pulumi.Input<string> },
  opts: { readonly parent: pulumi.Resource },
): gcp.networkconnectivity.ServiceConnectionPolicy {
  const { network, subnet, region, project } = args;
  return new gcp.networkconnectivity.ServiceConnectionPolicy(
    `${name}-redis`,
    {
      network,
      location: region,
      serviceClass: "gcp-memorystore-redis",
      pscConfig: { subnetworks: [subnet] },
    },
    { ...opts, dependsOn: [project.api("networkconnectivity")] },
  );
}
