import type * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { alertRules, type AlertRulesArgs } from "../platform/alertRules";

/**
 * `apiserver_validating_admission_policy_check_total` counts what each rule was asked, by `policy` and by what came of it in
 * `enforcement_action` (k8s.io/apiserver, pkg/admission/plugin/policy/validating/dispatcher.go).
 */
const refusals =
  'apiserver_validating_admission_policy_check_total{policy=~"groundwork-.+",enforcement_action="deny"}';

/** How long one refusal is an alert, minutes. */
const windowMinutes = 10;

/** What a counter counted lately: its first is a series that begins at 1, of which `increase` makes nothing. */
export function lately(counter: string): string {
  const window = `${windowMinutes}m`;
  return `(increase(${counter}[${window}]) > 0) or (${counter} unless ${counter} offset ${window})`;
}

/** How long an alert that looks at what was {@link lately} waits, minutes: one refusal is one, whoever tries again or not. */
export const latelyMinutes = 1;

const alerts: AlertRulesArgs["alerts"] = {
  "guardrails-refused": {
    severity: "warning",
    description: "The cluster refuses an object that breaks one of its rules.",
    expr: `sum by (policy) (${lately(refusals)}) > 0`,
    minutes: latelyMinutes,
  },
};

/** Has Prometheus tell when a rule refuses; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function guardRailAlerts(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  return alertRules(name, { namespace: namespaces.monitoring, rules: "guardrails", alerts }, opts);
}
