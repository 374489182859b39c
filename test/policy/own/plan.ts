import { packConfig } from "../../../policy/config";
import type { Rule } from "../../../policy/rule";
import { rules } from "../../../policy/rules";
import type { Json, PlanResource, PolicyViolation } from "../../../preview/plan";
import { judge, type Judgement, judgeInDetail } from "../../../preview/policy";
import { urnOfReference } from "../../../preview/urn";
import { type Change, isSameKind, mutantOf } from "./change";

const environment = "prod";
const config = packConfig(rules, environment);
const stackRules = rules.filter(({ scope }) => scope === "stack");
const resourceRules = rules.filter(({ scope }) => scope === "resource");

/** A resource of a plan before and after one change of it. */
export interface Mutant {
  readonly plan: OwnPlan;
  readonly before: PlanResource;
  /** Null where it was taken out. */
  readonly after: PlanResource | null;
}

/** What our own program registers for one system on one cloud, and what the pack says of it as it stands. */
export class OwnPlan {
  private readonly byUrn: ReadonlyMap<string, PlanResource>;
  private readonly byType = new Map<string, PlanResource[]>();
  private readonly judgement: Judgement;
  private readonly objections: ReadonlySet<string>;

  constructor(
    readonly name: string,
    readonly resources: readonly PlanResource[],
  ) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const resource of resources)
      this.byType.set(resource.type, [...(this.byType.get(resource.type) ?? []), resource]);
    this.judgement = judgeInDetail(resources, { environment });
    this.objections = new Set(this.judgement.report.violations.map(keyOf));
  }

  /** Types of what it registers. */
  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  /** How many resources the rule judges and finds nothing wrong with. */
  passing({ id }: Rule): number {
    return [...(this.judgement.judged.get(id) ?? [])].filter(
      (urn) => urn !== null && !this.objections.has(`${id} ${urn}`),
    ).length;
  }

  /** Resources that the change changes, each alone. */
  *mutants(change: Change): Generator<Mutant> {
    for (const before of this.matching(change)) {
      const after = mutantOf(before, change);
      if (after !== undefined) yield { plan: this, before, after };
    }
  }

  /** The plan after all of those changes. */
  with(changes: readonly Change[]): OwnPlan {
    const after = new Map<PlanResource, PlanResource | null>();
    for (const change of changes)
      for (const mutant of this.mutants(change)) after.set(mutant.before, mutant.after);
    return new OwnPlan(
      this.name,
      this.resources.flatMap((resource) => {
        const changed = after.get(resource);
        return changed === undefined ? resource : (changed ?? []);
      }),
    );
  }

  private matching({ type, name }: Pick<Change, "type" | "name">): readonly PlanResource[] {
    return (
      this.types
        .filter((each) => isSameKind(each, type))
        .flatMap((each) => this.byType.get(each) ?? [])
        // What the program only looks up, the engine asks no rule about.
        .filter((resource) => name?.test(resource.name) !== false && resource.importId === null)
    );
  }

  /** True when the rule objects to what it let pass before. */
  isCaught(rule: Rule, { before, after }: Mutant, settings?: Change["settings"]): boolean {
    const judged = (resource: PlanResource | null) =>
      this.violations(
        rule.scope === "stack" ? this.replaced(before, resource) : this.around(before, resource),
        [rule],
        settings,
      );
    const known = settings === undefined ? this.objections : new Set(judged(before).map(keyOf));
    return judged(after).some((violation) => !known.has(keyOf(violation)));
  }

  /** Ids of all rules that object to what they let pass before, sorted. */
  objecting({ before, after }: Mutant): readonly string[] {
    const whole = this.replaced(before, after);
    // What a provider says, rules read of each resource that it makes.
    const near = before.type.startsWith("pulumi:providers:") ? whole : this.around(before, after);
    const found = [...this.violations(near, resourceRules), ...this.violations(whole, stackRules)];
    return [
      ...new Set(found.filter((each) => !this.objections.has(keyOf(each))).map(({ policy }) => policy)),
    ].sort();
  }

  private violations(
    resources: readonly PlanResource[],
    by: readonly Rule[],
    settings: Readonly<Record<string, Json>> = {},
  ): readonly PolicyViolation[] {
    const own = Object.fromEntries(
      by.map(({ id, levels }) => [id, { enforcementLevel: levels[environment], ...config[id], ...settings }]),
    );
    return judge(resources, { environment, rules: by, config: own }).violations;
  }

  private replaced(before: PlanResource, after: PlanResource | null): readonly PlanResource[] {
    return this.resources.flatMap((resource) => (resource === before ? (after ?? []) : resource));
  }

  /** The resource with its provider and what it stands in: all that a rule about one resource is shown. */
  private around(before: PlanResource, after: PlanResource | null): readonly PlanResource[] {
    const shown = after === null ? [] : [after];
    const provider = before.provider === null ? undefined : this.byUrn.get(urnOfReference(before.provider));
    if (provider) shown.push(provider);
    for (let above = before.parent; above !== null;) {
      const parent = this.byUrn.get(above);
      if (!parent) break;
      shown.push(parent);
      above = parent.parent;
    }
    return shown;
  }
}

function keyOf({ policy, urn }: Pick<PolicyViolation, "policy" | "urn">): string {
  return `${policy} ${urn ?? ""}`;
}
