import * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";

/** Service account of who counts. */
export const kedaServiceAccount = "keda-operator";

/** Labels by which the chart's own Deployments select their pods. */
export const kedaPods = {
  operator: { app: "keda-operator" },
  metricsServer: { app: "keda-operator-metrics-apiserver" },
  webhooks: { app: "keda-admission-webhooks" },
} as const;

/**
 * Ports of the pods. What the API server calls is on 10250: GKE's own firewall lets its control plane through to nodes and
 * pods on 443 and 10250 alone (https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules).
 */
export const kedaPorts = { grpc: 9666, metrics: 8080, aggregated: 10250 } as const;

/** What the chart's values are made from. */
export interface KedaValuesArgs {
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly watchedNamespaces: readonly pulumi.Input<string>[];
  /** Whether Argo Rollouts keeps some of what it scales. */
  readonly scalesRollouts: boolean;
  /** Of the operator's service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function kedaValues({
  highlyAvailable,
  nodeSelector,
  watchedNamespaces,
  scalesRollouts,
  annotations,
}: KedaValuesArgs): Record<string, unknown> {
  const replicaCount = highlyAvailable ? 2 : 1;
  // of two operators one leads; the other takes over within seconds, while autoscalers leave what they can't count alone
  const part = { replicaCount };
  const budget = highlyAvailable ? { maxUnavailable: 1 } : {};
  const roll = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } };
  const json = { format: "json" };
  const scraped = { enabled: true, port: kedaPorts.metrics, podMonitor: { enabled: true, interval: "30s" } };
  return {
    image: { pullPolicy: "IfNotPresent" },
    watchNamespace: pulumi.all([...watchedNamespaces]).apply((names) => names.join(",")),
    operator: part,
    metricsServer: part,
    webhooks: { ...part, port: kedaPorts.aggregated },
    upgradeStrategy: { operator: roll, metricsApiServer: roll, webhooks: roll },
    podDisruptionBudget: { operator: budget, metricServer: budget, webhooks: budget },
    topologySpreadConstraints: {
      operator: spreadOver(kedaPods.operator),
      metricsServer: spreadOver(kedaPods.metricsServer),
      webhooks: spreadOver(kedaPods.webhooks),
    },
    priorityClassName: platformPriority,
    nodeSelector,
    serviceAccount: { operator: { annotations } },
    // Deployments and StatefulSets, and no kinds of others that are not here
    rbac: scalesRollouts
      ? {
          enabledCustomScaledRefKinds: true,
          // as roles name the kind
          scaledRefKinds: [{ apiGroup: "argoproj.io", kind: "rollouts" }],
        }
      : { enabledCustomScaledRefKinds: false },
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    service: { portHttpsTarget: kedaPorts.aggregated },
    // By an authority of its own: whoever it signs for may ask for every metric. All three parts read the certificate anew
    // when it changes (pkg/metricsservice/utils/tls.go).
    certificates: { certManager: { enabled: true, duration: "2160h0m0s", renewBefore: "720h0m0s" } },
    logging: {
      operator: json,
      metricServer: { zapEncoder: "json" },
      webhooks: json,
    },
    prometheus: {
      operator: scraped,
      metricServer: scraped,
      // of this part the chart has a monitor of the other kind
      webhooks: {
        enabled: true,
        port: kedaPorts.metrics,
        serviceMonitor: { enabled: true, interval: "30s" },
      },
    },
    resources: {
      operator: { requests: { cpu: "50m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      metricServer: { requests: { cpu: "30m", memory: "128Mi" }, limits: { cpu: "300m", memory: "128Mi" } },
      webhooks: { requests: { cpu: "20m", memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    },
  };
}
