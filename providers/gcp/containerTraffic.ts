import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../../components/containers/plan";
import { autoNamed, physicalName } from "../../components/names";
import type { Destination, PortRange } from "../../components/platform/networkPolicy";
import type { GcpNetwork } from "./network";
import { privateAddressesCidr, privateDomain } from "./privateGoogleAccess";
import type { GcpProject } from "./project";

/** Longest name that Compute Engine takes, of a rule as of a tag. */
const maxName = 63;

/** Stronger than what GCP lets out by itself (65535), weaker than what is let out by name (1000). */
const denyPriority = 60_000;

const everywhere = "0.0.0.0/0";

/** Tags of a service's instances, by which the network's rules know them: all services', and its own. */
export function tagsOf(platform: string, service: string): readonly string[] {
  return [physicalName(maxName, platform), physicalName(maxName, platform, service)];
}

/**
 * What goes out of all instances: to Google's APIs and Cloud Run's own addresses, by their private ones, and nowhere else but
 * where a rule of their own lets them.
 */
export function closeInstances(
  name: string,
  { network, project }: { readonly network: GcpNetwork; readonly project: GcpProject },
  opts: { readonly parent: pulumi.Resource },
): void {
  const common = {
    network: network.networkId,
    direction: "EGRESS",
    targetTags: [physicalName(maxName, name)],
  };
  const logConfig = { metadata: "INCLUDE_ALL_METADATA" };
  const ready = { ...opts, dependsOn: [project.api("compute")] };
  new gcp.compute.Firewall(
    autoNamed(maxName, name, "deny-egress"),
    {
      ...common,
      description: "refuse and log what no other rule allows",
      priority: denyPriority,
      destinationRanges: [everywhere],
      denies: [{ protocol: "all" }],
      logConfig,
    },
    ready,
  );
  new gcp.compute.Firewall(
    autoNamed(maxName, name, "allow-google"),
    {
      ...common,
      description: "Google's APIs and the services themselves, by private addresses",
      destinationRanges: [privateAddressesCidr],
      allows: [{ protocol: "tcp", ports: ["443"] }],
      logConfig,
    },
    ready,
  );
  // by the names of which services call each other
  privateDomain(
    `${name}-run-app`,
    { domain: "run.app", host: "run.app", network: network.networkId, project },
    opts,
  );
}

/** What goes out of a service's instances besides: to its stores, and to the internet where it may. */
export function containerTraffic(
  name: string,
  {
    plan: { service, internetEgress = false },
    tag,
    network,
    destinations,
    project,
  }: {
    readonly plan: ContainerPlan;
    /** Tag of its own. */
    readonly tag: string;
    readonly network: GcpNetwork;
    readonly destinations: readonly Destination[];
    readonly project: GcpProject;
  },
  opts: { readonly parent: pulumi.Resource },
): readonly pulumi.Resource[] {
  const stores = destinations.flatMap((destination) =>
    // what answers at Google's public names is reached by its private addresses
    "cidrs" in destination && !destination.cidrs.includes(everywhere) ? [destination] : [],
  );
  const allow = (
    key: string,
    description: string,
    destinationRanges: readonly string[],
    ports: readonly string[],
  ): pulumi.Resource =>
    new gcp.compute.Firewall(
      autoNamed(maxName, name, key),
      {
        network: network.networkId,
        description,
        direction: "EGRESS",
        targetTags: [tag],
        destinationRanges: [...destinationRanges],
        allows: [{ protocol: "tcp", ports: [...ports] }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
      },
      { ...opts, dependsOn: [project.api("compute")] },
    );
  const ranges = [...new Set(stores.flatMap(({ cidrs }) => cidrs))];
  const ports = [...new Set(stores.flatMap((store) => store.ports.map(portText)))];
  return [
    ...(ranges.length === 0 ? [] : [allow("to-stores", `stores of ${service}`, ranges, ports)]),
    ...(internetEgress
      ? [allow("to-internet", `the internet, for ${service}`, [everywhere], ["80", "443"])]
      : []),
  ];
}

function portText(port: PortRange): string {
  return typeof port === "number" ? `${port}` : `${port.from}-${port.to}`;
}
