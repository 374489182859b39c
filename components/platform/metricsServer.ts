import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "./names";
import { SecureNamespace } from "./namespace";
import { allowTraffic, egressToApiServer, ingressFromAnyone, tcp } from "./networkPolicy";
import { platformPriority } from "./priorities";
import { afterAll, installChart } from "./release";
import { spreadOver } from "./spread";

/** Arguments of {@link MetricsServer}. */
export interface MetricsServerArgs {
  /** Two pods, or one. */
  readonly highlyAvailable: boolean;
  /** Labels of its nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

const pods = { "app.kubernetes.io/name": "metrics-server", "app.kubernetes.io/instance": "metrics-server" };

/** Serves `metrics.k8s.io`, by which pods are scaled, on clouds whose clusters come without it. Needs cert-manager. */
export class MetricsServer extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: MetricsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:MetricsServer", name, {}, opts);
    const { highlyAvailable, nodeSelector } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.metricsServer,
        quota: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "4", memory: "4Gi" }, pods: 10 },
      },
      child,
    );
    const policy = allowTraffic(
      `${name}-server`,
      {
        namespace: namespace.namespaceName,
        policy: "server",
        podLabels: pods,
        // The API server hands on queries to it; it asks each kubelet, on the node's own address.
        ingress: [ingressFromAnyone(10250)],
        egress: [egressToApiServer, { ports: tcp(10250) }],
      },
      child,
    );
    this.release = installChart(
      name,
      {
        chart: "metricsServer",
        namespace: namespace.namespaceName,
        values: metricsServerValues(highlyAvailable ? 2 : 1, nodeSelector),
      },
      afterAll(child, opts, [policy]),
    );

    this.registerOutputs({});
  }
}

/** Values of the chart for so many replicas. */
export function metricsServerValues(
  replicas: number,
  nodeSelector: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return {
    replicas,
    podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    priorityClassName: platformPriority,
    nodeSelector,
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    // 1 MiB a node is upstream's rule (kubernetes-sigs/metrics-server, "Scaling"): room for 250 nodes.
    resources: { requests: { cpu: "100m", memory: "300Mi" }, limits: { cpu: "500m", memory: "300Mi" } },
    topologySpreadConstraints: spreadOver(pods),
    // The API server checks our certificate instead of skipping the check, which is the chart's default.
    apiService: { insecureSkipTLSVerify: false },
    tls: { type: "cert-manager" },
    metrics: { enabled: true },
    serviceMonitor: { enabled: true },
  };
}
