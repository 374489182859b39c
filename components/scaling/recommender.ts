import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { apart } from "../platform/spread";
import { recommenderAlerts } from "./recommenderAlerts";

/** Arguments of {@link Recommender}. */
export interface RecommenderArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace whose workloads it watches: it looks at the pods of no other. */
  readonly watchedNamespace: pulumi.Input<string>;
}

const pods = {
  "app.kubernetes.io/name": "vertical-pod-autoscaler",
  "app.kubernetes.io/instance": "vertical-pod-autoscaler",
  "app.kubernetes.io/component": "recommender",
} as const;

/** Port of metrics and of its probes. */
const metricsPort = 8942;

/**
 * Kubernetes' Vertical Pod Autoscaler, of which only the part that recommends: by what pods have used over eight days, how much
 * CPU and memory they should ask for. The parts that would change pods are not installed. Needs `metrics.k8s.io` and the
 * monitoring stack's kinds.
 */
export class Recommender extends pulumi.ComponentResource {
  /** Objects of its kinds wait for it, and are gone before it. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: RecommenderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:scaling:Recommender", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.vpa,
        // two, and one more while they are replaced
        quota: { requests: { cpu: "200m", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" }, pods: 4 },
      },
      child,
    );
    const policy = allowTraffic(
      `${name}-recommender`,
      {
        namespace: namespace.namespaceName,
        policy: "recommender",
        podLabels: pods,
        ingress: [{ from: [prometheusPods], ports: tcp(metricsPort) }],
        // which hands on what it asks of metrics.k8s.io, too
        egress: [egressToApiServer],
      },
      child,
    );
    this.release = installChart(
      name,
      { chart: "verticalPodAutoscaler", namespace: namespace.namespaceName, values: recommenderValues(args) },
      afterAll(child, opts, [policy]),
    );
    const whenThere = { ...child, dependsOn: this.release };
    podMonitor(
      `${name}-monitor`,
      {
        namespace: namespace.namespaceName,
        monitor: "recommender",
        podLabels: pods,
        port: "prometheus",
      },
      whenThere,
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "sizing", alerts: recommenderAlerts },
      whenThere,
    );
    this.registerOutputs({});
  }
}

/** Values of the chart. */
export function recommenderValues({
  highlyAvailable,
  nodeSelector,
  watchedNamespace,
}: RecommenderArgs): Record<string, unknown> {
  return {
    // neither changes pods as they are made, nor evicts them
    admissionController: { enabled: false },
    updater: { enabled: false },
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: closedContainer(),
    recommender: {
      replicas: highlyAvailable ? 2 : 1,
      extraArgs: [pulumi.interpolate`--vpa-object-namespace=${watchedNamespace}`, "--v=2"],
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      // with one replica a budget would only keep the node from being drained
      podDisruptionBudget: { enabled: highlyAvailable, minAvailable: 1 },
      priorityClassName: platformPriority,
      nodeSelector,
      // the chart takes no topology spread
      affinity: apart(pods),
      resources: { requests: { cpu: "20m", memory: "256Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
    },
  };
}
