import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

const here = `namespace="${namespaces.flagd}"`;

/** Series of its Deployment in kube-state-metrics, which is there while its pods are not. */
const available = `kube_deployment_status_replicas_available{${here},deployment="flagd"}`;

/**
 * Questions that it could not answer: by gRPC it counts reasons (`feature_flag.flagd.result.reason`,
 * core/pkg/telemetry/metrics.go of 0.16.1), with what was wrong and without the flag's key; by OFREP answers, by their code.
 */
const errors = [
  `sum by (ExceptionTypeKeyName) (increase(feature_flag_flagd_result_reason_total{${here}, feature_flag_reason="ERROR"}[15m])) > 10`,
  `sum by (http_response_status_code) (increase(http_server_request_duration_seconds_count{${here}, server_port="8016", http_response_status_code=~"[45].."}[15m])) > 10`,
];

export const flagdAlerts: Readonly<Record<string, AlertRule>> = {
  "delivery-flags-down": {
    severity: "critical",
    description:
      "Feature flags: flagd is not there. Services take the defaults that stand in their own code, whatever the flags say.",
    expr: `${available} == 0 or absent(${available})`,
    minutes: 5,
  },
  "delivery-flags-errors": {
    severity: "warning",
    description:
      "Feature flags: a service asks for what can't be answered, such as a flag that is not there, and takes its own default.",
    expr: errors.join(" or "),
  },
};
