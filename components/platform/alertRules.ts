import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Severity, sustainedMinutes } from "../governance/alarms";
import { runbookOf } from "../governance/runbooks";

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

/** The part of monitoring.coreos.com/v1 PrometheusRule's spec that we use. */
interface PrometheusRuleSpec {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly for: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** Has Prometheus alert; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function alertRules(
  name: string,
  { namespace, rules, alerts }: AlertRulesArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const spec: PrometheusRuleSpec = {
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
  };
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: rules, namespace },
      spec,
    },
    opts,
  );
}
