import { blueprintNames } from "../../blueprints/names";
import { clouds, environments } from "../../components/cloud";
import type { Json } from "../../preview/plan";
import type { Labels } from "./cases";
import { planOf } from "../support/plans";

/** What of a rule that alerts the tests look at. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Labels;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule that records a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Labels;
}

/** As Prometheus has it. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (AlertingRule | RecordingRule)[];
}

/** The rules of a PrometheusRule, once however many stacks have the same. */
export interface EmittedRules {
  /** Name of the object. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
  /** Who has it: `<blueprint> <stack> on <cloud>`. */
  readonly stacks: readonly string[];
}

/** The object's name and its groups, which the operator hands to Prometheus as they are. */
interface RuleObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly groups: readonly RuleGroup[] };
}

/** Every rule that the program makes, of every system in every stack on every cloud; a run of each takes a second. */
export async function emittedRules(): Promise<readonly EmittedRules[]> {
  const found = new Map<string, { readonly rules: RuleObject; readonly stacks: string[] }>();
  for (const blueprint of blueprintNames) {
    for (const stack of environments) {
      for (const cloud of clouds) {
        for (const rules of await rulesOf(blueprint, stack, cloud)) {
          const key = JSON.stringify([rules.metadata.name, rules.spec]);
          const { stacks } = found.get(key) ?? { stacks: [] };
          found.set(key, { rules, stacks: [...stacks, `${blueprint} ${stack} on ${cloud}`] });
        }
      }
    }
  }
  return [...found.values()].map(({ rules, stacks }) => ({
    name: rules.metadata.name,
    groups: rules.spec.groups,
    stacks,
  }));
}

async function rulesOf(blueprint: string, stack: string, cloud: string): Promise<readonly RuleObject[]> {
  const resources = await planOf(stack, `blueprint=${blueprint}`, `cloud=${cloud}`);
  return resources
    .filter(({ type }) => type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule")
    .map(({ inputs }) => inputs as Readonly<Record<string, Json>> & RuleObject);
}

/** The rules of the groups that alert. */
export function alertsIn({ groups }: Pick<EmittedRules, "groups">): readonly AlertingRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
}

/** The rules of the groups that record. */
export function recordingsIn({ groups }: Pick<EmittedRules, "groups">): readonly RecordingRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => "record" in rule));
}
