import type { ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { type Exemption, matches, problemOf, type Subject, takesExemptions, today } from "./exemption";
import type { Rule } from "./rule";
import { exemptionsValid } from "./stack/exemptions";

/** A breach that an exemption takes. */
export interface ExemptHit {
  readonly rule: Rule;
  readonly urn: string;
  /** What the rule says of it. */
  readonly message: string;
  readonly exemption: Exemption;
}

/** One exemption as a config has it. */
interface Entry {
  readonly rule: string;
  readonly value: unknown;
  /** What is wrong with it, whatever it matches. */
  readonly problem: string | undefined;
  /** Whether its rule was asked about a resource that it matches. */
  seen: boolean;
}

/** The exemptions of a run, and what they met. */
export class Ledger {
  private readonly known = new Map<string, { readonly given: unknown; readonly entries: readonly Entry[] }>();

  /** @param day by which exemptions end; the clock's by default */
  constructor(private readonly day: () => string = today) {}

  /** Take note of the exemptions in a rule's config. */
  know(rule: Rule, config: object): readonly Entry[] {
    const given: unknown = Reflect.get(config, "exemptions");
    if (given === undefined) return [];
    const before = this.known.get(rule.id);
    if (before?.given === given) return before.entries;
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    const entries = values.map((value) => ({
      rule: rule.id,
      value,
      problem: takesExemptions(rule) ? problemOf(value, this.day()) : "a critical rule takes no exemption",
      seen: false,
    }));
    this.known.set(rule.id, { given, entries });
    return entries;
  }

  /** What is wrong with the exemptions, a sentence each; asked once all rules were. Undefined where there is none at all. */
  problems(): readonly string[] | undefined {
    const entries = [...this.known.values()].flatMap((each) => each.entries);
    // An update follows the preview in the same process.
    this.known.clear();
    if (entries.length === 0) return undefined;
    return entries.flatMap(({ rule, value, problem, seen }) => {
      const wrong = problem ?? (seen ? undefined : "matches no resource that the rule judges");
      return wrong === undefined ? [] : [`${rule}: exemption ${JSON.stringify(value)}: ${wrong}`];
    });
  }
}

/** Take note that a rule was asked about a resource. */
function see(entries: readonly Entry[], subject: Subject): void {
  for (const entry of entries) {
    if (entry.problem === undefined && matches(entry.value as Exemption, subject)) entry.seen = true;
  }
}

/** The exemption that takes a breach of that resource; none that has a problem does. */
function exemptionFor(entries: readonly Entry[], subject: Subject): Exemption | undefined {
  // Without a problem it has the shape of an exemption: that is what problemOf looks at.
  return entries
    .filter(({ problem }) => problem === undefined)
    .map(({ value }) => value as Exemption)
    .find((exemption) => matches(exemption, subject));
}

/** What is done with a breach that an exemption takes. */
export type TellExempt = (hit: ExemptHit, report: ReportViolation) => void;

/** A rule's policy that lets exempt resources be: its breaches go to `tell`. */
export function covered(rule: Rule, ledger: Ledger, tell: TellExempt): Rule["policy"] {
  if (rule.id === exemptionsValid.id) return judgeOf(ledger);
  return "validateStack" in rule.policy
    ? coveredStack(rule, rule.policy, ledger, tell)
    : coveredResource(rule, rule.policy, ledger, tell);
}

function coveredResource(
  rule: Rule,
  policy: ResourceValidationPolicy,
  ledger: Ledger,
  tell: TellExempt,
): ResourceValidationPolicy {
  const { validateResource, remediateResource } = policy;
  if (typeof validateResource !== "function") return policy;
  const remediate: typeof remediateResource = (args) => {
    const exemption = exemptionFor(ledger.know(rule, args.getConfig()), args);
    return exemption ? args.notApplicable(exemptionText(exemption)) : remediateResource?.(args);
  };
  const validate: typeof validateResource = (args, report) => {
    const entries = ledger.know(rule, args.getConfig());
    if (entries.length === 0) return validateResource(args, report);
    const asked = { declined: false };
    const notApplicable = (reason?: string): never => {
      asked.declined = true;
      return args.notApplicable(reason);
    };
    const exemption = exemptionFor(entries, args);
    try {
      return validateResource({ ...args, notApplicable }, (message) => {
        if (exemption) tell({ rule, urn: args.urn, message, exemption }, report);
        else report(message);
      });
    } finally {
      if (!asked.declined) see(entries, args);
    }
  };
  // The type by which the analyzer passes others by.
  const only: unknown = Reflect.get(validateResource, "__pulumiType");
  return {
    ...policy,
    validateResource: only === undefined ? validate : Object.assign(validate, { __pulumiType: only }),
    ...(remediateResource && { remediateResource: remediate }),
  };
}

function coveredStack(
  rule: Rule,
  policy: StackValidationPolicy,
  ledger: Ledger,
  tell: TellExempt,
): StackValidationPolicy {
  return {
    ...policy,
    validateStack: (args, report) => {
      const entries = ledger.know(rule, args.getConfig());
      if (entries.length === 0) return policy.validateStack(args, report);
      for (const resource of args.resources) if (rule.concerns(resource.type)) see(entries, resource);
      return policy.validateStack(args, (message, urn) => {
        const subject = args.resources.find((resource) => resource.urn === urn);
        const exemption = subject && exemptionFor(entries, subject);
        if (exemption) tell({ rule, urn: subject.urn, message, exemption }, report);
        else report(message, urn);
      });
    },
  };
}

/** {@link exemptionsValid} over the exemptions of the run: it has to come last. */
function judgeOf(ledger: Ledger): StackValidationPolicy {
  return {
    ...(exemptionsValid.policy as StackValidationPolicy),
    validateStack: (args, report) => {
      const problems = ledger.problems();
      if (problems === undefined) return args.notApplicable("no exemption is configured");
      for (const problem of problems) report(problem);
    },
  };
}

/** The rules as CrossGuard is handed them: exempt breaches as warnings that say until when, and the verdict on exemptions last. */
export function policiesOf(rules: readonly Rule[], ledger: Ledger = new Ledger()): Rule["policy"][] {
  const last = rules.filter(({ id }) => id === exemptionsValid.id);
  return [...rules.filter((rule) => !last.includes(rule)), ...last].map((rule) =>
    covered(rule, ledger, ({ urn, message, exemption }, report) => {
      const notice = {
        message: `${exemptionText(exemption)}: ${message}`,
        urn,
        enforcementLevel: "advisory",
      };
      // The analyzer takes a level of its own with a message; the declarations leave it out.
      report(notice as unknown as string);
    }),
  );
}

/** `exempt until 2027-03-31 (the owner is told)`. */
export function exemptionText({ expires, reason }: Pick<Exemption, "expires" | "reason">): string {
  return `exempt until ${expires} (${reason})`;
}
