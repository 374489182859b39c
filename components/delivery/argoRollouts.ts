import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type MetricsSource, onePrometheus } from "../metrics/metricsSource";
import { alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, podsIn, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { argoRolloutsAlerts } from "./argoRolloutsAlerts";
import { letRollOut } from "./argoRolloutsRights";
import { argoRolloutsMetrics, argoRolloutsPods, argoRolloutsValues } from "./argoRolloutsValues";

/** Arguments of {@link ArgoRollouts}. */
export interface ArgoRolloutsArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of the system. */
  readonly systemNamespace: string;
  /** The same, as the namespace itself says it: whoever uses it waits for the namespace. */
  readonly standingNamespace: pulumi.Input<string>;
  /** Whether a mesh splits requests; then `opts` must depend on its kinds. */
  readonly inMesh: boolean;
  /**
   * Who answers queries by which new versions are judged.
   *
   * @default - the platform's Prometheus
   */
  readonly metrics?: MetricsSource;
}

/**
 * Argo Rollouts: carries out the strategies of the system's services, judges new versions by what the platform's Prometheus
 * has of them, and sends back those that fail. It sees the system's namespace and no other. Needs the monitoring stack's
 * kinds.
 */
export class ArgoRollouts extends pulumi.ComponentResource {
  /** What Rollouts wait for: its kinds, and who acts on them. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ArgoRolloutsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:delivery:ArgoRollouts", name, {}, opts);
    const { standingNamespace, inMesh, metrics = onePrometheus } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const made = new SecureNamespace(
      name,
      {
        namespace: namespaces.argoRollouts,
        // two, and one more while they are replaced
        quota: { requests: { cpu: "200m", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" }, pods: 4 },
      },
      child,
    );
    const namespace = made.namespaceName;
    const policies = trafficPolicies(name, { namespace, metrics }, child);
    // before it starts: it looks once whether there is a mesh
    const rights = letRollOut(`${name}-rights`, { namespace: standingNamespace, inMesh }, child);
    this.release = installChart(
      name,
      { chart: "argoRollouts", namespace, values: argoRolloutsValues(args) },
      afterAll(child, opts, [...policies, rights]),
    );
    const after = { ...child, dependsOn: this.release };
    const { name: port } = argoRolloutsMetrics;
    podMonitor(
      `${name}-monitor`,
      { namespace, monitor: "controller", podLabels: argoRolloutsPods, port },
      after,
    );
    alertRules(`${name}-alerts`, { namespace, rules: "rollouts", alerts: argoRolloutsAlerts }, after);
    this.registerOutputs({});
  }
}

const prometheusPort = 9090;

/** It speaks to the API server and asks Prometheus, which asks it. */
function trafficPolicies(
  name: string,
  { namespace, metrics }: { readonly namespace: pulumi.Output<string>; readonly metrics: MetricsSource },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const controller = allowTraffic(
    `${name}-controller`,
    {
      namespace,
      policy: "controller",
      podLabels: argoRolloutsPods,
      ingress: [{ from: [prometheusPods], ports: tcp(argoRolloutsMetrics.port) }],
      egress: [egressToApiServer, { to: [metrics.pods], ports: tcp(prometheusPort) }],
    },
    opts,
  );
  // others than Prometheus let it in by themselves
  if (!metrics.isPrometheus) return [controller];
  return [
    controller,
    allowTraffic(
      `${name}-prometheus`,
      {
        namespace: namespaces.monitoring,
        policy: "prometheus-from-argo-rollouts",
        podLabels: { "app.kubernetes.io/name": "prometheus" },
        ingress: [{ from: [podsIn(namespaces.argoRollouts, argoRolloutsPods)], ports: tcp(prometheusPort) }],
      },
      opts,
    ),
  ];
}
