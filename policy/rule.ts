import type {
  PolicyComplianceFramework,
  PolicyConfigSchema,
  ResourceRemediation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { exemptionsSchema, takesExemptions } from "./exemption";
import type { Level, PerEnvironment } from "./levels";
import { MalformedError, withoutNulls } from "./malformed";
import type { NsaHeading } from "./nsa";
import { readable, remediated } from "./remediation";
import type { AnyResource, Props, ResourceOf, ResourceType } from "./resource";
import { Stack, type PlacedResource } from "./stack";
import { isUnknownValue } from "./unknown";

/** Control numbers by framework. CIS numbers are those of the benchmark versions in {@link frameworks}. */
export interface Controls {
  readonly cisAws?: readonly string[];
  readonly cisGcp?: readonly string[];
  readonly cisEks?: readonly string[];
  readonly cisGke?: readonly string[];
  readonly cisKubernetes?: readonly string[];
  /** Pod Security Standards: the check's id. */
  readonly pss?: readonly string[];
  /** NSA/CISA Kubernetes Hardening Guide: the section's heading. */
  readonly nsa?: readonly NsaHeading[];
  readonly soc2?: readonly string[];
  readonly gdpr?: readonly string[];
  readonly pciDss?: readonly string[];
}

/** The frameworks behind {@link Controls}, with the version whose numbers the rules use. */
export const frameworks = {
  cisAws: { name: "CIS AWS Foundations Benchmark", version: "7.0", tag: "cis-aws" },
  cisGcp: { name: "CIS Google Cloud Platform Foundation Benchmark", version: "5.0", tag: "cis-gcp" },
  cisEks: { name: "CIS Amazon EKS Benchmark", version: "1.8.0", tag: "cis-eks" },
  cisGke: { name: "CIS Google Kubernetes Engine Benchmark", version: "1.9.0", tag: "cis-gke" },
  cisKubernetes: { name: "CIS Kubernetes Benchmark", version: "2.0.1", tag: "cis-k8s" },
  pss: { name: "Kubernetes Pod Security Standards", version: "1.37", tag: "pss" },
  nsa: { name: "NSA/CISA Kubernetes Hardening Guide", version: "1.2", tag: "nsa" },
  soc2: { name: "SOC 2 Trust Services Criteria", version: "2017", tag: "soc2" },
  gdpr: { name: "GDPR", version: "2016/679", tag: "gdpr" },
  pciDss: { name: "PCI DSS", version: "4.0.1", tag: "pci-dss" },
} as const satisfies Record<keyof Controls, { name: string; version: string; tag: string }>;

/** A threshold or list that the pack's config can set, with what each environment asks. */
export interface Setting<T> {
  readonly schema: PolicyConfigSchema["properties"][string];
  readonly values: PerEnvironment<T>;
}
type Settings = Readonly<Record<string, Setting<unknown>>>;
type ValuesOf<S extends Settings> = { readonly [K in keyof S]: S[K]["values"]["prod"] };

/** What a check found: one sentence a breach, or nothing (`false`, `undefined`, `[]`) where all is well. */
export type Verdict = string | false | undefined | readonly Verdict[];

/** What mends a breach: properties to set, or what tells them by those that are there, and nothing where none would do. */
type Remediation<T extends ResourceType, S extends Settings> =
  Props<T> | ((props: Props<T>, settings: ValuesOf<S>) => Props<T> | undefined);
type Change = Readonly<Record<string, unknown>>;
type Remediations<S extends Settings> = Readonly<
  Record<string, Change | ((props: object, settings: ValuesOf<S>) => Change | undefined) | undefined>
>;

/** What every rule states about itself. */
export interface Facts<S extends Settings = Settings> {
  /** Cloud, service and what is asked, kebab-case, so that rules sort: `aws-rds-backup-retention`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** What is asked and why it matters, in full sentences. */
  readonly description: string;
  /** The setting to change, by its name. */
  readonly remedy: string;
  readonly controls: Controls;
  readonly levels: PerEnvironment<Level>;
  /** @default {} - nothing to set */
  readonly settings?: S;
  /**
   * Whether the offline preview hands it a resource's secrets, as the engine hands them to every rule: its messages must
   * repeat nothing of them.
   *
   * @default false - it finds them masked
   */
  readonly readsSecrets?: boolean;
}

/** A rule as the pack, its documents and the offline runner hold it. */
export interface Rule extends Required<Facts> {
  readonly scope: "resource" | "stack";
  /** Types it judges; undefined where `concerns` decides. */
  readonly types: readonly string[] | undefined;
  /** True for the types it judges. */
  readonly concerns: (type: string) => boolean;
  /** Types of which it mends a breach where its level is `remediate`; a rule without any only judges. */
  readonly mends: readonly string[];
  /** The rule as CrossGuard runs it. */
  readonly policy: ResourceValidationPolicy | StackValidationPolicy;
}

/** What the offline runner hands a stack rule beyond what the analyzer does. */
export interface JudgedStackArgs extends StackValidationArgs {
  /** Told of each resource that the rule judges. */
  readonly judged?: (urn: string) => void;
}

/** A rule about one resource at a time. */
export function resourceRule<const T extends ResourceType, S extends Settings = Record<never, never>>(
  rule: Facts<S> & {
    readonly types: readonly T[];
    /** False for a resource of these types that the rule is not about. @default every one */
    readonly applies?: (resource: ResourceOf<T>, settings: ValuesOf<S>) => boolean;
    readonly check: (resource: ResourceOf<T>, settings: ValuesOf<S>) => Verdict;
    /**
     * What mends a breach where the rule's level is `remediate`: properties by type, set map by map over what is there. Only what
     * the provider changes without a new resource, and what costs next to nothing.
     *
     * @default - the rule only judges
     */
    readonly remediation?: { readonly [K in T]?: Remediation<K, S> };
  },
): Rule {
  const types = new Set<string>(rule.types);
  return rawResourceRule<S>(rule, rule.types, (type) => types.has(type), {
    // As above: each type's are handed what is of that type.
    ...(rule.remediation && { remediation: rule.remediation as Remediations<S> }),
    // The set of types was asked first, and ArgsByType states each one's properties.
    applies: (args, settings) => rule.applies?.(args as unknown as ResourceOf<T>, settings) ?? true,
    check: (args, settings) => rule.check(args as unknown as ResourceOf<T>, settings),
  });
}

/** A rule about resources of any type whose token it takes. */
export function everyTypeRule<S extends Settings = Record<never, never>>(
  rule: Facts<S> & {
    readonly concerns: (type: string) => boolean;
    /** False for a resource that the rule is not about, such as every one where nothing is asked. @default every one */
    readonly applies?: (resource: AnyResource, settings: ValuesOf<S>) => boolean;
    readonly check: (resource: AnyResource, settings: ValuesOf<S>) => Verdict;
  },
): Rule {
  const { applies = () => true, check } = rule;
  return rawResourceRule<S>(rule, undefined, rule.concerns, { applies, check });
}

/** A rule about a resource in its stack: that something stands beside it. */
export function stackRule<const T extends ResourceType, S extends Settings = Record<never, never>>(
  rule: Facts<S> & {
    readonly types: readonly T[];
    /** False for a resource of these types that the rule is not about. @default every one */
    readonly applies?: (resource: PlacedResource<T>, stack: Stack) => boolean;
    readonly check: (resource: PlacedResource<T>, stack: Stack, settings: ValuesOf<S>) => Verdict;
  },
): Rule {
  const types = new Set<string>(rule.types);
  const policy: StackValidationPolicy = {
    ...metadata(rule),
    validateStack: (args: JudgedStackArgs, reportViolation) => {
      const stack = stackOf(args.resources);
      const settings = settingsOf(rule, args.getConfig());
      let judged = 0;
      let unknown: unknown;
      for (const resource of stack.ofType(...rule.types)) {
        try {
          const about = found(() => {
            if (rule.applies && !rule.applies(resource, stack)) return undefined;
            judged++;
            const verdict = rule.check(resource, stack, settings);
            args.judged?.(resource.urn);
            return verdict;
          });
          for (const finding of about) reportViolation(finding, resource.urn);
        } catch (error) {
          if (!isUnknownValue(error)) throw error;
          unknown ??= error;
        }
      }
      // Only now, so that one value not known yet doesn't hide what is known of the others.
      if (unknown !== undefined) throw unknown as Error;
      if (judged === 0) args.notApplicable(`no ${rule.types.join(" or ")} to judge`);
    },
  };
  return {
    ...complete(rule),
    scope: "stack",
    types: rule.types,
    concerns: (type) => types.has(type),
    mends: [],
    policy,
  };
}

function rawResourceRule<S extends Settings>(
  rule: Facts<S>,
  types: readonly string[] | undefined,
  concerns: (type: string) => boolean,
  body: {
    readonly applies: (args: ResourceValidationArgs, settings: ValuesOf<S>) => boolean;
    readonly check: (args: ResourceValidationArgs, settings: ValuesOf<S>) => Verdict;
    readonly remediation?: Remediations<S>;
  },
): Rule {
  const judge = (given: ResourceValidationArgs): readonly string[] => {
    const args = { ...given, props: withoutNulls(given.props) };
    if (!concerns(args.type)) args.notApplicable(`not about ${args.type}`);
    return found(() => {
      const settings = settingsOf(rule, args.getConfig());
      if (!body.applies(args, settings)) args.notApplicable("not about this resource");
      return body.check(args, settings);
    });
  };
  const validate: ResourceValidationPolicy["validateResource"] = (given, reportViolation) => {
    for (const finding of judge(given)) reportViolation(finding);
  };
  const { remediation } = body;
  const remediate: ResourceRemediation = (given) => {
    const asked = remediation?.[given.type];
    if (asked === undefined) return given.notApplicable(`sets nothing of ${given.type}`);
    const props = readable(given.props);
    if (judge({ ...given, props }).length === 0) return undefined;
    const change =
      typeof asked === "function" ? asked(withoutNulls(props), settingsOf(rule, given.getConfig())) : asked;
    return change === undefined ? undefined : remediated(given.props, change);
  };
  const [only, ...others] = types ?? [];
  const policy: ResourceValidationPolicy = {
    ...metadata(rule),
    // With the type on the function the analyzer passes other types by without unpacking their properties.
    validateResource:
      only !== undefined && others.length === 0 ? Object.assign(validate, { __pulumiType: only }) : validate,
    ...(remediation && { remediateResource: remediate }),
  };
  return {
    ...complete(rule),
    scope: "resource",
    types,
    concerns,
    mends: Object.keys(remediation ?? {}),
    policy,
  };
}

/** What a check says; of what is malformed it says that. */
function found(check: () => Verdict): readonly string[] {
  try {
    return findings(check());
  } catch (error) {
    if (error instanceof MalformedError) return [error.message];
    throw error;
  }
}

/** A verdict's sentences. */
export function findings(verdict: Verdict): readonly string[] {
  if (verdict === false || verdict === undefined) return [];
  return typeof verdict === "string" ? [verdict] : verdict.flatMap(findings);
}

/** A stack is indexed once, whoever asks: all rules of a run are given the same list. */
const stacks = new WeakMap<object, Stack>();
function stackOf(resources: ConstructorParameters<typeof Stack>[0]): Stack {
  const known = stacks.get(resources);
  if (known) return known;
  const stack = new Stack(resources);
  stacks.set(resources, stack);
  return stack;
}

function settingsOf<S extends Settings>(rule: Facts<S>, configured: object): ValuesOf<S> {
  const defaults = Object.fromEntries(
    Object.entries(rule.settings ?? {}).map(([name, { values }]) => [name, values.prod]),
  );
  // The pack's config was checked against the schemas that stand beside these values.
  return { ...defaults, ...configured } as ValuesOf<S>;
}

function complete<S extends Settings>(rule: Facts<S>): Required<Facts> {
  const { id, title, severity, description, remedy, controls, levels, settings = {} } = rule;
  const { readsSecrets = false } = rule;
  return { id, title, severity, description, remedy, controls, levels, settings, readsSecrets };
}

/** What CrossGuard is told of a rule. Without a config the pack holds every stack to prod's line. */
function metadata<S extends Settings>(
  rule: Facts<S>,
): Omit<ResourceValidationPolicy, "validateResource" | "remediateResource"> {
  const framework = firstFramework(rule.controls);
  return {
    name: rule.id,
    displayName: rule.title,
    // The engine shows the description above each violation and the remediation steps nowhere.
    description: `${rule.description} Remedy: ${rule.remedy}`,
    enforcementLevel: rule.levels.prod,
    severity: rule.severity,
    tags: controlTags(rule.controls),
    remediationSteps: rule.remedy,
    configSchema: {
      properties: {
        ...Object.fromEntries(
          Object.entries(rule.settings ?? {}).map(([name, { schema, values }]) => [
            name,
            { ...schema, default: values.prod as NonNullable<typeof schema.default> },
          ]),
        ),
        ...(takesExemptions(rule) && { exemptions: exemptionsSchema }),
      },
    },
    ...(framework && { framework }),
  };
}

/** Every control as a tag, `cis-eks:5.4.2`, because CrossGuard takes one framework only. */
export function controlTags(controls: Controls): string[] {
  return controlEntries(controls).flatMap(([key, numbers]) =>
    numbers.map((number) => `${frameworks[key].tag}:${number}`),
  );
}

function firstFramework(controls: Controls): PolicyComplianceFramework | undefined {
  for (const [key, [reference]] of controlEntries(controls)) {
    const { name, version } = frameworks[key];
    if (reference !== undefined)
      return { name, version, reference, specification: `${name} ${version}, ${reference}` };
  }
  return undefined;
}

/** The numbers that a rule names of each framework. */
export function controlEntries(controls: Controls): [keyof Controls, readonly string[]][] {
  // Object.keys of a checked literal: the keys are those of the interface.
  return (Object.keys(frameworks) as (keyof Controls)[]).map((key) => [key, controls[key] ?? []]);
}
