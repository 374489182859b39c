import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { gatewayClassName, gatewayName, namespaces } from "../platform/names";

/** Labels of the series of a Deployment, and of its autoscaler, in kube-state-metrics. */
const here = `namespace="${namespaces.gateway}"`;
const dataPlane = `${gatewayName}-${gatewayClassName}`;

/** A Deployment that has no pod, or is not there. */
const away = (deployment: string): string => {
  const available = `kube_deployment_status_replicas_available{${here},deployment="${deployment}"}`;
  return `${available} == 0 or absent(${available})`;
};

/** What is worth an alert: series of kube-state-metrics, which are there while the pods are not. */
const alerts: Readonly<Record<string, AlertRule>> = {
  "gateway-down": {
    severity: "critical",
    description: "Gateway: no pod of NGINX is there. Nothing is served.",
    expr: away(dataPlane),
    minutes: 2,
  },
  "gateway-controller": {
    severity: "critical",
    description: "Gateway: the control plane is not there. Routes and certificates stay as they are.",
    expr: away("nginx-gateway-fabric"),
    minutes: 10,
  },
  "gateway-full": {
    severity: "warning",
    description: "Gateway: as many pods of NGINX as there may be. More requests will be slower.",
    expr: `kube_horizontalpodautoscaler_status_current_replicas{${here},horizontalpodautoscaler="${dataPlane}"} >= kube_horizontalpodautoscaler_spec_max_replicas{${here},horizontalpodautoscaler="${dataPlane}"}`,
  },
};

/** Has Prometheus alert on the Gateway; needs the monitoring stack's kinds. */
export function gatewayAlerts(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return alertRules(name, { namespace, rules: "gateway", alerts }, opts);
}
