import { DestinationRule } from "@kubernetes-models/istio/networking.istio.io/v1beta1/DestinationRule";
import { Gateway } from "@kubernetes-models/istio/networking.istio.io/v1beta1/Gateway";
import {
  type IVirtualService,
  VirtualService,
} from "@kubernetes-models/istio/networking.istio.io/v1beta1/VirtualService";
import { namespaces } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";
import type { WorkloadPlan } from "../workload/plan";
import { meshRoutesOf, subsets } from "../workload/strategy";
import { selectorLabels } from "../workload/labels";
import type { RouteSpec } from "../workload/spec";
import type { MeshMode } from "./istioSpec";
import type { Member } from "./members";
import { nameOf, serviceHost } from "./registry";
import { gatewayPods, gatewayPort, portsBehind } from "./values";

type HttpRoute = NonNullable<NonNullable<IVirtualService["spec"]>["http"]>[number];

/** Port of every service's Service. */
const servicePort = 80;

/** Name of the gateways' own objects of that kind, each in its namespace. */
const gatewayName = "gateway";

/** Names of the Secret with the ingress gateway's certificate. */
export const ingressCredential = "gateway-tls";

/**
 * How a service is called: by whom has the least to do, without the pods that have just failed; and by certificate alone,
 * even of a pod that says it has no sidecar.
 */
export function callRule(namespace: string, plan: WorkloadPlan, mode: MeshMode): DestinationRule {
  const { service } = plan;
  return new DestinationRule({
    metadata: { name: service },
    spec: {
      host: serviceHost(service, namespace),
      trafficPolicy: {
        loadBalancer: { simple: "LEAST_REQUEST" },
        connectionPool: { tcp: { connectTimeout: "3s" } },
        // a fault of all pods is none of one pod's: half of them are kept, whatever they answer
        outlierDetection: {
          consecutive5xxErrors: 10,
          interval: "10s",
          baseEjectionTime: "30s",
          maxEjectionPercent: 50,
        },
        ...(mode === "sidecar" && { tls: { mode: "ISTIO_MUTUAL" as const } }),
      },
    },
  });
}

/**
 * The versions of a split service. The mesh takes a host's rules together: how they are called is {@link callRule}'s to say.
 * They stand apart so that they come and go with the strategy, as what an update leaves alone it also never adds.
 */
export function versionsRule(namespace: string, service: string): DestinationRule {
  return new DestinationRule({
    metadata: { name: meshRoutesOf(service).versions },
    spec: {
      host: serviceHost(service, namespace),
      // each is all of its pods until there are two versions: Argo Rollouts adds the version's hash
      subsets: Object.values(subsets).map((name) => ({ name, labels: selectorLabels(service) })),
    },
  });
}

/** Whether the mesh hands each version of a service its part of the requests: proxies of connections alone can't. */
export function isSplit({ strategy }: Pick<WorkloadPlan, "strategy">, mode: MeshMode): boolean {
  return strategy.kind === "canary" && mode === "sidecar";
}

/**
 * What Argo Rollouts changes of a split service's objects, and an update of the program must not set back. Whole lists: the API
 * server gives a list of these kinds to one manager, and the Kubernetes provider finds no paths inside of lists.
 */
export const changedByRollouts = { versions: ["spec.subsets"], split: ["spec.http"] } as const;

/** Both versions of a service, and the part of the requests that each gets: all of them the one that stands. */
function bothVersions(namespace: string, service: string) {
  const part = (subset: string, weight: number) => ({
    destination: { host: serviceHost(service, namespace), subset, port: { number: servicePort } },
    weight,
  });
  return { name: service, route: [part(subsets.stable, 100), part(subsets.canary, 0)] };
}

/** How the services of the mesh call a split one. */
export function splitCalls(namespace: string, service: string): VirtualService {
  return new VirtualService({
    metadata: { name: meshRoutesOf(service).calls },
    spec: {
      hosts: [serviceHost(service, namespace)],
      gateways: ["mesh"],
      exportTo: ["."],
      http: [bothVersions(namespace, service)],
    },
  });
}

/**
 * How the ingress gateway calls a split service: what the host's routes leave to it, in the service's own namespace, where
 * Argo Rollouts may change it.
 */
export function splitWayIn(namespace: string, service: string): VirtualService {
  return new VirtualService({
    metadata: { name: meshRoutesOf(service).wayIn },
    spec: { exportTo: [namespaces.istioIngress], http: [bothVersions(namespace, service)] },
  });
}

/** Where requests come in from the ingress controller, which names the host but not by TLS. */
export function ingressGateway(wayIn: WayInKind): Gateway {
  const { service: number } = portsBehind[wayIn];
  return new Gateway({
    metadata: { name: gatewayName },
    spec: {
      selector: gatewayPods(namespaces.istioIngress),
      servers: [
        wayIn === "ingress"
          ? {
              port: { number, name: "https", protocol: "HTTPS" },
              hosts: ["*"],
              tls: { mode: "SIMPLE", credentialName: ingressCredential, minProtocolVersion: "TLSV1_2" },
            }
          : { port: { number, name: "http", protocol: "HTTP" }, hosts: ["*"] },
      ],
    },
  });
}

/** Methods that may be sent twice and do no more than once (RFC 9110, section 9.2.2). */
const idempotentMethods = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].join("|");

/** When a request has come to no pod. */
const neverCame = "connect-failure,refused-stream";

/** How requests of a route are handed on, in the order in which they are looked at: of which methods, and how often again. */
function handedOn({ timeoutSeconds, retries }: RouteSpec): readonly {
  readonly methods?: string;
  readonly times: Pick<HttpRoute, "timeout" | "retries">;
}[] {
  const timeout = timeoutSeconds === undefined ? {} : { timeout: `${timeoutSeconds}s` };
  if (retries === undefined) return [{ times: timeout }];
  if (retries === 0) return [{ times: { ...timeout, retries: { attempts: 0 } } }];
  const again = (retryOn: string) => ({ ...timeout, retries: { attempts: retries, retryOn } });
  return [
    { methods: idempotentMethods, times: again(`${neverCame},reset,gateway-error`) },
    { times: again(neverCame) },
  ];
}

/** The services with a route on a host, by their paths, the longest first. */
export function hostRoutes(
  namespace: string,
  host: string,
  members: readonly Member[],
  mode: MeshMode,
): VirtualService {
  const routes = members
    .flatMap(({ plan }) => {
      const { service, route } = plan;
      return route === undefined ? [] : [{ service, route, split: isSplit(plan, mode) }];
    })
    .sort(
      ({ route: { path: one } }, { route: { path: other } }) =>
        other.length - one.length || one.localeCompare(other),
    );
  return new VirtualService({
    metadata: { name: nameOf(host) },
    spec: {
      hosts: [host],
      gateways: [gatewayName],
      exportTo: ["."],
      // what they say of times and retries holds for those too to which they leave the rest
      http: routes.flatMap(({ service, route, split }) =>
        handedOn(route).map(({ methods, times }) => ({
          name: methods === undefined ? service : `${service}-idempotent`,
          match: matchesOf(route.path, methods),
          ...times,
          ...(split
            ? { delegate: { name: meshRoutesOf(service).wayIn, namespace } }
            : {
                route: [
                  { destination: { host: serviceHost(service, namespace), port: { number: servicePort } } },
                ],
              }),
        })),
      ),
    },
  });
}

/** A path and what is below it: `/api` and `/api/x`, and no `/apis`; of some methods, or all. */
function matchesOf(path: string, methods?: string): NonNullable<HttpRoute["match"]> {
  const method = methods === undefined ? {} : { method: { regex: methods } };
  if (path === "/") return [{ uri: { prefix: "/" }, ...method }];
  const whole = path.replace(/\/+$/, "");
  return [
    { uri: { exact: whole }, ...method },
    { uri: { prefix: `${whole}/` }, ...method },
  ];
}

/** Where those who call the internet come to, each by the certificate of the mesh; one server a host, told by its name. */
export function egressGateway(hosts: readonly string[]): Gateway {
  return new Gateway({
    metadata: { name: gatewayName },
    spec: {
      selector: gatewayPods(namespaces.istioEgress),
      servers: hosts.map((host) => ({
        port: { number: gatewayPort.service, name: `tls-${nameOf(host)}`, protocol: "TLS" },
        hosts: [host],
        tls: { mode: "ISTIO_MUTUAL" as const },
      })),
    },
  });
}

/** The client's own TLS goes inside the mesh's to the gateway, and from there as it is. */
export function wayOut(host: string): VirtualService {
  const gateway = `${namespaces.istioEgress}/${gatewayName}`;
  return new VirtualService({
    metadata: { name: nameOf(host) },
    spec: {
      hosts: [host],
      gateways: ["mesh", gateway],
      exportTo: [".", namespaces.istioEgress],
      tls: [
        {
          match: [{ gateways: ["mesh"], port: 443, sniHosts: [host] }],
          route: [
            {
              destination: { host: egressHost, subset: nameOf(host), port: { number: gatewayPort.service } },
            },
          ],
        },
      ],
      tcp: [
        {
          match: [{ gateways: [gateway], port: gatewayPort.service }],
          route: [{ destination: { host, port: { number: 443 } } }],
        },
      ],
    },
  });
}

const egressHost = serviceHost(namespaces.istioEgress, namespaces.istioEgress);

/** How the egress gateway is called: by the mesh's TLS, which names the host that is meant. */
export function wayOutRule(hosts: readonly string[]): DestinationRule {
  return new DestinationRule({
    metadata: { name: namespaces.istioEgress },
    spec: {
      host: egressHost,
      exportTo: ["."],
      subsets: hosts.map((host) => ({
        name: nameOf(host),
        trafficPolicy: {
          portLevelSettings: [
            { port: { number: gatewayPort.service }, tls: { mode: "ISTIO_MUTUAL" as const, sni: host } },
          ],
        },
      })),
    },
  });
}
