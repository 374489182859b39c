import { type AlertCase, type CasesOfAlert, type FiringCase, listOf } from "./cases";
import { type AlertingRule, alertsIn, type EmittedRules, type RecordingRule, recordingsIn } from "./emitted";

/** An alert as one or more stacks have it: its expression may hold a size or a name that another has otherwise. */
export interface Variant {
  readonly rule: AlertingRule;
  /** What has to be recorded for it, in the order in which one asks for the other. */
  readonly recordings: readonly RecordingRule[];
  readonly stacks: readonly string[];
}

/** The variants of each alert, by its name. */
export function variantsOf(emitted: readonly EmittedRules[]): ReadonlyMap<string, readonly Variant[]> {
  const variants = new Map<string, Map<string, Variant>>();
  for (const rules of emitted) {
    for (const rule of alertsIn(rules)) {
      const variant = { rule, recordings: recordingsFor(rule, rules, emitted), stacks: rules.stacks };
      const key = JSON.stringify([rule, variant.recordings]);
      const others = variants.get(rule.alert) ?? new Map<string, Variant>();
      const stacks = [...(others.get(key)?.stacks ?? []), ...variant.stacks];
      variants.set(rule.alert, others.set(key, { ...variant, stacks }));
    }
  }
  return new Map([...variants].map(([alert, byContent]) => [alert, [...byContent.values()]]));
}

/** Those that the rule asks for, and those that they ask for: of its own object, or else of another of its stack's. */
function recordingsFor(
  rule: AlertingRule,
  own: EmittedRules,
  emitted: readonly EmittedRules[],
): readonly RecordingRule[] {
  const [stack = ""] = own.stacks;
  const others = emitted.filter((rules) => rules !== own && rules.stacks.includes(stack));
  const ownRecordings = recordingsIn(own);
  const ownNames = new Set(ownRecordings.map(({ record }) => record));
  const foreign = others.flatMap(recordingsIn).filter(({ record }) => !ownNames.has(record));
  const known = [...foreign, ...ownRecordings];
  const needed = new Set<RecordingRule>();
  const need = (expr: string): void => {
    for (const recording of known) {
      if (needed.has(recording) || !asksFor(expr, recording.record)) continue;
      needed.add(recording);
      need(recording.expr);
    }
  };
  need(rule.expr);
  return known.filter((recording) => needed.has(recording));
}

/** Whether an expression names a metric. */
export function asksFor(expr: string, metric: string): boolean {
  return expr.split(/[^\w:]+/).includes(metric);
}

/** The cases of an alert that are of a variant. */
export function casesOf(
  { rule }: Variant,
  { fires, silent }: CasesOfAlert,
): { readonly fires: readonly FiringCase[]; readonly silent: readonly AlertCase[] } {
  const isOf = ({ where = "" }: AlertCase): boolean => rule.expr.includes(where);
  return { fires: listOf(fires).filter(isOf), silent: listOf(silent).filter(isOf) };
}
