import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { type MetricsSource, onePrometheus } from "../metrics/metricsSource";
import { alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import {
  allowTraffic,
  type AllowTrafficArgs,
  egressTo,
  egressToApiServer,
  ingressFromAnyone,
  podsHere,
  podsIn,
  tcp,
} from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { kedaAlerts } from "./kedaAlerts";
import { kedaPorts, kedaPods, kedaServiceAccount, kedaValues } from "./kedaValues";

/** Arguments of {@link Keda}. */
export interface KedaArgs extends Pick<
  ServicePlace,
  "highlyAvailable" | "nodeSelector" | "identify" | "identityEndpoints"
> {
  /** Namespaces whose workloads it scales: it sees no other. */
  readonly watchedNamespaces: readonly pulumi.Input<string>[];
  /** Whether Argo Rollouts keeps some of them. */
  readonly scalesRollouts: boolean;
  /** Whether something is counted that asks for an identity of the cloud. */
  readonly countsInCloud: boolean;
  /**
   * Who answers queries by which workloads are scaled.
   *
   * @default - the platform's Prometheus
   */
  readonly metrics?: MetricsSource;
}

/**
 * KEDA: serves `external.metrics.k8s.io`, by which autoscalers count what waits for a workload. It reads no Secret but its
 * certificate, which cert-manager has signed by an authority of KEDA's alone. Needs cert-manager and the monitoring stack's
 * kinds.
 */
export class Keda extends pulumi.ComponentResource {
  /** Objects of its kinds wait for it, and are gone before it: it takes their finalizers off. */
  public readonly release: k8s.helm.v3.Release;
  /**
   * As whom it counts; a grant says what.
   *
   * @default - nothing that it counts asks for one
   */
  public readonly identity?: WorkloadIdentity;
  /** Its namespace; whoever uses it waits for the namespace. */
  public readonly namespaceName: pulumi.Output<string>;

  constructor(name: string, args: KedaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:scaling:Keda", name, {}, opts);
    const { highlyAvailable, nodeSelector, watchedNamespaces, scalesRollouts, countsInCloud } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.keda,
        // two of each of three parts, and one more of each while they are replaced
        quota: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "4", memory: "2Gi" }, pods: 12 },
      },
      child,
    );
    this.namespaceName = namespace.namespaceName;
    if (countsInCloud) {
      this.identity = args.identify(
        `${name}-identity`,
        { namespace: namespaces.keda, serviceAccount: kedaServiceAccount },
        { ...child, dependsOn: opts?.dependsOn ?? [] },
      );
    }
    const policies = trafficPolicies(name, { ...args, namespace: namespace.namespaceName }, child);
    this.release = installChart(
      name,
      {
        chart: "keda",
        namespace: namespace.namespaceName,
        values: kedaValues({
          highlyAvailable,
          nodeSelector,
          watchedNamespaces,
          scalesRollouts,
          annotations: this.identity?.serviceAccountAnnotations ?? {},
        }),
      },
      // its pods get their credentials as they start
      afterAll(child, opts, [...policies, ...(this.identity === undefined ? [] : [this.identity])]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "scaling", alerts: kedaAlerts },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

/** Who calls whom: autoscalers the metrics server by way of the API server, that the operator, and the operator who is asked. */
function trafficPolicies(
  name: string,
  {
    namespace,
    countsInCloud,
    identityEndpoints,
    metrics: source = onePrometheus,
  }: Pick<KedaArgs, "countsInCloud" | "identityEndpoints" | "metrics"> & {
    readonly namespace: pulumi.Output<string>;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const { operator, metricsServer, webhooks } = kedaPods;
  const { grpc, metrics, aggregated } = kedaPorts;
  const scraped = { from: [prometheusPods], ports: tcp(metrics) };
  const policies: readonly (AllowTrafficArgs & { readonly key: string })[] = [
    {
      key: "operator",
      namespace,
      policy: "operator",
      podLabels: operator,
      ingress: [{ from: [podsHere(metricsServer)], ports: tcp(grpc) }, scraped],
      egress: [
        // and queues of the cloud, which answer on the same port
        egressToApiServer,
        { to: [source.pods], ports: tcp(prometheusPort) },
        ...(countsInCloud ? identityEndpoints.map(egressTo) : []),
      ],
    },
    {
      key: "metrics-server",
      namespace,
      policy: "metrics-server",
      podLabels: metricsServer,
      ingress: [ingressFromAnyone(aggregated), scraped],
      egress: [egressToApiServer, { to: [podsHere(operator)], ports: tcp(grpc) }],
    },
    {
      key: "webhooks",
      namespace,
      policy: "webhooks",
      podLabels: webhooks,
      ingress: [ingressFromAnyone(aggregated), scraped],
      egress: [egressToApiServer],
    },
    ...(source.isPrometheus ? [prometheusFromKeda] : []),
  ];
  return policies.map(({ key, ...policy }) => allowTraffic(`${name}-${key}`, policy, opts));
}

const prometheusPort = 9090;

const prometheusFromKeda = {
  key: "prometheus",
  namespace: namespaces.monitoring,
  policy: "prometheus-from-keda",
  podLabels: { "app.kubernetes.io/name": "prometheus" },
  ingress: [{ from: [podsIn(namespaces.keda, kedaPods.operator)], ports: tcp(prometheusPort) }],
};
