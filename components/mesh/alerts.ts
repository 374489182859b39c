import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces } from "../platform/names";

/** Arguments of {@link istioAlerts}. */
export interface IstioAlertsArgs {
  readonly namespace: pulumi.Input<string>;
  /** Namespace of the system in the mesh. */
  readonly system: string;
  /** Whether a proxy beside each pod tells of its requests; what is on the nodes knows connections alone. */
  readonly knowsRequests: boolean;
}

const deployed = (namespace: string, deployment: string) =>
  `kube_deployment_status_replicas_available{namespace="${namespace}",deployment="${deployment}"}`;

/** Part of the requests that match which got an answer of 5xx, where there is more than one each ten seconds. */
const failing = (labels: string, by: string) =>
  `sum by (${by}) (rate(istio_requests_total{${labels},response_code=~"5.."}[5m])) / sum by (${by}) (rate(istio_requests_total{${labels}}[5m])) > 0.05 and sum by (${by}) (rate(istio_requests_total{${labels}}[5m])) > 0.1`;

const day = 86_400;

/**
 * What is worth an alert. Names of metrics as in Istio's source at 1.31: pkg/xds/monitoring.go, pkg/kube/inject/monitoring.go,
 * security/pkg/server/ca/monitoring.go, cni/pkg/install/monitoring.go; `istio_requests_total` of its standard metrics.
 */
export function istioAlertsOf(system: string): Readonly<Record<string, AlertRule>> {
  const inSystem = `namespace="${system}"`;
  return {
    "istio-control-down": {
      severity: "critical",
      description:
        "Istio: no istiod is there. What runs goes on with what it knows; no pod starts, and within a day certificates end.",
      expr: `${deployed(namespaces.istio, "istiod")} == 0 or absent(${deployed(namespaces.istio, "istiod")})`,
      minutes: 5,
    },
    "istio-config-rejected": {
      severity: "warning",
      description: "Istio: proxies refuse what istiod tells them, and keep what they knew before.",
      expr: "sum(rate(pilot_total_xds_rejects[5m])) > 0",
      minutes: 10,
    },
    "istio-injection-failing": {
      severity: "critical",
      description: "Istio: pods get no sidecar, and so are not made.",
      expr: "sum(increase(sidecar_injection_failure_total[10m])) > 0",
      minutes: 5,
    },
    "istio-certificates-refused": {
      severity: "critical",
      description:
        "Istio: istiod signs no certificates. Pods that start are cut off, and within a day all are.",
      // neither counter is there before it has counted something
      expr: ["citadel_server_csr_sign_err_count", "citadel_server_authentication_failure_count"]
        .map((counter) => `(sum(rate(${counter}[5m])) or vector(0))`)
        .join(" + ")
        .concat(" > 0"),
      minutes: 10,
    },
    "istio-root-expiring": {
      severity: "warning",
      description: "Istio: the mesh's root certificate ends within ninety days.",
      expr: `min(citadel_server_root_cert_expiry_seconds) < ${90 * day}`,
    },
    "istio-plugin-missing": {
      severity: "warning",
      description:
        "Istio: nodes without the plugin that redirects pods' traffic. Pods of the mesh don't start there.",
      expr: `kube_daemonset_status_number_unavailable{namespace="${namespaces.istioNodes}",daemonset="istio-cni-node"} > 0 or min(istio_cni_install_ready) == 0`,
      minutes: 15,
    },
    "istio-ingress-down": {
      severity: "critical",
      description: "Istio: no pod of the ingress gateway is there. Nothing is served.",
      expr: `${deployed(namespaces.istioIngress, namespaces.istioIngress)} == 0 or absent(${deployed(namespaces.istioIngress, namespaces.istioIngress)})`,
      minutes: 2,
    },
    "istio-ingress-errors": {
      severity: "critical",
      description: "Istio: of the requests that come in by the ingress gateway, more than 5 % fail.",
      expr: failing(
        `reporter="source",source_workload="${namespaces.istioIngress}"`,
        "destination_service_name",
      ),
      minutes: 5,
    },
    "istio-calls-denied": {
      severity: "warning",
      description: "Istio: calls between services are refused, which no policy allows.",
      expr: `sum by (destination_workload, source_workload) (rate(istio_requests_total{${inSystem},reporter="destination",response_code="403",response_flags=~"UAEX|-"}[5m])) > 0.1`,
      minutes: 10,
    },
  };
}

/** Has Prometheus alert on the mesh; needs the monitoring stack's kinds. */
export function istioAlerts(
  name: string,
  { namespace, system, knowsRequests }: IstioAlertsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { "istio-calls-denied": denied, ...others } = istioAlertsOf(system);
  const alerts = knowsRequests && denied !== undefined ? { ...others, "istio-calls-denied": denied } : others;
  return alertRules(name, { namespace, rules: "istio", alerts }, opts);
}
