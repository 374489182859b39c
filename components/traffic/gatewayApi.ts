import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { afterAll, installChart } from "../platform/release";

/**
 * The kinds of the Gateway API, where the cluster comes without them. They are a release of their own, which stands before
 * whatever uses them, and stay when it goes: with a kind go all objects of it.
 *
 * The standard channel, as GKE has it. Of the charts that have it, Envoy's `gateway-crds-helm` carries the experimental one
 * too, and its release would be a Secret of 1.6 MiB, where Kubernetes takes 1; Traefik's is deprecated. This one's release
 * is of 0.6 MiB, and its definitions are those of the project's release but for `helm.sh/resource-policy`.
 */
export class GatewayApi extends pulumi.ComponentResource {
  /** What objects of its kinds wait for. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:traffic:GatewayApi", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.gatewayApi,
        // the record of the release alone
        quota: { requests: { cpu: "0", memory: "0" }, limits: { cpu: "0", memory: "0" }, pods: 0 },
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "gatewayApiCrds", namespace: namespace.namespaceName, values: gatewayApiValues },
      afterAll(child, opts, [namespace]),
    );
    this.registerOutputs({});
  }
}

/** Values of the chart. */
export const gatewayApiValues = {
  standard: { enabled: true },
  experimental: { enabled: false },
  global: { resourcePolicy: { keep: true } },
} as const;
