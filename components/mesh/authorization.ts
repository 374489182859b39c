import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import { namespaces } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";
import { selectorLabels } from "../workload/labels";
import type { Member } from "./members";
import { gatewayPods, gatewayPort, portsBehind, trustDomain } from "./values";

/** The identity of a service account, as its certificate has it. */
export function principal(namespace: string, serviceAccount: string): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/**
 * Who may call a member on its port: those that say they do, and the way in where it has a route. Nobody calls one without a
 * port; `undefined` of one that nobody calls.
 *
 * @param metricsInMesh whether Prometheus, which has no certificate, comes by way of the mesh
 */
export function callersAllowed(
  namespace: string,
  { plan: { service, port, route, metrics }, peers }: Member,
  metricsInMesh: boolean,
): AuthorizationPolicy | undefined {
  const principals = [
    ...peers.callers.map((caller) => principal(namespace, caller)),
    ...(route === undefined ? [] : [principal(namespaces.istioIngress, namespaces.istioIngress)]),
  ];
  const rules = [
    ...(port === undefined || principals.length === 0
      ? []
      : [{ from: [{ source: { principals } }], to: [{ operation: { ports: [`${port}`] } }] }]),
    ...(metrics === undefined || !metricsInMesh
      ? []
      : [{ to: [{ operation: { ports: [`${metrics.port}`] } }] }]),
  ];
  if (rules.length === 0) return undefined;
  return new AuthorizationPolicy({
    metadata: { name: service },
    spec: { action: "ALLOW", selector: { matchLabels: selectorLabels(service) }, rules },
  });
}

/** Requests for the system's hosts come in, from the ingress controller: it has no certificate, so its network policy is it. */
export function hostsAllowed(hosts: readonly string[], wayIn: WayInKind): AuthorizationPolicy {
  return new AuthorizationPolicy({
    metadata: { name: "hosts" },
    spec: {
      action: "ALLOW",
      selector: { matchLabels: gatewayPods(namespaces.istioIngress) },
      rules: [{ to: [{ operation: { hosts: [...hosts], ports: [`${portsBehind[wayIn].pod}`] } }] }],
    },
  });
}

/** Those who call the internet get to the registered hosts, and to no other. */
export function wayOutAllowed(
  namespace: string,
  services: readonly string[],
  hosts: readonly string[],
): AuthorizationPolicy {
  const principals = services.map((service) => principal(namespace, service));
  return new AuthorizationPolicy({
    metadata: { name: "hosts" },
    spec: {
      action: "ALLOW",
      selector: { matchLabels: gatewayPods(namespaces.istioEgress) },
      rules: [
        {
          from: [{ source: { principals } }],
          to: [{ operation: { ports: [`${gatewayPort.pod}`] } }],
          when: [{ key: "connection.sni", values: [...hosts] }],
        },
      ],
    },
  });
}
