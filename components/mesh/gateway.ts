import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, tcp } from "../platform/networkPolicy";
import type { EgressRule, IngressRule } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import { istiod } from "./controlPlane";
import { gatewayPods, gatewayValues, istioPorts, type GatewayFacts } from "./values";

/** Arguments of {@link MeshGateway}. */
export interface MeshGatewayArgs extends GatewayFacts {
  /** Who may reach it. */
  readonly ingress: readonly IngressRule[];
  /** Whom it may reach, istiod and DNS besides. */
  readonly egress: readonly EgressRule[];
}

/** Envoy at an edge of the mesh, in a namespace of its own that is called as it is. Waits for the control plane. */
export class MeshGateway extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;
  public readonly namespaceName: pulumi.Output<string>;

  constructor(name: string, args: MeshGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mesh:MeshGateway", name, {}, opts);
    const { gateway, replicas, ingress, egress } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const podLabels = gatewayPods(gateway);

    const namespace = new SecureNamespace(
      name,
      {
        namespace: gateway,
        quota: {
          requests: { cpu: `${replicas.max + 2}`, memory: `${replicas.max + 2}Gi` },
          limits: { cpu: `${2 * (replicas.max + 2)}`, memory: `${replicas.max + 2}Gi` },
          pods: replicas.max + 2,
        },
      },
      child,
    );
    this.namespaceName = namespace.namespaceName;
    const policy = allowTraffic(
      `${name}-traffic`,
      {
        namespace: this.namespaceName,
        policy: "gateway",
        podLabels,
        ingress: [...ingress, { from: [prometheusPods], ports: tcp(istioPorts.proxyMetrics) }],
        egress: [egressTo(istiod), ...egress],
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "istioGateway", namespace: this.namespaceName, values: gatewayValues(args) },
      afterAll(child, opts, [policy]),
    );
    podMonitor(
      `${name}-monitor`,
      {
        namespace: this.namespaceName,
        monitor: gateway,
        podLabels,
        port: "http-envoy-prom",
        path: "/stats/prometheus",
      },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}
