import { AuthorizationPolicy } from "@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy";
import { PeerAuthentication } from "@kubernetes-models/istio/security.istio.io/v1beta1/PeerAuthentication";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import {
  allowTraffic,
  egressTo,
  egressToApiServer,
  ingressFromAnyone,
  type PodDestination,
  podsIn,
  tcp,
} from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import type { MeshPlan } from "./istioSpec";
import { baseValues, cniPods, cniValues, istiodPods, istioPorts, istiodValues } from "./values";
import type { IstiodFacts, NodeFacts } from "./values";
import { ztunnelPods, ztunnelValues } from "./values";

/** Arguments of {@link ControlPlane}. */
export interface ControlPlaneArgs extends IstiodFacts, NodeFacts {
  /** Namespaces whose pods are in the mesh, gateways besides. */
  readonly members: readonly string[];
}

/** Where istiod answers those in the mesh. */
export const istiod: PodDestination = {
  namespace: namespaces.istio,
  podLabels: istiodPods,
  ports: [istioPorts.control],
};

/**
 * Istio without its gateways: the kinds, the plugin on each node, `istiod`, for an ambient mesh the proxy on each node, and
 * what holds for the whole mesh: no connection without both sides' certificates, and none that no policy allows.
 *
 * In that order: whatever is of Istio's kinds waits for `base`, pods wait for the plugin that redirects their traffic.
 */
export class ControlPlane extends pulumi.ComponentResource {
  /** `istiod`: what is of Istio's kinds waits for it, as it judges each before it is kept. */
  public readonly release: k8s.helm.v3.Release;
  /** What pods of the mesh wait for. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mesh:ControlPlane", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const system = new SecureNamespace(
      name,
      {
        namespace: namespaces.istio,
        quota: { requests: { cpu: "4", memory: "8Gi" }, limits: { cpu: "16", memory: "8Gi" }, pods: 12 },
      },
      child,
    );
    const nodes = nodesNamespace(`${name}-nodes`, child);
    const policies = [
      istiodPolicy(`${name}-istiod`, { namespace: system.namespaceName, members: args.members }, child),
      ...nodePolicies(`${name}-nodes`, { namespace: nodes.namespaceName, plan: args.plan }, child),
    ];
    const base = installChart(
      `${name}-base`,
      { chart: "istioBase", namespace: system.namespaceName, values: baseValues() },
      afterAll(child, opts, [system]),
    );
    const cni = installChart(
      `${name}-cni`,
      { chart: "istioCni", namespace: nodes.namespaceName, values: cniValues(args) },
      { ...child, dependsOn: [base, nodes, ...policies] },
    );
    this.release = installChart(
      name,
      { chart: "istiod", namespace: system.namespaceName, values: istiodValues(args) },
      { ...child, dependsOn: cni },
    );
    const ztunnel =
      args.plan.mode === "ambient"
        ? [
            installChart(
              `${name}-ztunnel`,
              { chart: "ztunnel", namespace: nodes.namespaceName, values: ztunnelValues() },
              { ...child, dependsOn: this.release },
            ),
          ]
        : [];
    this.ready = [this.release, ...ztunnel];

    const after = { ...child, dependsOn: this.release };
    const inRoot = { namespace: system.namespaceName };
    customResource(`${name}-mutual-tls`, { model: mutualTls, ...inRoot }, after);
    customResource(`${name}-deny`, { model: denial, ...inRoot }, after);
    monitors(name, { system: system.namespaceName, nodes: nodes.namespaceName, plan: args.plan }, after);
    this.registerOutputs({});
  }
}

/** In the root namespace, it holds for all of the mesh. */
const mutualTls = new PeerAuthentication({
  metadata: { name: "default" },
  spec: { mtls: { mode: "STRICT" } },
});

/** A policy without a rule allows nothing; what is to be, another policy allows. */
const denial = new AuthorizationPolicy({ metadata: { name: "deny" }, spec: {} });

/** The namespace of what runs on each node. */
function nodesNamespace(name: string, opts: pulumi.CustomResourceOptions): SecureNamespace {
  return new SecureNamespace(
    name,
    {
      namespace: namespaces.istioNodes,
      podSecurity: {
        level: "privileged",
        reason:
          "istio-cni writes the node's network plugins and redirects traffic in pods' network namespaces, so that no pod of a workload needs a right to",
      },
      quota: {
        requests: { cpu: "150", memory: "500Gi" },
        limits: { cpu: "2600", memory: "500Gi" },
        pods: 2000,
      },
    },
    opts,
  );
}

interface IstiodPolicyArgs extends Pick<ControlPlaneArgs, "members"> {
  readonly namespace: pulumi.Output<string>;
}

/** Members get their configuration and certificates, the API server calls its webhooks, Prometheus scrapes it. */
function istiodPolicy(
  name: string,
  { namespace, members }: IstiodPolicyArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  const from = [...members, namespaces.istioIngress, namespaces.istioEgress, namespaces.istioNodes];
  return allowTraffic(
    name,
    {
      namespace,
      policy: "istiod",
      podLabels: istiodPods,
      ingress: [
        { from: from.map((member) => podsIn(member)), ports: tcp(istioPorts.control) },
        ingressFromAnyone(istioPorts.webhook),
        { from: [prometheusPods], ports: tcp(istioPorts.controlMetrics) },
      ],
      egress: [egressToApiServer],
    },
    opts,
  );
}

interface NodePoliciesArgs extends Pick<ControlPlaneArgs, "plan"> {
  readonly namespace: pulumi.Output<string>;
}

function nodePolicies(
  name: string,
  { namespace, plan: { mode } }: NodePoliciesArgs,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const scraped = (port: number) => [{ from: [prometheusPods], ports: tcp(port) }];
  const cni = allowTraffic(
    `${name}-cni`,
    {
      namespace,
      policy: "cni",
      podLabels: cniPods,
      ingress: scraped(istioPorts.controlMetrics),
      egress: [egressToApiServer],
    },
    opts,
  );
  if (mode === "sidecar") return [cni];
  const ztunnel = allowTraffic(
    `${name}-ztunnel`,
    {
      namespace,
      policy: "ztunnel",
      podLabels: ztunnelPods,
      ingress: scraped(istioPorts.ztunnelMetrics),
      egress: [egressTo(istiod)],
    },
    opts,
  );
  return [cni, ztunnel];
}

interface MonitorsArgs {
  readonly system: pulumi.Output<string>;
  readonly nodes: pulumi.Output<string>;
  readonly plan: MeshPlan;
}

function monitors(
  name: string,
  { system, nodes, plan: { mode } }: MonitorsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  podMonitor(
    `${name}-monitor`,
    { namespace: system, monitor: "istiod", podLabels: istiodPods, port: "http-monitoring" },
    opts,
  );
  podMonitor(
    `${name}-cni-monitor`,
    { namespace: nodes, monitor: "istio-cni", podLabels: cniPods, port: "metrics" },
    opts,
  );
  if (mode === "sidecar") return;
  podMonitor(
    `${name}-ztunnel-monitor`,
    { namespace: nodes, monitor: "ztunnel", podLabels: ztunnelPods, port: "ztunnel-stats" },
    opts,
  );
}
