import { podsIn } from "./networkPolicy";

/** Where the platform's own services stand: fixed, so that policies can name them before they exist. */
export const namespaces = {
  certManager: "cert-manager",
  ingress: "ingress-nginx",
  metricsServer: "metrics-server",
  monitoring: "monitoring",
  nodeExporter: "node-exporter",
  reloader: "reloader",
} as const;

/** What Ingresses state as `ingressClassName`. */
export const ingressClassName = "nginx";

/** Labels that the NGINX chart gives its pods. */
export const ingressPodLabels = {
  "app.kubernetes.io/name": "nginx-ingress",
  "app.kubernetes.io/instance": "nginx-ingress",
} as const;

/** The ingress controller's pods: who hands on requests from the internet. */
export const ingressPods = podsIn(namespaces.ingress, ingressPodLabels);

/** Prometheus' pods: who scrapes metrics. */
export const prometheusPods = podsIn(namespaces.monitoring, { "app.kubernetes.io/name": "prometheus" });
