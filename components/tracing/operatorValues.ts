import { internalIssuer } from "../traffic/internalAuthority";
import { namespaces } from "../platform/names";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";

/** Labels of the operator's pods, as the chart gives them. */
export const operatorPods = {
  "app.kubernetes.io/name": "opentelemetry-operator",
  "app.kubernetes.io/instance": "opentelemetry-operator",
} as const;

/** Its ports: what the API server calls, and what it tells of itself, with the name that its container has for that. */
export const operatorPorts = { webhook: 9443, metrics: 8080, metricsName: "metrics" } as const;

/**
 * The collectors' image: the distribution for Kubernetes, which has each part that their configurations name
 * (opentelemetry-collector-releases v0.158.0, distributions/otelcol-k8s/manifest.yaml). It moves with the operator.
 */
export const collectorImage = {
  repository: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s",
  // renovate: datasource=docker depName=ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s
  version: "0.158.0",
} as const;

/** What the chart's values are made from. */
export interface OperatorValuesArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of the pods that may ask to be instrumented. */
  readonly systemNamespace: string;
}

/** Values of the chart. */
export function operatorValues({
  highlyAvailable,
  nodeSelector,
  systemNamespace,
}: OperatorValuesArgs): Record<string, unknown> {
  // it sees these and no others
  const watched = [namespaces.tracing, systemNamespace];
  return {
    replicaCount: highlyAvailable ? 2 : 1,
    revisionHistoryLimit: 3,
    // with one replica a budget would only keep the node from being drained
    pdb: highlyAvailable ? { create: true, minAvailable: "", maxUnavailable: 1 } : { create: false },
    priorityClassName: platformPriority,
    nodeSelector,
    topologySpreadConstraints: spreadOver(operatorPods),
    // with a kind go all objects of it, and the pods that they keep
    crds: { create: true, annotations: { "helm.sh/resource-policy": "keep" } },
    manager: {
      collectorImage: { repository: collectorImage.repository, tag: collectorImage.version },
      // Prometheus asks without a token; its network policy lets nobody else ask
      ports: { metricsPort: operatorPorts.metrics, webhookPort: operatorPorts.webhook, healthzPort: 8081 },
      metrics: { secure: false },
      env: { ENABLE_WEBHOOKS: "true", WATCH_NAMESPACE: watched.join(",") },
      resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      securityContext: {
        ...closedContainer(),
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      },
      // the program's own: what a collector may read is in a Role of the system's namespace
      createRbacPermissions: false,
    },
    admissionWebhooks: {
      failurePolicy: "Fail",
      // pods start without, not instrumented, while it is away
      pods: { failurePolicy: "Ignore" },
      timeoutSeconds: 5,
      namespaceSelector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: watched }],
      },
      certManager: {
        enabled: true,
        issuerRef: internalIssuer,
        duration: "2160h",
        renewBefore: "720h",
      },
    },
  };
}
