import type { Environment } from "../policy/levels";
import { secretMask } from "../policy/malformed";

/** A plain JSON value, as a plan holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Stands in a plan where a secret value would be: the plan never holds the value. */
export const SECRET = secretMask;

/** Stands in a plan for a value that is known only after an update (a first preview has them). */
export const UNKNOWN = "[unknown]";

/** One registration, whole, as the engine would receive it. */
export interface PlanResource {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** True for a component whose children a provider plugin makes (`@pulumi/eks`, `@pulumi/awsx`). */
  readonly remote: boolean;
  /** URN of the parent; null for the stack itself. */
  readonly parent: string | null;
  /** `urn::id` of the explicit provider, or null where the resource has none. */
  readonly provider: string | null;
  /** Providers handed to a remote component, by package. */
  readonly providers: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, Json>>;
  /** URNs, sorted. */
  readonly dependencies: readonly string[];
  /** Input name to the sorted URNs that its value came from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URN of the resource with which this one goes away. */
  readonly deletedWith: string | null;
  readonly deleteBeforeReplace: boolean | null;
  readonly aliases: readonly Json[];
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** Durations as Pulumi writes them (`30m`). */
  readonly customTimeouts: {
    readonly create?: string;
    readonly update?: string;
    readonly delete?: string;
  } | null;
  /** Id of a resource that was read (`X.get`) or imported; null for others. */
  readonly importId: string | null;
}

/** One breach of a rule. */
export interface PolicyViolation {
  /** Id of the rule. */
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly severity: "low" | "medium" | "high" | "critical";
  /** URN of the resource, or null when the rule speaks of the stack as a whole. */
  readonly urn: string | null;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A check that was left open. */
export interface OpenCheck {
  /** Id of the rule. */
  readonly policy: string;
  /** URN of the resource, or null when the rule speaks of the stack as a whole. */
  readonly urn: string | null;
  /** Path of the value that cannot be read: a secret's, or one that is known only after an update. */
  readonly value: string;
}

/** A breach that an exemption of the pack's config takes: no violation. */
export interface ExemptBreach extends Pick<PolicyViolation, "policy" | "severity" | "message"> {
  readonly urn: string;
  /** Last day of the exemption, `YYYY-MM-DD`. */
  readonly until: string;
  readonly reason: string;
  /** Who answers for it, or null where the exemption names nobody. */
  readonly owner: string | null;
}

/** What the policy pack said of a plan. */
export interface PolicyReport {
  /** Rule-and-resource pairs judged, stack rules counting one each. */
  readonly evaluated: number;
  /** Pairs the rules declined, as not about that resource. */
  readonly notApplicable: number;
  /** Pairs left open because a value is masked or not known yet; left to the update. */
  readonly unknown: number;
  /** Which they are. */
  readonly open: readonly OpenCheck[];
  /** Breaches that exemptions take. */
  readonly exempt: readonly ExemptBreach[];
  /** What rules of the level `remediate` would mend before it is registered; the other rules judge it mended. */
  readonly remediated: readonly Remediation[];
  readonly violations: readonly PolicyViolation[];
}

/** A resource that a rule mends. */
export interface Remediation {
  readonly policy: string;
  readonly urn: string;
}

/** What `--json` prints: a stack as it would be registered. */
export interface Plan {
  readonly stack: string;
  readonly cloud: string;
  readonly blueprint: string;
  /** Whose policy levels hold. */
  readonly environment: Environment;
  readonly region: string;
  readonly resources: readonly PlanResource[];
  readonly outputs: Readonly<Record<string, Json>>;
  readonly policy: PolicyReport;
}
