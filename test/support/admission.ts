import type { AdmissionRule } from "../../components/guardrails/admissionRules";
import type { Json } from "../../preview/plan";

/** What is asked of the API server. */
export interface AdmissionRequest {
  /** In the plural, as the API server's paths have it: `pods`, `pods/ephemeralcontainers`. */
  readonly resource: string;
  readonly object: KubernetesObject;
  /** What is there already, for an update. */
  readonly oldObject?: KubernetesObject;
}

export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, Json>>;
  readonly spec?: Readonly<Record<string, Json>>;
}

/** What a rule answers to a request: the messages for which it refuses. */
export type Answer = (rule: AdmissionRule, request: AdmissionRequest) => readonly string[];

/** Answers as the API server would. */
export async function admission(): Promise<Answer> {
  const { Environment } = await import("@marcbachmann/cel-js");
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  // parsed once, as there are few expressions and thousands of objects
  const parsed = new Map<string, ReturnType<typeof environment.parse>>();
  const evaluate = (expression: string, context: Record<string, unknown>): unknown => {
    const run = parsed.get(expression) ?? environment.parse(expression);
    parsed.set(expression, run);
    return run(context);
  };

  return (rule, { resource, object, oldObject }) => {
    if (!rule.matches.some(({ resources }) => resources.includes(resource))) return [];
    const { namespace, name } = object.metadata;
    const request = {
      operation: oldObject === undefined ? "CREATE" : "UPDATE",
      // a namespace is in itself
      namespace: namespace ?? (resource === "namespaces" ? name : ""),
    };
    const asked = { request, object, oldObject: oldObject ?? null };
    if (!Object.values(rule.conditions).every((condition) => evaluate(condition, asked) === true)) return [];
    const variables: Record<string, unknown> = {};
    for (const [variable, expression] of Object.entries(rule.variables)) {
      variables[variable] = evaluate(expression, { ...asked, variables });
    }
    return rule.validations
      .filter(({ expression }) => evaluate(expression, { ...asked, variables }) !== true)
      .map(({ message }) => message);
  };
}
