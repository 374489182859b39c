import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Severity, sustainedMinutes } from "../governance/alarms";
import { runbookOf } from "../governance/runbooks";
import { customResource } from "./customResource";

/** What Prometheus watches for in the cluster. */
export interface AlertRule {
  readonly severity: Severity;
  /** What it means, in a sentence that somebody woken by it understands. */
  readonly description: string;
  /** In PromQL; an alert for each series that it answers with. */
  readonly expr: string;
  /**
   * How long it has to last, minutes.
   *
   * @default `sustainedMinutes`
   */
  readonly minutes?: number;
}

/** Arguments of {@link alertRules}. */
export interface AlertRulesArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the object in its namespace, and of its group. */
  readonly rules: string;
  /** By the alert's name, `<kind>-<what>`, which is also the heading of its runbook. */
  readonly alerts: Readonly<Record<string, AlertRule>>;
}

/** Has Prometheus alert; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function alertRules(
  name: string,
  { namespace, rules, alerts }: AlertRulesArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new PrometheusRule({
    metadata: { name: rules },
    spec: {
      groups: [
        {
          name: rules,
          rules: Object.entries(alerts).map(
            ([alert, { severity, description, expr, minutes = sustainedMinutes }]) => ({
              alert,
              expr,
              for: `${minutes}m`,
              // as Alertmanager routes by
              labels: { severity },
              annotations: { summary: alert, description, runbook_url: runbookOf(alert) },
            }),
          ),
        },
      ],
    },
  });
  return customResource(name, { model, namespace }, opts);
}
