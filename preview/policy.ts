import type {
  PolicyProviderResource,
  PolicyResource,
  PolicyResourceOptions,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { packConfig, type PackConfig } from "../policy/config";
import { environments, type Environment } from "../policy/levels";
import type { JudgedStackArgs, Rule } from "../policy/rule";
import { rules as packRules } from "../policy/rules";
import { covered, type ExemptHit, Ledger } from "../policy/ledger";
import { exemptionsValid } from "../policy/stack/exemptions";
import { isUnknownValue, unknownCheckingProxy, unknownSentinel } from "../policy/unknown";
import { compare } from "./compare";
import { UNKNOWN } from "./plan";
import type {
  ExemptBreach,
  Json,
  OpenCheck,
  PlanResource,
  PolicyReport,
  PolicyViolation,
  Remediation,
} from "./plan";
import { urnOfReference } from "./urn";

/** How a plan is judged. */
export interface JudgeOptions {
  /** Whose levels and thresholds hold: dev, staging or prod. Anything else is judged as prod. */
  readonly environment: string;
  /** @default the pack's own config of that environment */
  readonly config?: PackConfig;
  /** @default every rule of the pack */
  readonly rules?: readonly Rule[];
  /**
   * Inputs by URN with their secrets in plain, for the rules that read them.
   *
   * @default {} - those rules too find them masked
   */
  readonly secrets?: ReadonlyMap<string, Readonly<Record<string, Json>>>;
  /**
   * Day by which exemptions end, `YYYY-MM-DD`.
   *
   * @default today, by UTC
   */
  readonly day?: string;
}

/** The environment of that name; prod, the strictest, where there is none. */
export function environmentOf(name: string | undefined): Environment {
  return environments.find((environment) => environment === name) ?? "prod";
}

/** A rule that threw instead of judging: a fault of the rule, or of the plan's shape. */
export class PolicyRuleError extends Error {
  constructor(rule: string, urn: string | null, cause: unknown) {
    super(
      `policy ${rule} failed on ${urn ?? "the stack"}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.name = "PolicyRuleError";
  }
}

/** Thrown by `notApplicable`, as the analyzer does: always the same, as a stack trace for each of thousands takes the most time. */
const declined = new Error("not applicable");

/** What was judged, beside what was said. */
export interface Judgement {
  readonly report: PolicyReport;
  /** What each rule was about, by its id: URNs, and null for a stack rule that names no resource. */
  readonly judged: ReadonlyMap<string, ReadonlySet<string | null>>;
}

/** Run the pack's rules over a plan, as Pulumi's analyzer runs them over a deployment. */
export function judge(resources: readonly PlanResource[], options: JudgeOptions): PolicyReport {
  return judgeInDetail(resources, options).report;
}

/** The same, with what each rule judged. */
export function judgeInDetail(resources: readonly PlanResource[], options: JudgeOptions): Judgement {
  const { rules = packRules, config = packConfig(rules, environmentOf(options.environment)), day } = options;
  const enabled = rules.filter(({ id }) => config[id]?.enforcementLevel !== "disabled");
  const verdict = new Verdict(config);
  const ledger = new Ledger(day === undefined ? undefined : () => day);
  for (const rule of enabled) ledger.know(rule, config[rule.id] ?? {});
  const policies = new Map(
    enabled.map((rule) => [rule, covered(rule, ledger, (hit) => verdict.excuse(hit))] as const),
  );
  const placed = place(resources);
  const mending = enabled.filter(({ id }) => config[id]?.enforcementLevel === "remediate");
  const asked = placed.filter((_, index) => !wasRead(resources[index]));
  for (const resource of asked) {
    for (const rule of mending) verdict.mend(rule, resource, policies.get(rule) as ResourceValidationPolicy);
  }

  const about = rulesByType(enabled);
  for (const resource of asked) {
    for (const rule of about(resource.type)) {
      verdict.ask(rule, resource.urn, (report, getConfig) => {
        const { validateResource } = policies.get(rule) as ResourceValidationPolicy;
        const args = {
          ...argsOf(resource, getConfig),
          ...(rule.readsSecrets && { props: revealed(resource, options.secrets) }),
        };
        return typeof validateResource === "function" ? validateResource(args, report) : undefined;
      });
    }
  }
  const ofStack = enabled.filter(({ scope }) => scope === "stack");
  // The verdict on the exemptions has to wait for what they met.
  for (const rule of [...ofStack].sort(
    (a, b) => Number(a === exemptionsValid) - Number(b === exemptionsValid),
  )) {
    verdict.ask(rule, null, (report, getConfig) => {
      const args: JudgedStackArgs = {
        resources: placed,
        stackTags,
        getConfig,
        notApplicable,
        judged: (urn) => verdict.about(rule, urn),
      };
      return (policies.get(rule) as StackValidationPolicy).validateStack(args, report);
    });
  }
  return verdict.judgement();
}

/** The rules about one resource that concern a type, looked up once. */
function rulesByType(rules: readonly Rule[]): (type: string) => readonly Rule[] {
  const known = new Map<string, readonly Rule[]>();
  return (type) => {
    const before = known.get(type);
    if (before) return before;
    const concerned = rules.filter((rule) => rule.scope === "resource" && rule.concerns(type));
    known.set(type, concerned);
    return concerned;
  };
}

/** A resource as the analyzer hands it to a rule. */
function argsOf(
  resource: PolicyResource,
  getConfig: ResourceValidationArgs["getConfig"],
): ResourceValidationArgs {
  return {
    ...resource,
    // A resource's arguments and a stack's resource differ here in their type alone.
    asType: (resourceClass) => (resource.isType(resourceClass) ? (resource.props as never) : undefined),
    stackTags,
    getConfig,
    notApplicable,
  };
}

/** True for what the program only looks up (`X.get`): the engine does not ask the rules about it. */
function wasRead(resource: PlanResource | undefined): boolean {
  return resource !== undefined && resource.importId !== null && Object.keys(resource.inputs).length === 0;
}

/** `spec.containers[0].image`. */
function pathOf(path: readonly string[]): string {
  return path
    .map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : `${index === 0 ? "" : "."}${key}`))
    .join("");
}

/** Its properties with their secrets where they are at hand. */
function revealed({ urn, props }: PolicyResource, secrets: JudgeOptions["secrets"]): Record<string, unknown> {
  const inputs = secrets?.get(urn);
  return inputs === undefined ? props : unknownCheckingProxy({ ...(withSentinels(inputs) as object) });
}

/** What the rules said so far. */
class Verdict {
  private readonly counts = { evaluated: 0, notApplicable: 0 };
  private readonly violations: PolicyViolation[] = [];
  private readonly open: OpenCheck[] = [];
  private readonly exempt: ExemptBreach[] = [];
  private readonly remediated: Remediation[] = [];
  private readonly judged = new Map<string, Set<string | null>>();

  constructor(private readonly config: PackConfig) {}

  ask(
    rule: Rule,
    urn: string | null,
    run: (report: ReportViolation, getConfig: <T extends object>() => T) => unknown,
  ): void {
    const { enforcementLevel, ...settings } = this.config[rule.id] ?? { enforcementLevel: rule.levels.prod };
    const { id: policy, severity, remedy } = rule;
    // What a remediation leaves is as bad as what none was tried on.
    const level = enforcementLevel === "advisory" ? "advisory" : "mandatory";
    try {
      run(
        (message, about) =>
          this.violations.push({ policy, level, severity, urn: about ?? urn, message, remedy }),
        // CrossGuard's own signature: the rule states what its settings are.
        <T extends object>() => settings as T,
      );
      this.counts.evaluated++;
      if (urn !== null || !this.judged.has(policy)) this.about(rule, urn);
    } catch (error) {
      if (error === declined) this.counts.notApplicable++;
      else if (isUnknownValue(error)) this.open.push({ policy, urn, value: pathOf(error.props) });
      else throw new PolicyRuleError(rule.id, urn, error);
    }
  }

  /** Let a rule mend a resource in place, before any judges it. */
  mend(rule: Rule, resource: PolicyResource, { remediateResource }: ResourceValidationPolicy): void {
    const settings = this.config[rule.id] ?? {};
    try {
      // CrossGuard's own signature: the rule states what its settings are.
      const changed: unknown = remediateResource?.(argsOf(resource, <T extends object>() => settings as T));
      if (changed !== undefined) this.remediated.push({ policy: rule.id, urn: resource.urn });
    } catch (error) {
      // What cannot be told yet the rule leaves open when it judges.
      if (error !== declined && !isUnknownValue(error)) {
        throw new PolicyRuleError(rule.id, resource.urn, error);
      }
    }
  }

  /** Take note that a rule judged that resource. */
  about({ id }: Rule, urn: string | null): void {
    const before = this.judged.get(id);
    if (before) before.add(urn);
    else this.judged.set(id, new Set([urn]));
  }

  excuse({ rule, urn, message, exemption: { expires, reason, owner } }: ExemptHit): void {
    const { id: policy, severity } = rule;
    this.exempt.push({ policy, severity, urn, message, until: expires, reason, owner: owner ?? null });
  }

  judgement(): Judgement {
    const report = {
      ...this.counts,
      unknown: this.open.length,
      open: [...this.open].sort(byRuleAndUrn),
      exempt: [...this.exempt].sort((a, b) => byRuleAndUrn(a, b) || compare(a.message, b.message)),
      remediated: [...this.remediated].sort(byRuleAndUrn),
      violations: [...this.violations].sort((a, b) => byRuleAndUrn(a, b) || compare(a.message, b.message)),
    };
    return { report, judged: this.judged };
  }
}

type Found = Pick<OpenCheck, "policy" | "urn">;
function byRuleAndUrn(a: Found, b: Found): number {
  return compare(a.policy, b.policy) || compare(a.urn ?? "", b.urn ?? "");
}

const stackTags: ReadonlyMap<string, string> = new Map();

function notApplicable(): never {
  throw declined;
}

/** The plan's resources as the analyzer hands them to a pack, tied to one another. */
function place(resources: readonly PlanResource[]): readonly PolicyResource[] & PolicyResource[] {
  const providers = new Map<string, PolicyProviderResource>();
  const byUrn = new Map<string, PolicyResource>();
  const props = new Map<PlanResource, Record<string, unknown>>();
  for (const resource of resources) {
    const judged = unknownCheckingProxy({ ...(withSentinels(resource.inputs) as Record<string, Json>) });
    props.set(resource, judged);
    const { type, name, urn } = resource;
    if (type.startsWith("pulumi:providers:")) providers.set(urn, { type, name, urn, props: judged });
  }
  const placed = resources.map((resource) => {
    const { type, name, urn } = resource;
    const judged = props.get(resource) ?? {};
    const provider =
      resource.provider === null ? undefined : providers.get(urnOfReference(resource.provider));
    const made: PolicyResource = {
      type,
      name,
      urn,
      props: judged,
      opts: optionsOf(resource),
      ...(provider && { provider }),
      dependencies: [],
      propertyDependencies: {},
      isType: (resourceClass) => typeOf(resourceClass) === type,
      // CrossGuard's own signature: the class states what the properties are.
      asType: (resourceClass) => (typeOf(resourceClass) === type ? (judged as never) : undefined),
    };
    byUrn.set(urn, made);
    return made;
  });
  for (const [index, made] of placed.entries()) {
    const resource = resources[index];
    if (!resource) continue;
    const known = (urns: readonly string[]) =>
      urns.map((urn) => byUrn.get(urn)).filter((found) => found !== undefined);
    const parent = resource.parent === null ? undefined : byUrn.get(resource.parent);
    if (parent) made.parent = parent;
    made.dependencies.push(...known(resource.dependencies));
    for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
      made.propertyDependencies[property] = known(urns);
    }
  }
  return placed;
}

function typeOf(resourceClass: object): unknown {
  return "__pulumiType" in resourceClass ? resourceClass.__pulumiType : undefined;
}

/** The value with the analyzer's mark where the plan says that it is not known yet. */
function withSentinels(value: Json): Json {
  if (value === UNKNOWN) return unknownSentinel;
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withSentinels);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSentinels(item)]));
}

function optionsOf(resource: PlanResource): PolicyResourceOptions {
  const {
    protect,
    ignoreChanges,
    deleteBeforeReplace,
    aliases,
    customTimeouts,
    additionalSecretOutputs,
    parent,
  } = resource;
  return {
    protect,
    ignoreChanges: [...ignoreChanges],
    ...(deleteBeforeReplace !== null && { deleteBeforeReplace }),
    aliases: aliases.filter((alias) => typeof alias === "string"),
    customTimeouts: {
      createSeconds: secondsOf(customTimeouts?.create),
      updateSeconds: secondsOf(customTimeouts?.update),
      deleteSeconds: secondsOf(customTimeouts?.delete),
    },
    additionalSecretOutputs: [...additionalSecretOutputs],
    ...(parent !== null && { parent }),
  };
}

/** Seconds of a duration as Pulumi writes them, such as `1h30m`; 0 where there is none. */
function secondsOf(duration: string | undefined): number {
  const units = { h: 3600, m: 60, s: 1 } as const;
  let seconds = 0;
  for (const [, amount, unit] of (duration ?? "").matchAll(/(\d+(?:\.\d+)?)([hms])/g)) {
    // The pattern takes these three units alone.
    seconds += Number(amount) * units[unit as keyof typeof units];
  }
  return seconds;
}
