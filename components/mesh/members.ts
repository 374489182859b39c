import type { Destination, PortRange } from "../platform/networkPolicy";
import type { Peers, WorkloadPlan } from "../workload/plan";

/** A service of the system as the mesh knows it. */
export interface Member {
  readonly plan: WorkloadPlan;
  readonly peers: Peers;
  /** Its stores by name, and where each answers. */
  readonly stores: Readonly<Record<string, readonly Destination[]>>;
  /** DNS name under which its route is served. */
  readonly host?: string | undefined;
}

/** A store outside the mesh, by the addresses at which it answers. */
export interface OutsideStore {
  readonly cidrs: readonly string[];
  readonly ports: readonly number[];
}

const everywhere = "0.0.0.0/0";

/**
 * The stores of a member that answer at addresses of the network, each with what it has there.
 *
 * By address and not by name: of PostgreSQL's and MySQL's protocols the first bytes name no host, so that two names at one
 * port could not be told apart, and a name that fails over goes on to be the client's to ask for.
 */
export function storesInNetwork({ stores }: Pick<Member, "stores">): Readonly<Record<string, OutsideStore>> {
  const entries = Object.entries(stores).flatMap(([store, destinations]) => {
    const here = destinations.flatMap((destination) =>
      "namespace" in destination || destination.cidrs.includes(everywhere) ? [] : [destination],
    );
    const ports = [...new Set(here.flatMap((destination) => destination.ports.filter(isPort)))];
    const cidrs = [...new Set(here.flatMap((destination) => destination.cidrs))];
    return ports.length === 0 ? [] : [[store, { cidrs, ports }] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether a store of its answers at the cloud's public addresses, by TLS, where names tell whose they are. */
export function usesPublicStores({ stores }: Pick<Member, "stores">): boolean {
  return Object.values(stores)
    .flat()
    .some((destination) => !("namespace" in destination) && destination.cidrs.includes(everywhere));
}

/** Namespaces of its stores in the cluster. */
export function storeNamespaces({ stores }: Pick<Member, "stores">): readonly string[] {
  const names = Object.values(stores)
    .flat()
    .flatMap((destination) => ("namespace" in destination ? [destination.namespace] : []));
  return [...new Set(names)].sort();
}

/**
 * Address blocks that it speaks to past its sidecar: of stores that answer on ranges of ports, such as Atlas' private
 * endpoints on 1024 to 65535, for which the mesh has no word. The network policies are held to the same addresses.
 */
export function cidrsPastSidecar(destinations: readonly Destination[]): readonly string[] {
  const cidrs = destinations.flatMap((destination) =>
    "namespace" in destination || destination.ports.every(isPort) ? [] : destination.cidrs,
  );
  return [...new Set(cidrs)].sort();
}

function isPort(port: PortRange): port is number {
  return typeof port === "number";
}
