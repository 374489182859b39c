import type { AlertRule } from "../platform/alertRules";
import { namespaces } from "../platform/names";

const here = `namespace="${namespaces.argoRollouts}"`;

/**
 * By the series' names in its source (argoproj/argo-rollouts: controller/metrics/prommetrics.go, rollouts.go). Prometheus
 * keeps the namespace of a Rollout as `exported_namespace`, beside that of the pod that told it.
 */
export const argoRolloutsAlerts: Readonly<Record<string, AlertRule>> = {
  "delivery-rollouts-controller": {
    severity: "critical",
    description:
      "Argo Rollouts: its controller is not there. Services that it keeps run on with the pods they have, and get no others.",
    expr: `absent(up{${here}, pod=~"argo-rollouts-.*"} == 1)`,
    minutes: 10,
  },
  "delivery-rollout-refused": {
    severity: "warning",
    description:
      "A new version was sent back, or its pods did not start. The one before it has the requests.",
    expr: `sum by (name) (rollout_info{${here}, phase=~"Abort|Error|Timeout|InvalidSpec"}) > 0`,
    minutes: 5,
  },
  "delivery-rollout-waiting": {
    severity: "warning",
    description: "A new version has waited for an hour for somebody to say that it may go on.",
    expr: `sum by (name) (rollout_info{${here}, phase="Paused"}) > 0`,
    minutes: 60,
  },
  "delivery-rollout-pods": {
    severity: "critical",
    description: "Fewer pods of a service are there than there have to be.",
    expr: `rollout_info_replicas_available{${here}} < rollout_info_replicas_desired{${here}}`,
    minutes: 15,
  },
  "delivery-rollout-errors": {
    severity: "warning",
    description:
      "Argo Rollouts can't do what it has to: a new version is not carried on with, or not sent back.",
    expr: `sum by (name) (increase(rollout_reconcile_error{${here}}[15m])) > 5`,
  },
};
