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
export interface RuleObject {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly groups: readonly RuleGroup[] };
}

/** A stack of a system on a cloud. */
export interface StackOfSystem {
  /** `<blueprint> <stack> on <cloud>`. */
  readonly name: string;
  readonly stack: string;
  /** Settings of the stack file that are its own. */
  readonly set: readonly string[];
}

/** Every system in every stack on every cloud, and one whose Prometheus is in shards, which has rules of its own. */
export const everyStack: readonly StackOfSystem[] = [
  ...blueprintNames.flatMap((blueprint) =>
    environments.flatMap((stack) =>
      clouds.map((cloud) => ({
        name: `${blueprint} ${stack} on ${cloud}`,
        stack,
        set: [`blueprint=${blueprint}`, `cloud=${cloud}`],
      })),
    ),
  ),
  ...clouds.map((cloud) => ({
    name: `suuupra prod in shards on ${cloud}`,
    stack: "prod",
    set: ["blueprint=suuupra", `cloud=${cloud}`, "monitoring.shards=2"],
  })),
];

/** Collects rules, each kept once. */
export class RuleCollection {
  readonly #found = new Map<string, { readonly rules: RuleObject; readonly stacks: string[] }>();

  public add(stack: string, objects: readonly RuleObject[]): void {
    for (const rules of objects) {
      const key = JSON.stringify([rules.metadata.name, rules.spec]);
      const { stacks } = this.#found.get(key) ?? { stacks: [] };
      this.#found.set(key, { rules, stacks: [...stacks, stack] });
    }
  }

  public get rules(): readonly EmittedRules[] {
    return [...this.#found.values()].map(({ rules: { metadata, spec }, stacks }) => ({
      name: metadata.name,
      groups: spec.groups,
      stacks,
    }));
  }
}

/** Every rule that the program makes, of every system in every stack on every cloud. */
export async function emittedRules(): Promise<readonly EmittedRules[]> {
  const collection = new RuleCollection();
  for (const { name, stack, set } of everyStack) {
    const resources = await planOf(stack, ...set);
    const rules = resources.filter(
      ({ type }) => type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
    );
    collection.add(
      name,
      rules.map(({ inputs }) => inputs as Readonly<Record<string, Json>> & RuleObject),
    );
  }
  return collection.rules;
}

/** The rules of the groups that alert. */
export function alertsIn({ groups }: Pick<EmittedRules, "groups">): readonly AlertingRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));
}

/** The rules of the groups that record. */
export function recordingsIn({ groups }: Pick<EmittedRules, "groups">): readonly RecordingRule[] {
  return groups.flatMap(({ rules }) => rules.filter((rule) => "record" in rule));
}

/**
 * What two groups of one stack record under the same name with the same labels of their own. One group may do so for series
 * that differ by other labels.
 */
export function recordedTwice(emitted: readonly EmittedRules[]): readonly string[] {
  const stacks = new Set(emitted.flatMap((rules) => rules.stacks));
  return [...stacks].flatMap((stack) => {
    const groups = emitted
      .filter((rules) => rules.stacks.includes(stack))
      .flatMap((rules) => rules.groups.map((group) => new Set(recordingsIn({ groups: [group] }).map(keyOf))));
    const recorded = groups.flatMap((group) => [...group]);
    return recorded.filter((one, index) => recorded.indexOf(one) !== index).map((one) => `${stack}: ${one}`);
  });
}

function keyOf({ record, labels = {} }: RecordingRule): string {
  return `${record} ${JSON.stringify(Object.entries(labels).sort())}`;
}
