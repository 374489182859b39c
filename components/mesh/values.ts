import { platformPriority } from "../platform/priorities";
import { namespaces } from "../platform/names";
import { aTenthOfNodes, nodesByTenths } from "../platform/release";
import { spreadOver } from "../platform/spread";
import type { WayInKind } from "../traffic/wayIn";
import type { ResourcesPlan } from "../workload/plan";
import type { MeshPlan } from "./istioSpec";

/** Where Istio's images are, since 1.31 there alone (istio.io, Retirement of GCP infrastructure). */
export const istioRegistry = "docker.io/istio";

/** Labels of istiod's pods, and of the plugins on the nodes, as the charts write them. */
export const istiodPods = { app: "istiod" } as const;
export const cniPods = { "k8s-app": "istio-cni-node" } as const;
export const ztunnelPods = { app: "ztunnel" } as const;

/** TCP ports of Istio's parts. */
export const istioPorts = {
  /** istiod: configuration and certificates, by TLS; 15010, without it, is opened to nobody. */
  control: 15012,
  webhook: 15017,
  controlMetrics: 15014,
  /** Envoy's own metrics, in sidecars and gateways: beside the mesh, as it is not redirected. */
  proxyMetrics: 15090,
  ztunnelMetrics: 15020,
  /** Between pods of an ambient mesh. */
  tunnel: 15008,
} as const;

/**
 * What the sidecar adds to each pod. Envoy takes 0.2 of a CPU for 1,000 requests a second (istio.io, Performance and
 * Scalability), which the autoscaler counts as the pod's; what it asks for is little, so that suuupra, at its highest, still
 * fits into the 100 CPU of its namespace.
 */
export const sidecarResources: ResourcesPlan = {
  requests: { cpu: "5m", memory: "192Mi" },
  limits: { cpu: "200m", memory: "192Mi" },
};

/** How the parts that are no one's own stand. */
export interface Standing {
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
}

const images = { hub: istioRegistry, variant: "distroless" } as const;
const seccompProfile = { type: "RuntimeDefault" } as const;

/** Values of `base`, which has the kinds. */
export function baseValues(): Record<string, unknown> {
  return {
    defaultRevision: "default",
    global: { istioNamespace: namespaces.istio, enableReaderRBAC: false },
  };
}

/** What `istiod` is told besides. */
export interface IstiodFacts extends Standing {
  readonly plan: MeshPlan;
  /** Address blocks on the node that a pod speaks to past its sidecar: where it fetches its identity's credentials. */
  readonly nodeCidrs: readonly string[];
}

/** Values of `istiod`. */
export function istiodValues({
  highlyAvailable,
  nodeSelector,
  plan: { mode },
  nodeCidrs,
}: IstiodFacts): Record<string, unknown> {
  return {
    ...(mode === "ambient" && {
      profile: "ambient",
      trustedZtunnelNamespace: namespaces.istioNodes,
    }),
    autoscaleMin: highlyAvailable ? 2 : 1,
    autoscaleMax: highlyAvailable ? 5 : 2,
    rollingMaxSurge: 1,
    rollingMaxUnavailable: 0,
    resources: { requests: { cpu: "150m", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" } },
    seccompProfile,
    nodeSelector,
    topologySpreadConstraints: spreadOver(istiodPods),
    cni: { enabled: true },
    // says so itself where the kinds of the Gateway API are there; nobody but this program makes gateways
    env: { PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: "false" },
    gateways: { seccompProfile, securityContext: gatewaySecurityContext },
    meshConfig: {
      // metrics go by their own ports, so that a workload's never pass through its sidecar
      enablePrometheusMerge: false,
      outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
      defaultConfig: { holdApplicationUntilProxyStarts: true },
      // what no policy speaks of goes by TLS 1.3 alone
      meshMTLS: { minProtocolVersion: "TLSV1_3" },
      trustDomain,
    },
    global: {
      ...images,
      istioNamespace: namespaces.istio,
      priorityClassName: platformPriority,
      logAsJson: true,
      // with one replica a budget would only keep the node from being drained
      defaultPodDisruptionBudget: { enabled: highlyAvailable },
      proxy: {
        resources: sidecarResources,
        seccompProfile,
        excludeIPRanges: nodeCidrs.join(","),
        // an answer too long for UDP comes by TCP, from a server that is none of the mesh's
        excludeOutboundPorts: "53",
      },
    },
  };
}

/** Domain of the identities in the mesh. */
export const trustDomain = "cluster.local";

/** What the plugins on the nodes are told besides. */
export interface NodeFacts {
  readonly plan: MeshPlan;
  /** Folder of the node's network plugins. */
  readonly cniFolder: string;
}

/** Values of `cni`, by which no pod needs a right to redirect its own traffic. */
export function cniValues({ plan: { mode }, cniFolder }: NodeFacts): Record<string, unknown> {
  return {
    ...(mode === "ambient" && { profile: "ambient" }),
    cniBinDir: cniFolder,
    updateStrategy: nodesByTenths,
    seccompProfile,
    resourceQuotas,
    resources: { requests: { cpu: "20m", memory: "200Mi" }, limits: { cpu: "500m", memory: "200Mi" } },
    global: { ...images, logAsJson: true },
  };
}

/** Values of `ztunnel`, the proxy on each node of an ambient mesh. */
export function ztunnelValues(): Record<string, unknown> {
  return {
    ...images,
    resourceQuotas,
    logAsJson: true,
    // the next one is ready before the last one goes: all of a node's traffic passes through it
    updateStrategy: {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: aTenthOfNodes, maxUnavailable: 0 },
    },
    istioNamespace: namespaces.istio,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "2", memory: "256Mi" } },
  };
}

/** GKE gives the priority of nodes' own pods outside kube-system where a quota speaks of it alone. */
const resourceQuotas = { enabled: true, pods: 1000 } as const;

/** Ports above 1024 need no right, and no setting of the kernel. */
const gatewaySecurityContext = {
  runAsNonRoot: true,
  runAsUser: 1337,
  runAsGroup: 1337,
  fsGroup: 1337,
  seccompProfile,
} as const;

/** A gateway: its name, and the port of its Service behind which it listens. */
export interface GatewayFacts extends Standing {
  /** `istio-…`, as its namespace and Service are called. */
  readonly gateway: string;
  readonly replicas: { readonly min: number; readonly max: number };
  /** What its Service listens on. */
  readonly ports: readonly GatewayPort[];
  /** How many proxies before it may say who the client is. */
  readonly trustedProxies: number;
}

/** Port of a gateway's Service, and the one on which its pods listen. */
export interface GatewayPort {
  readonly name: string;
  readonly service: number;
  readonly pod: number;
}

/** Where a gateway takes TLS. */
export const gatewayPort = { name: "tls", service: 443, pod: 8443 } as const satisfies GatewayPort;

/**
 * Where the ingress gateway takes requests, by who hands them to it. Ingress objects say that it is spoken to by TLS. Routes of
 * the Gateway API say so by a kind (BackendTLSPolicy) that not every cluster has which brings that API along.
 */
export const portsBehind: Readonly<Record<WayInKind, GatewayPort>> = {
  ingress: gatewayPort,
  gateway: { name: "http", service: 80, pod: 8080 },
};

/** Labels of a gateway's pods. */
export function gatewayPods(gateway: string): Record<string, string> {
  return { app: gateway, istio: gateway.replace(/^istio-/, "") };
}

/** Values of `gateway`. */
export function gatewayValues({
  gateway,
  replicas: { min, max },
  nodeSelector,
  ports,
  trustedProxies,
}: GatewayFacts): Record<string, unknown> {
  const proxyConfig = { gatewayTopology: { numTrustedProxies: trustedProxies } };
  return {
    name: gateway,
    podAnnotations: {
      "inject.istio.io/templates": "gateway",
      "sidecar.istio.io/inject": "true",
      "proxy.istio.io/config": JSON.stringify(proxyConfig),
    },
    securityContext: gatewaySecurityContext,
    service: {
      type: "ClusterIP",
      ports: ports.map(({ name, service, pod }) => ({
        name,
        port: service,
        protocol: "TCP",
        targetPort: pod,
      })),
    },
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "2", memory: "256Mi" } },
    autoscaling: { enabled: true, minReplicas: min, maxReplicas: max, targetCPUUtilizationPercentage: 60 },
    podDisruptionBudget: min > 1 ? { maxUnavailable: 1 } : {},
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    minReadySeconds: 10,
    nodeSelector,
    topologySpreadConstraints: spreadOver(gatewayPods(gateway), min > 1 ? "required" : "preferred"),
    priorityClassName: platformPriority,
    // requests that are under way are finished, as the ingress controller finishes its own
    terminationGracePeriodSeconds: 60,
  };
}
