import { PrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type Severity, sustainedMinutes } from "../governance/alarms";
import { runbookOf } from "../governance/runbooks";
import { platformTeam } from "./alerting";
import { customResource } from "./customResource";

/** How much an alert matters: `info` is written down and read when somebody has time, beside those of an alarm. */
export type AlertSeverity = Severity | "info";

/** What Prometheus watches for in the cluster. */
export interface AlertRule {
  readonly severity: AlertSeverity;
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
  /**
   * Labels of the alert, beside its severity and those of the series.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A series that Prometheus makes of others, each time that it looks at the alerts. */
export interface Recording {
  /** Its name, `<level>:<metric>:<operations>`. */
  readonly record: string;
  /** In PromQL. */
  readonly expr: string;
  /**
   * Labels of the series, beside those that the expression leaves.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Arguments of {@link alertRules}. */
export interface AlertRulesArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the object in its namespace, and of its group. */
  readonly rules: string;
  /** By the alert's name, `<kind>-<what>`, which is also the heading of its runbook. */
  readonly alerts: Readonly<Record<string, AlertRule>>;
  /**
   * Made before the alerts, which may ask for them.
   *
   * @default - none
   */
  readonly recordings?: readonly Recording[];
  /**
   * Who is to act on the alerts, a label of each.
   *
   * @default "platform"
   */
  readonly team?: string;
  /**
   * Labels of the object, by which it is chosen who evaluates it.
   *
   * @default - none: whoever evaluates all others
   */
  readonly objectLabels?: Readonly<Record<string, string>>;
}

/** What a group of rules consists of, in the form that Prometheus and Loki's ruler read. */
export interface RuleGroupArgs extends Pick<AlertRulesArgs, "rules" | "alerts" | "recordings" | "team"> {
  /**
   * How often it is evaluated, seconds.
   *
   * @default - as often as all rules
   */
  readonly intervalSeconds?: number;
}

/** A group of rules as it is written down. */
export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: {
    readonly expr: string;
    readonly record?: string;
    readonly alert?: string;
    readonly for?: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  }[];
}

/** Makes a group of rules. */
export function ruleGroup({
  rules,
  intervalSeconds,
  alerts,
  recordings = [],
  team = platformTeam,
}: RuleGroupArgs): RuleGroup {
  return {
    name: rules,
    ...(intervalSeconds !== undefined && { interval: `${intervalSeconds}s` }),
    rules: [
      ...recordings.map(({ record, expr, labels }) => ({
        record,
        expr,
        ...(labels !== undefined && { labels: { ...labels } }),
      })),
      ...Object.entries(alerts).map(
        ([alert, { severity, description, expr, minutes = sustainedMinutes, labels }]) => ({
          alert,
          expr,
          for: `${minutes}m`,
          // as Alertmanager routes by
          labels: { ...labels, severity, team },
          annotations: { summary: alert, description, runbook_url: runbookOf(alert) },
        }),
      ),
    ],
  };
}

/** Has Prometheus alert; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function alertRules(
  name: string,
  { namespace, objectLabels, ...group }: AlertRulesArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const labelled = objectLabels === undefined ? {} : { objectLabels };
  return ruleGroups(name, { namespace, object: group.rules, groups: [group], ...labelled }, opts);
}

/** Arguments of {@link ruleGroups}. */
export interface RuleGroupsArgs extends Pick<AlertRulesArgs, "objectLabels"> {
  readonly namespace: pulumi.Input<string>;
  /** Name of the object in its namespace. */
  readonly object: string;
  /** Each evaluated by itself, its rules one after the other. */
  readonly groups: readonly RuleGroupArgs[];
}

/** As {@link alertRules}, of several groups. */
export function ruleGroups(
  name: string,
  { namespace, object, groups, objectLabels }: RuleGroupsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new PrometheusRule({
    metadata: { name: object, ...(objectLabels !== undefined && { labels: { ...objectLabels } }) },
    spec: { groups: groups.map(ruleGroup) },
  });
  return customResource(name, { model, namespace }, opts);
}
