import type * as pulumi from "@pulumi/pulumi";
import type { DnsZone } from "./dnsZone";
import { type Edge, type EdgeArgs, originHostOf } from "./edge";

/** Arguments of {@link openDoors}. */
export interface DoorsArgs {
  readonly zone: DnsZone;
  /** DNS names that are served: the zone's domain or names directly below it. */
  readonly hosts: readonly string[];
  /** DNS name (AWS) or IPv4 address (GCP) of the cluster's load balancer. */
  readonly loadBalancer: pulumi.Input<string>;
  /**
   * Makes the edge before it.
   *
   * @default - clients come straight to the load balancer
   */
  readonly edge?: (
    args: Pick<EdgeArgs, "zone" | "hosts" | "loadBalancer" | "originHost">,
    opts: pulumi.ComponentResourceOptions,
  ) => Edge;
}

/**
 * Points the hosts' names to the edge, and the edge to the load balancer; straight to that one where no edge stands.
 *
 * @returns the hosts' records, after which users get there
 */
export function openDoors(
  name: string,
  { zone, hosts, loadBalancer, edge: makeEdge }: DoorsArgs,
  opts: { readonly parent: pulumi.Resource },
): readonly pulumi.Resource[] {
  const point = (host: string, to: pulumi.Input<string>, dependsOn: pulumi.Resource[]): pulumi.Resource =>
    zone.point(
      `${name}-record-${host.replaceAll(".", "-")}`,
      { host, loadBalancer: to },
      { ...opts, dependsOn },
    );

  if (makeEdge === undefined) {
    return hosts.map((host) => point(host, loadBalancer, []));
  }
  const originHost = originHostOf(zone.domain);
  const origin = point(originHost, loadBalancer, []);
  const edge = makeEdge({ zone, hosts, loadBalancer, originHost }, { ...opts, dependsOn: origin });
  return hosts.map((host) => point(host, edge.address, [edge]));
}
