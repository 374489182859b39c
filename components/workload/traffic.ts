import { frontPods, prometheusPods } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";
import { egressTo, internet, podsHere, tcp } from "../platform/networkPolicy";
import type { Destination, EgressRule, IngressRule } from "../platform/networkPolicy";
import { selectorLabels } from "./labels";
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
}

/** Who may reach a workload: those that call it, who hands on requests when it has a route, Prometheus. */
export function ingressRules(
  { port, route, metrics }: WorkloadPlan,
  { peers, wayIn }: Pick<TrafficFacts, "peers" | "wayIn">,
): IngressRule[] {
  const callers = peers.callers.map((caller) => podsHere(selectorLabels(caller)));
  const from = [...callers, ...(route === undefined ? [] : [frontPods[wayIn]])];
  return [
    ...(port === undefined || from.length === 0 ? [] : [{ from, ports: tcp(port) }]),
    ...(metrics === undefined ? [] : [{ from: [prometheusPods], ports: tcp(metrics.port) }]),
  ];
}

/** Whom a workload may reach: those it calls, its stores, its identity's credentials, and the internet when it may. */
export function egressRules(
  plan: WorkloadPlan,
  { peers, stores, identityEndpoints }: Pick<TrafficFacts, "peers" | "stores" | "identityEndpoints">,
): EgressRule[] {
  return [
    ...Object.entries(peers.callees).map(([callee, port]) => ({
      to: [podsHere(selectorLabels(callee))],
      ports: tcp(port),
    })),
    ...[...stores, ...identityEndpoints].map(egressTo),
    ...(plan.internetEgress === true ? [egressTo(internet(80, 443))] : []),
  ];
}
