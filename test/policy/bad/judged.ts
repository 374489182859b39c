import { packConfig } from "../../../policy/config";
import type { Rule } from "../../../policy/rule";
import { rules } from "../../../policy/rules";
import { outputTable } from "../../../preview/outputs";
import { remoteOutputs } from "../../../preview/outputs/aws-remote";
import type { PlanResource, PolicyViolation } from "../../../preview/plan";
import { judge } from "../../../preview/policy";
import { run } from "../../support/run";
import { edited } from "../scene";
import { awsMistakes } from "./mistakes/aws";
import { gcpMistakes } from "./mistakes/gcp";
import { kubernetesMistakes } from "./mistakes/kubernetes";
import type { Missing, Mistake } from "./mistakes/mistake";
import { badStack } from "./program";
import { outputs } from "./table";

/** The lists, as the page has them. */
export const lists: readonly (readonly [title: string, mistakes: readonly Mistake[]])[] = [
  ["AWS", awsMistakes],
  ["Google Cloud", gcpMistakes],
  ["Kubernetes", kubernetesMistakes],
];

/** A mistake, and the ids of the rules that say so until it is put right. */
export interface Found {
  readonly mistake: Mistake;
  readonly rules: readonly string[];
}

/** What the offline preview registers of the bad stack, in a first preview what is computed being unknown. */
export async function planOfBadStack(
  preview: "known" | "unknown" = "known",
): Promise<readonly PlanResource[]> {
  const { resources } = await run(badStack, {
    preview,
    table: { ...outputTable, ...remoteOutputs, ...outputs },
    stack: "prod",
  });
  return resources;
}

/**
 * The rules that catch the mistake: what they say of the stack they say no more once that mistake alone is put right. Where
 * the resource has to go, every rule about it falls silent, and those count that the list names.
 */
export function caughtBy(plan: readonly PlanResource[], mistake: Mistake): readonly string[] {
  const before = violationsOf(plan, rules);
  const about = new Set(before.map(({ policy }) => policy));
  const right = repaired(plan, resourceOf(plan, mistake), mistake);
  const after = violationsOf(
    right,
    rules.filter(({ id }) => about.has(id)),
  );
  const left = new Set(after.map(keyOf));
  const caught = before.filter((said) => !left.has(keyOf(said))).map(({ policy }) => policy);
  const { repair } = mistake;
  return [...new Set(caught)].filter((id) => !("gone" in repair) || id.includes(repair.gone)).sort();
}

/** The one resource with the mistake. */
export function resourceOf(plan: readonly PlanResource[], { on }: Mistake): PlanResource {
  const found = plan.filter(({ type, name }) => `${kindOf(type)} ${name}` === on);
  const [resource, ...others] = found;
  if (resource === undefined || others.length > 0)
    throw new Error(`${on}: expected one resource of the bad stack, got ${String(found.length)}`);
  return resource;
}

/** `Bucket` of `aws:s3/bucket:Bucket`, `Provider` of `pulumi:providers:aws`. */
function kindOf(type: string): string {
  return type.startsWith("pulumi:providers:") ? "Provider" : type.slice(type.lastIndexOf(":") + 1);
}

/** The stack with nothing else changed. */
export function repaired(
  plan: readonly PlanResource[],
  resource: PlanResource,
  { repair }: Mistake,
): readonly PlanResource[] {
  const alone = plan.filter(({ urn }) => urn !== resource.urn);
  if ("gone" in repair) return alone;
  if ("add" in repair) return [...plan, added(resource, repair.add)];
  const changed = repair.change.reduce<readonly PlanResource[]>(
    (resources, [path, value]) => edited(resources, [resource.name, `inputs.${path}`, value]),
    [resource],
  );
  return plan.map((each) => (each === resource ? (changed[0] ?? each) : each));
}

function added(resource: PlanResource, { type, inputs, names }: Missing): PlanResource {
  const name = `${resource.name}-added`;
  const from = names === undefined ? {} : { [names]: [resource.urn] };
  return {
    ...resource,
    type,
    name,
    urn: `${resource.urn.slice(0, resource.urn.indexOf("::", resource.urn.indexOf("::") + 2))}::${type}::${name}`,
    inputs: { ...inputs, ...(names === undefined ? {} : { [names]: "the-id" }) },
    dependencies: Object.values(from).flat(),
    propertyDependencies: from,
  };
}

const said = new Map<readonly PlanResource[], readonly PolicyViolation[]>();

/** What the rules say, kept for the bad stack itself, which is asked for with every mistake. */
function violationsOf(plan: readonly PlanResource[], asked: readonly Rule[]): readonly PolicyViolation[] {
  const known = asked === rules ? said.get(plan) : undefined;
  if (known !== undefined) return known;
  const { violations } = judge(plan, { environment: "prod", config: strict, rules: asked });
  if (asked === rules) said.set(plan, violations);
  return violations;
}

/** Prod's levels and settings. */
const strict = packConfig(rules, "prod");

function keyOf({ policy, urn, message }: PolicyViolation): string {
  return `${policy} ${urn ?? ""} ${message}`;
}

/** Every mistake of the lists, and who catches it. */
export async function findings(): Promise<readonly (readonly [title: string, found: readonly Found[]])[]> {
  const plan = await planOfBadStack();
  return lists.map(([title, mistakes]) => [
    title,
    mistakes.map((mistake) => ({ mistake, rules: caughtBy(plan, mistake) })),
  ]);
}
