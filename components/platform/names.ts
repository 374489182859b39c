import type { WayInKind } from "../traffic/wayIn";
import { type Peer, podsIn } from "./networkPolicy";

/** Where the platform's own services stand: fixed, so that policies can name them before they exist. */
export const namespaces = {
  alloy: "alloy",
  alloyEvents: "alloy-events",
  argoCd: "argocd",
  argoRollouts: "argo-rollouts",
  blackboxExporter: "blackbox-exporter",
  certManager: "cert-manager",
  elasticKinds: "elastic-kinds",
  elasticTelemetry: "elastic-telemetry",
  externalDns: "external-dns",
  externalSecrets: "external-secrets",
  falco: "falco",
  falcoSidekick: "falcosidekick",
  filebeat: "filebeat",
  flagd: "flagd",
  gateway: "nginx-gateway",
  gatewayApi: "gateway-api",
  ingress: "ingress-nginx",
  istio: "istio-system",
  istioEgress: "istio-egress",
  istioIngress: "istio-ingress",
  istioNodes: "istio-nodes",
  keda: "keda",
  kyverno: "kyverno",
  loki: "loki",
  logging: "logging",
  metricsServer: "metrics-server",
  monitoring: "monitoring",
  nodeExporter: "node-exporter",
  openTelemetryOperator: "opentelemetry-operator",
  reloader: "reloader",
  tracing: "tracing",
  thanos: "thanos",
  trivy: "trivy-system",
  vault: "vault",
  vpa: "vpa",
  velero: "velero",
} as const;

/** What Ingresses state as `ingressClassName`. */
export const ingressClassName = "nginx";

/** Labels that the NGINX chart gives its pods. */
export const ingressPodLabels = {
  "app.kubernetes.io/name": "nginx-ingress",
  "app.kubernetes.io/instance": "nginx-ingress",
} as const;

/** The Gateway of the system's hosts, to which routes attach, and its class. */
export const gatewayName = "gateway";
export const gatewayClassName = "nginx";

/** Labels of the control plane's pods of NGINX Gateway Fabric. */
export const gatewayControllerLabels = {
  "app.kubernetes.io/name": "nginx-gateway-fabric",
  "app.kubernetes.io/instance": "nginx-gateway-fabric",
} as const;

/**
 * Labels that NGINX Gateway Fabric gives the pods of a Gateway (internal/controller/provisioner of 2.6.7,
 * buildLabelsAndAnnotations): their name is the Gateway's and its class'.
 */
export const gatewayPodLabels = {
  "app.kubernetes.io/name": `${gatewayName}-${gatewayClassName}`,
  "app.kubernetes.io/instance": "nginx-gateway-fabric",
  "gateway.networking.k8s.io/gateway-name": gatewayName,
} as const;

/** Who hands on requests from the internet, by the way in. */
export const frontPods: Readonly<Record<WayInKind, Peer>> = {
  gateway: podsIn(namespaces.gateway, gatewayPodLabels),
  ingress: podsIn(namespaces.ingress, ingressPodLabels),
};

/** Prometheus' pods: who scrapes metrics. */
export const prometheusPods = podsIn(namespaces.monitoring, { "app.kubernetes.io/name": "prometheus" });

/** Where the platform's Prometheus answers inside the cluster, to who is let in. */
export const platformPrometheus = "http://kube-prometheus-stack-prometheus.monitoring.svc:9090";
