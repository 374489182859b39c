import { isOpenToAll } from "../check";
import { pointsAt, type Placed, type PlacedResource, type Stack } from "../stack";

type Subnet = PlacedResource<"aws:ec2/subnet:Subnet">;
type RouteTable = PlacedResource<"aws:ec2/routeTable:RouteTable">;

/**
 * Subnets of this stack that a property names: those its value came from, or whose id it holds. What stands only
 * somewhere in a network that the value came from is not named by it.
 */
export function namedSubnets(
  from: Placed & { readonly props: object },
  property: string,
  stack: Stack,
): readonly Subnet[] {
  const subnets = stack.ofType("aws:ec2/subnet:Subnet");
  const sources = new Set((from.propertyDependencies[property] ?? []).map(({ urn }) => urn));
  const direct = subnets.filter(({ urn }) => sources.has(urn));
  if (direct.length > 0 || subnets.length === 0) return direct;
  // Whatever the type, its ids are looked at by the property's name.
  const ids = (from.props as Readonly<Record<string, unknown>>)[property];
  return Array.isArray(ids) ? subnets.filter((subnet) => ids.includes(idOf(subnet))) : [];
}

/** Number of zones that the subnets stand in; of those that name none, each counts for one. */
export function zonesOf(subnets: readonly Subnet[]): number {
  return new Set(subnets.map(({ urn, props }) => props.availabilityZone ?? props.availabilityZoneId ?? urn))
    .size;
}

/** True for a subnet that hands out public addresses, or whose traffic goes to the internet by itself. */
export function isPublicSubnet(subnet: Subnet, stack: Stack): boolean {
  return (
    subnet.props.mapPublicIpOnLaunch === true || defaultRoutes(subnet, stack).some(({ internet }) => internet)
  );
}

/** A way out of a subnet to every address. */
interface DefaultRoute {
  readonly table: string;
  /** True where an internet gateway is at its end. */
  readonly internet: boolean;
}

/** The ways out to every address of the route tables that a subnet is associated with in this stack. */
export function defaultRoutes(subnet: Subnet, stack: Stack): readonly DefaultRoute[] {
  const associations = stack
    .ofType("aws:ec2/routeTableAssociation:RouteTableAssociation")
    .filter((association) => pointsAt(association, "subnetId", subnet, ["id"]));
  return stack
    .ofType("aws:ec2/routeTable:RouteTable")
    .filter((table) =>
      associations.some((association) => pointsAt(association, "routeTableId", table, ["id"])),
    )
    .flatMap((table) => routesOf(table, stack));
}

function routesOf(table: RouteTable, stack: Stack): readonly DefaultRoute[] {
  const gateways = stack.ofType("aws:ec2/internetGateway:InternetGateway");
  const leadsOut = (
    from: Placed & { readonly urn: string; readonly props: object },
    property: string,
  ): boolean =>
    gateways.some((gateway) =>
      (from.propertyDependencies[property] ?? []).some(({ urn }) => urn === gateway.urn),
    );
  const within = (table.props.routes ?? [])
    .filter(({ cidrBlock, ipv6CidrBlock }) => isOpenToAll(cidrBlock) || isOpenToAll(ipv6CidrBlock))
    .map(({ gatewayId }) => ({
      table: table.name,
      internet: gatewayId !== undefined && (isInternetGateway(gatewayId) || leadsOut(table, "routes")),
    }));
  const beside = stack
    .ofType("aws:ec2/route:Route")
    .filter((route) => pointsAt(route, "routeTableId", table, ["id"]))
    .filter(
      ({ props }) => isOpenToAll(props.destinationCidrBlock) || isOpenToAll(props.destinationIpv6CidrBlock),
    )
    .map((route) => ({
      table: table.name,
      internet: leadsOut(route, "gatewayId") || isInternetGateway(route.props.gatewayId),
    }));
  return [...within, ...beside];
}

function isInternetGateway(id: string | undefined): boolean {
  return id?.startsWith("igw-") === true;
}

/** A subnet's id, which its outputs hold beside what it was asked for. */
function idOf({ props }: Subnet): unknown {
  return (props as { readonly id?: unknown }).id;
}
