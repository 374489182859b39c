import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

/** Series of a Deployment of KEDA's in kube-state-metrics, which are there while its pods are not. */
const available = (deployment: string): string =>
  `kube_deployment_status_replicas_available{namespace="${namespaces.keda}",deployment="${deployment}"}`;

/**
 * What is worth an alert, by the series' names in KEDA's source (kedacore/keda, pkg/metricscollector/prommetrics.go of 2.20.2);
 * `exported_namespace` is the namespace of what is scaled, as the pods' own is `namespace`.
 */
export const kedaAlerts: Readonly<Record<string, AlertRule>> = {
  "scaling-down": {
    severity: "critical",
    description: "Scaling: KEDA is not there. Workloads are not scaled by what waits for them, by CPU alone.",
    expr: ["keda-operator", "keda-operator-metrics-apiserver"]
      .map((deployment) => `${available(deployment)} == 0 or absent(${available(deployment)})`)
      .join(" or "),
    minutes: 10,
  },
  "scaling-uncounted": {
    severity: "warning",
    description:
      "Scaling: what waits for a workload can't be counted. It has as many pods as it had, or what its CPU asks for.",
    expr: "sum by (exported_namespace, scaledObject, scaler) (increase(keda_scaler_detail_errors_total[5m])) > 0",
  },
  "scaling-paused": {
    severity: "warning",
    description: "Scaling: somebody has paused a workload's scaling, and it still is.",
    expr: "max by (exported_namespace, scaledObject) (keda_scaled_object_paused) > 0",
    minutes: 60,
  },
};
