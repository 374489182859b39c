import { frontPods, prometheusPods } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";
import { egressTo, internet, podsHere, tcp } from "../platform/networkPolicy";
import type { Destination, EgressRule, IngressRule } from "../platform/networkPolicy";
import { selectorLabels, taskSelector } from "./labels";
import type { WorkloadMesh } from "./membership";
import type { Peers, WorkloadPlan } from "./plan";

/** What a workload's traffic depends on besides its plan. */
export interface TrafficFacts {
  readonly peers: Peers;
  /** Where its stores answer. */
  readonly stores: readonly Destination[];
  /** Where it fetches its identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
  /** How requests get into the cluster. */
  readonly wayIn: WayInKind;
  /** @default - it is in none */
  readonly mesh?: WorkloadMesh | undefined;
  /** Where it sends the spans of its traces. */
  readonly telemetry?: Destination | undefined;
}

/**
 * Who may reach a workload: those that call it, when it has a route who hands on requests or who stands before it in a mesh,
 * Prometheus.
 */
export function ingressRules(
  { port, route, metrics }: WorkloadPlan,
  { peers, wayIn, mesh }: Pick<TrafficFacts, "peers" | "wayIn" | "mesh">,
): IngressRule[] {
  const { callers: services, taskCallers = [] } = peers;
  const callers = [...services.map(selectorLabels), ...taskCallers.map(taskSelector)].map(podsHere);
  const from = [...callers, ...(route === undefined ? [] : [mesh?.front.pods ?? frontPods[wayIn]])];
  return [
    ...(port === undefined || from.length === 0 ? [] : [{ from, ports: tcp(port, ...tunnel(mesh)) }]),
    ...(metrics === undefined ? [] : [{ from: [prometheusPods], ports: tcp(metrics.port) }]),
  ];
}

/** Whom a workload may reach: those it calls, its stores, its identity's credentials, who hears its spans, and the internet when it may. */
export function egressRules(
  plan: WorkloadPlan,
  { peers, stores, identityEndpoints, mesh, telemetry }: Omit<TrafficFacts, "wayIn">,
): EgressRule[] {
  return [
    ...Object.entries(peers.callees).map(([callee, port]) => ({
      to: [podsHere(selectorLabels(callee))],
      ports: tcp(port, ...tunnel(mesh)),
    })),
    ...[...stores, ...identityEndpoints, ...(telemetry === undefined ? [] : [telemetry])].map(egressTo),
    ...(plan.internetEgress === true ? [egressTo(mesh?.internet ?? internet(80, 443))] : []),
  ];
}

function tunnel(mesh: WorkloadMesh | undefined): readonly number[] {
  return mesh?.tunnelPort === undefined ? [] : [mesh.tunnelPort];
}
