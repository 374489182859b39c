import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { RecoveryPlace, RecoveryPlaceArgs } from "../../components/data/recovery";
import { planRegion } from "../../components/network/plan";
import { gcpNetwork, serviceConnections, subnetLogs } from "./network";
import type { GcpPlacement } from "./project";

/**
 * {@link RecoveryPlace} as a subnet in another region of the stack's own VPC, where endpoints of Private Service Connect
 * stand; Cloud SQL's replicas have addresses of the VPC's peering, which spans the regions.
 */
export class GcpRecoveryPlace extends pulumi.ComponentResource implements RecoveryPlace {
  readonly region: string;
  /** Subnet of endpoints. */
  readonly endpointSubnetId: pulumi.Output<string>;
  /** Its block, CIDR notation. */
  readonly endpointCidr: string;
  /** What must stand before a store can have an address there. */
  readonly storesReady: readonly pulumi.Resource[];

  constructor(name: string, args: RecoveryPlaceArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:RecoveryPlace", name, {}, opts);
    const { cidr, project } = args;
    // the place's own region, and not the project's
    const { region } = args;
    const { networkId: network, storesReady } = gcpNetwork(args.network);
    const child = { parent: this };
    const { data: endpointCidr } = planRegion({ cidr });

    const endpoints = new gcp.compute.Subnetwork(
      `${name}-endpoints`,
      {
        network,
        region,
        ipCidrRange: endpointCidr,
        privateIpGoogleAccess: true,
        logConfig: subnetLogs,
      },
      child,
    );
    const policy = serviceConnections(name, { network, region, project, subnet: endpoints.id }, child);

    this.region = region;
    this.endpointSubnetId = endpoints.id;
    this.endpointCidr = endpointCidr;
    this.storesReady = [...storesReady, policy];
    this.registerOutputs({ region });
  }
}

/** The place as this cloud made it. */
export function gcpRecovery(place: RecoveryPlace): GcpRecoveryPlace {
  if (!(place instanceof GcpRecoveryPlace)) {
    throw new Error(`recovery: expected a place of this cloud, got a ${place.constructor.name}`);
  }
  return place;
}
