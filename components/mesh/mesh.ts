import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { charts } from "../platform/charts";
import { customResource } from "../platform/customResource";
import { frontPods, namespaces, prometheusPods } from "../platform/names";
import { allowTraffic, egressTo, internet, podsIn, tcp } from "../platform/networkPolicy";
import type { Destination, PodDestination } from "../platform/networkPolicy";
import type { ServicePlace } from "../platform/service";
import type { WayInKind } from "../traffic/wayIn";
import { selectorLabels, taskSelector } from "../workload/labels";
import type { Membership, RouteFront, WorkloadMesh } from "../workload/membership";
import type { WorkloadPlan } from "../workload/plan";
import type { WorkloadSpec } from "../workload/spec";
import { hasTasks } from "../workload/tasks";
import { ControlPlane, istiod } from "./controlPlane";
import { MeshGateway } from "./gateway";
import { type IstioSpec, type MeshPlan, planMesh } from "./istioSpec";
import { cidrsPastSidecar } from "./members";
import { ingressCredential } from "./routing";
import { serviceHost } from "./registry";
import { gatewayPods, gatewayPort, istioPorts, portsBehind, sidecarResources } from "./values";

/** Arguments of {@link Mesh}. */
export interface MeshArgs extends Pick<
  ServicePlace,
  "highlyAvailable" | "nodeSelector" | "identityEndpoints"
> {
  readonly spec: IstioSpec;
  /** The system that is in it. */
  readonly system: {
    readonly namespace: string;
    readonly services: Readonly<Record<string, WorkloadSpec>>;
  };
  /** Folder of the nodes' network plugins. */
  readonly cniFolder: string;
  /** How requests get into the cluster, and so who hands them to the ingress gateway. */
  readonly wayIn: WayInKind;
}

/** Where a node's agent has the packets of its probes come from, in an ambient mesh (istio.io, Ambient and NetworkPolicy). */
const probesFrom = "169.254.7.127/32";

/**
 * Istio for one system: its control plane, the gateway by which requests come in from the ingress controller, and the one by
 * which they go out to registered hosts. Needs cert-manager and the monitoring stack's kinds.
 */
export class Mesh extends pulumi.ComponentResource {
  public readonly plan: MeshPlan;
  public readonly wayIn: WayInKind;
  /** What is of Istio's kinds waits for it. */
  public readonly release: k8s.helm.v3.Release;
  /** What pods of the mesh wait for. */
  public readonly ready: readonly pulumi.Resource[];
  /** What the system has to know of it. */
  public readonly membership: Membership;
  /** Namespace of the ingress gateway. */
  public readonly ingressNamespace: pulumi.Output<string>;
  /** That of the egress gateway; `undefined` where no host is registered. */
  public readonly egressNamespace: pulumi.Output<string> | undefined;

  constructor(name: string, args: MeshArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mesh:Mesh", name, {}, opts);
    const { system, highlyAvailable, nodeSelector } = args;
    this.plan = planMesh(args.spec);
    this.wayIn = args.wayIn;
    const child: pulumi.ComponentResourceOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const nodeCidrs = args.identityEndpoints.flatMap((endpoint) =>
      "namespace" in endpoint ? [] : endpoint.cidrs,
    );

    const control = new ControlPlane(
      `${name}-control`,
      {
        highlyAvailable,
        nodeSelector,
        plan: this.plan,
        nodeCidrs,
        cniFolder: args.cniFolder,
        members: [system.namespace],
      },
      child,
    );
    this.release = control.release;
    const after = { parent: this, dependsOn: control.release };
    const ingress = ingressGateway(`${name}-ingress`, args, this.plan, after);
    this.ingressNamespace = ingress.namespaceName;
    const egress = egressGateway(`${name}-egress`, args, this.plan, after);
    this.egressNamespace = egress?.namespaceName;
    this.ready = control.ready;
    this.membership = membershipOf(this.plan, frontOf(ingress.namespaceName, args.wayIn), nodeCidrs);
    this.registerOutputs({});
  }
}

/** It takes requests from the ingress controller, by TLS, and hands them to services with a route. */
function ingressGateway(
  name: string,
  { system, highlyAvailable, nodeSelector, wayIn }: MeshArgs,
  { mode }: MeshPlan,
  opts: pulumi.CustomResourceOptions,
): MeshGateway {
  const gateway = namespaces.istioIngress;
  const routed = Object.values(system.services).flatMap(({ route, port }) =>
    route === undefined || port === undefined ? [] : [port],
  );
  const ports = [...new Set([...routed, ...(mode === "ambient" ? [istioPorts.tunnel] : [])])];
  const made = new MeshGateway(
    name,
    {
      gateway,
      highlyAvailable,
      nodeSelector,
      replicas: highlyAvailable ? { min: 3, max: 12 } : { min: 1, max: 3 },
      // what the ingress controller says of the client
      trustedProxies: 1,
      ports: [portsBehind[wayIn]],
      ingress: [{ from: [frontPods[wayIn]], ports: tcp(portsBehind[wayIn].pod) }],
      egress: [{ to: [podsIn(system.namespace)], ports: tcp(...ports) }],
    },
    opts,
  );
  // cert-manager is among what the control plane waits for
  const after = { parent: made, dependsOn: opts.dependsOn ?? [] };
  if (wayIn === "ingress") certificate(`${name}-certificate`, made.namespaceName, after);
  return made;
}

/**
 * Who answers in the mesh's name to the ingress controller, which asks for no more than that it is kept from others: by whom it
 * is reached, network policies say.
 */
function certificate(
  name: string,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const issuerName = "self-signed";
  const issuer = customResource(
    `${name}-issuer`,
    { model: new Issuer({ metadata: { name: issuerName }, spec: { selfSigned: {} } }), namespace },
    opts,
  );
  const model = new Certificate({
    metadata: { name: ingressCredential },
    spec: {
      secretName: ingressCredential,
      dnsNames: [serviceHost(namespaces.istioIngress, namespaces.istioIngress)],
      duration: "2160h",
      renewBefore: "720h",
      usages: ["digital signature", "server auth"],
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      issuerRef: { group: "cert-manager.io", kind: "Issuer", name: issuerName },
    },
  });
  return customResource(name, { model, namespace }, { ...opts, dependsOn: issuer });
}

/** It takes connections of those who call the internet, and hands them on to registered hosts; none without such. */
function egressGateway(
  name: string,
  { system, highlyAvailable, nodeSelector }: MeshArgs,
  { egressHosts = [] }: MeshPlan,
  opts: pulumi.CustomResourceOptions,
): MeshGateway | undefined {
  const callers = Object.entries(system.services).flatMap(([service, spec]) =>
    spec.internetEgress === true
      ? [selectorLabels(service), ...(hasTasks(spec) ? [taskSelector(service)] : [])]
      : [],
  );
  if (egressHosts.length === 0 || callers.length === 0) return undefined;
  return new MeshGateway(
    name,
    {
      gateway: namespaces.istioEgress,
      highlyAvailable,
      nodeSelector,
      replicas: highlyAvailable ? { min: 2, max: 6 } : { min: 1, max: 2 },
      trustedProxies: 0,
      ports: [gatewayPort],
      ingress: [
        { from: callers.map((labels) => podsIn(system.namespace, labels)), ports: tcp(gatewayPort.pod) },
      ],
      egress: [egressTo(internet(443))],
    },
    opts,
  );
}

const egressDestination: PodDestination = {
  namespace: namespaces.istioEgress,
  podLabels: gatewayPods(namespaces.istioEgress),
  ports: [gatewayPort.pod],
};

/** The ingress gateway as routes and network policies know it. */
function frontOf(namespace: pulumi.Output<string>, wayIn: WayInKind): RouteFront {
  return {
    namespace,
    service: namespaces.istioIngress,
    port: portsBehind[wayIn].service,
    pods: podsIn(namespaces.istioIngress, gatewayPods(namespaces.istioIngress)),
  };
}

function membershipOf(
  { mode, egressHosts }: MeshPlan,
  front: RouteFront,
  nodeCidrs: readonly string[],
): Membership {
  if (mode === "ambient") {
    return {
      namespaceLabels: { "istio.io/dataplane-mode": "ambient" },
      of: () => ({ front, knowsRequests: false, tunnelPort: istioPorts.tunnel }),
      prepareNamespace: (name, namespace, opts) => [
        allowTraffic(
          `${name}-mesh`,
          {
            namespace,
            policy: "mesh",
            podLabels: {},
            ingress: [{ from: [{ ipBlock: { cidr: probesFrom } }] }],
          },
          opts,
        ),
      ],
    };
  }
  return {
    namespaceLabels: { "istio-injection": "enabled" },
    perPod: sidecarResources,
    of: (plan, stores): WorkloadMesh => ({
      podAnnotations: sidecarAnnotations(plan, stores, nodeCidrs),
      // another version of Istio rolls all pods that serve, since a sidecar is as old as its pod
      servingAnnotations: { "groundwork.dev/istio": charts.istiod.version },
      // one that goes on after the task has ended would keep its pod for ever
      taskAnnotations: { "sidecar.istio.io/nativeSidecar": "true" },
      front,
      knowsRequests: true,
      ...(egressHosts !== undefined && { internet: egressDestination }),
    }),
    prepareNamespace: (name, namespace, opts) => [
      allowTraffic(
        `${name}-mesh`,
        {
          namespace,
          policy: "mesh",
          podLabels: {},
          ingress: [{ from: [prometheusPods], ports: tcp(istioPorts.proxyMetrics) }],
          egress: [egressTo(istiod)],
        },
        opts,
      ),
    ],
  };
}

/**
 * What the injector is told of a pod.
 *
 * @throws RangeError of a workload that has its metrics on the port that it serves on: Prometheus has no certificate, so its
 * port is taken out of the mesh, and what is served must not be
 */
function sidecarAnnotations(
  { service, port, metrics }: WorkloadPlan,
  stores: readonly Destination[],
  nodeCidrs: readonly string[],
): Readonly<Record<string, string>> {
  if (metrics !== undefined && metrics.port === port) {
    throw new RangeError(
      `${service}.metrics.port: expected another than that it serves on, as it is in a mesh, got ${port}`,
    );
  }
  const past = cidrsPastSidecar(stores);
  return {
    ...(metrics !== undefined && { "traffic.sidecar.istio.io/excludeInboundPorts": `${metrics.port}` }),
    // in place of what holds for all, so that is said again
    ...(past.length > 0 && {
      "traffic.sidecar.istio.io/excludeOutboundIPRanges": [...nodeCidrs, ...past].join(","),
    }),
  };
}
