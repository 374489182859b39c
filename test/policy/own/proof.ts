import type { Rule } from "../../../policy/rule";
import { type Change, changesOf } from "./change";
import type { Mutant, OwnPlan } from "./plan";
import { type Row, rows } from "./rows";

/** Resources of a plan that a change is tried on: those of one type are much alike. */
const triesPerPlan = 12;

/** What a change of one registered resource made the rules say. */
export interface Proof {
  readonly mutant: Mutant;
  readonly change: Change;
  /** Ids of the rules that object to what they let pass before, sorted. */
  readonly objecting: readonly string[];
}

/** The rules that have to object where that one is broken, and no other. */
export function expectedOf({ id }: Rule): readonly string[] {
  return [id, ...(rows[id]?.also ?? [])].sort();
}

/** A change that the rule objects to with those alone that are told of; where there is none, the one with fewest objections. */
export function proofOf(rule: Rule, plans: readonly OwnPlan[]): Proof | undefined {
  const expected = expectedOf(rule).join();
  let nearest: Proof | undefined;
  for (const proof of proofs(rule, plans)) {
    if (proof.objecting.join() === expected) return proof;
    if (nearest === undefined || proof.objecting.length < nearest.objecting.length) nearest = proof;
  }
  return nearest;
}

function* proofs(rule: Rule, plans: readonly OwnPlan[]): Generator<Proof> {
  const { change: own, beside }: Row = rows[rule.id] ?? {};
  const changes = own ? [own] : changesOf(rule.id);
  for (const whole of plans) {
    for (const change of changes) {
      if (whole.mutants(change).next().done === true) continue;
      const plan = beside ? whole.with(beside) : whole;
      let tries = 0;
      for (const mutant of plan.mutants(change)) {
        if (tries++ === triesPerPlan) break;
        if (!plan.isCaught(rule, mutant, change.settings)) continue;
        // With settings of the case's own it is among those that object, which are asked with prod's.
        yield { mutant, change, objecting: [...new Set([rule.id, ...plan.objecting(mutant)])].sort() };
      }
    }
  }
}
