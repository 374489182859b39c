/*
 * Applications of a system in several stacks, run once for all tests of this folder that a process runs, and what is to come out
 * of a chart or a kustomization of them.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { applicationsOf, type StackApplications } from "../../../preview/delivery/applications";
import type { Delivery, DeliveryFile } from "../../../preview/delivery/delivery";
import type { Json, PlanResource } from "../../../preview/plan";
import { runStack } from "../../../preview/program";
import { readStack } from "../../../preview/stack";
import { planOf } from "../../support/plans";

const root = join(__dirname, "../../..");

const run = new Map<string, Promise<Delivery>>();

/** What a chart and a kustomization of a system are made from. */
export async function deliveryOf(
  blueprint: string,
  cloud: string,
  names: readonly string[],
): Promise<Delivery> {
  const key = [blueprint, cloud, ...names].join(" ");
  const started = run.get(key) ?? delivery(blueprint, cloud, names);
  run.set(key, started);
  return await started;
}

async function delivery(blueprint: string, cloud: string, names: readonly string[]): Promise<Delivery> {
  const set = [`blueprint=${blueprint}`, `cloud=${cloud}`];
  const stacks: StackApplications[] = [];
  for (const stack of names) {
    const known = await planOf(stack, ...set);
    const settings = readStack({ root, stack, set });
    const { resources: first } = await runStack(settings, { root, outputs: "unknown", echo: false });
    stacks.push(applicationsOf({ stack, known, first }));
  }
  return { stacks, version: "1.2.3", blueprint, cloud };
}

/** An object as tests compare it. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
};

/**
 * Objects of the program that a chart is to make, straight from its plan: those of its services, of who scales them and of their
 * part in the mesh, without what speaks to Pulumi, ConfigMaps by their service and role, and labelled by who deploys them.
 */
export async function expected(
  stack: string,
  { blueprint, cloud }: Delivery,
  managedBy: string,
): Promise<readonly Manifest[]> {
  const resources = await planOf(stack, `blueprint=${blueprint}`, `cloud=${cloud}`);
  const namespace = namespaceOf(
    resources.find(({ urn }) => /workload:Workload\$kubernetes:(apps|argoproj.io)\//.test(urn)),
  );
  const deployed = resources.filter((resource) => isDeployed(resource, namespace));
  const texts = deployed.map(({ inputs }) => JSON.stringify(inputs, withoutPulumi));
  const named = resources
    .filter(({ type, inputs }) => type === "kubernetes:core/v1:ConfigMap" && nameOf(inputs) === undefined)
    .map(({ name }) => name);
  const system = resources.find(({ type }) => type === "groundwork:workload:System")?.name ?? "";
  return inOrder(
    deployed.map(({ name, inputs }, index) => {
      const object = JSON.parse(shortened(texts[index] ?? "", system, managedBy)) as Manifest;
      const own = nameOf(inputs) ?? (named.includes(name) ? name.slice(system.length + 1) : "");
      const { annotations = {}, ...metadata } = object.metadata;
      // kustomize leaves out what is empty there
      const isLeftOut = managedBy === "kustomize" && Object.keys(annotations as object).length === 0;
      const kept = "annotations" in object.metadata && !isLeftOut ? { annotations } : {};
      return { ...object, metadata: { ...metadata, ...kept, name: own } };
    }),
  );
}

function shortened(text: string, system: string, managedBy: string): string {
  return text
    .replaceAll('"app.kubernetes.io/managed-by":"pulumi"', `"app.kubernetes.io/managed-by":"${managedBy}"`)
    .replace(new RegExp(`"${system}-([a-z-]+-(?:connections|authorities|files))-[0-9a-f]{7}"`, "g"), '"$1"');
}

function withoutPulumi(key: string, value: Json): Json | undefined {
  if (key !== "annotations" || typeof value !== "object" || value === null) return value;
  const all = Object.entries(value);
  const kept = all.filter(([name]) => !name.startsWith("pulumi.com/"));
  return kept.length === 0 && all.length > 0 ? undefined : Object.fromEntries(kept);
}

/** By the types in its URN, whose last is its own. */
function isDeployed(resource: PlanResource, namespace: string | undefined): boolean {
  const { urn, type, inputs } = resource;
  const [, , types = ""] = urn.split("::");
  if (!type.startsWith("kubernetes:") || typeof inputs["kind"] !== "string") return false;
  if (["Secret", "Role", "RoleBinding"].includes(inputs["kind"])) return false;
  if (/groundwork:workload:(?!System\$)\w+\$/.test(types)) return true;
  const isShared =
    types.includes("groundwork:mesh:SystemMesh$") || types.includes("groundwork:scaling:ScaledWorkload$");
  return isShared && namespaceOf(resource) === namespace;
}

function namespaceOf(resource: PlanResource | undefined): string | undefined {
  return (resource?.inputs["metadata"] as { readonly namespace?: string } | undefined)?.namespace;
}

function nameOf(inputs: PlanResource["inputs"]): string | undefined {
  return (inputs["metadata"] as { readonly name?: string } | undefined)?.name;
}

/** What a chart and a kustomization say to Helm and Argo CD, of which the program says nothing. */
const isOrder = (annotation: string): boolean => /^(helm\.sh|argocd\.argoproj\.io)\//.test(annotation);

/**
 * Objects without what the program does not say of them: when they are made and whether they stay, in annotations, and the digest in
 * a Job's name, which is of what the chart is told. No annotations are as good as empty ones.
 */
function withoutOrder(objects: readonly Manifest[]): readonly Manifest[] {
  return objects.map(({ metadata: { annotations, ...metadata }, ...object }) => {
    const left = Object.entries(annotations ?? {}).filter(([key]) => !isOrder(key));
    const name = object.kind === "Job" ? metadata.name.replace(/-[0-9a-f]{7}$/, "") : metadata.name;
    const kept = left.length === 0 ? {} : { annotations: Object.fromEntries(left) };
    return { ...object, metadata: { ...metadata, name, ...kept } };
  });
}

/** Manifests by what they are, with ConfigMaps that have their name by their content without that part of it. */
export function inOrder(objects: readonly Manifest[]): readonly Manifest[] {
  const key = ({ kind, metadata }: Manifest) => `${kind} ${String(metadata["namespace"])} ${metadata.name}`;
  const texts = JSON.stringify(objects).replace(
    /"([a-z-]+-(?:connections|authorities|files))-[0-9a-z]{10}"/g,
    '"$1"',
  );
  return [...(JSON.parse(texts) as readonly Manifest[])].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Fails unless they are the same, naming the first that differs. */
export function assertSame(made: readonly Manifest[], registered: readonly Manifest[]): void {
  const [actual, wanted] = [withoutOrder(made), withoutOrder(registered)];
  const nameOfObject = ({ kind, metadata }: Manifest) => `${kind}/${metadata.name}`;
  assert.deepEqual(actual.map(nameOfObject), wanted.map(nameOfObject));
  wanted.forEach((object, index) => {
    assert.deepEqual(actual[index], object, nameOfObject(object));
  });
}

/** Text of one of the files. */
export function textOf(files: readonly DeliveryFile[], path: string): string {
  const file = files.find((one) => one.path === path);
  assert.ok(file !== undefined, `${path} is not among ${files.map((one) => one.path).join(", ")}`);
  return file.text;
}

/** Annotations of an object, none where it has none. */
export function annotationsOf({ metadata: { annotations } }: Manifest): Readonly<Record<string, string>> {
  return (annotations ?? {}) as Readonly<Record<string, string>>;
}

/** Fails unless Argo CD leaves it when it is gone from what is to be there, and does not miss it. */
export function assertKept(object: Manifest): void {
  const { "argocd.argoproj.io/sync-options": sync, "argocd.argoproj.io/compare-options": compare } =
    annotationsOf(object);
  assert.deepEqual({ sync, compare }, { sync: "Prune=false", compare: "IgnoreExtraneous" });
}

/**
 * Fails unless each service with a migration has its account, its ConfigMaps and its policies before that, and its pods after it, as
 * Argo CD orders them; and nothing of them that waits for pods to be well comes before these.
 */
export function assertWaves(objects: readonly Manifest[]): void {
  const waveOf = (object: Manifest) => Number(annotationsOf(object)["argocd.argoproj.io/sync-wave"] ?? 0);
  const jobs = objects.filter(({ kind }) => kind === "Job");
  assert.ok(jobs.length > 0);
  for (const job of jobs) {
    const service = job.metadata.name.replace(/-migration-[0-9a-f]{7}$/, "");
    const text = JSON.stringify(job);
    const needed = objects.filter(
      ({ kind, metadata: { name } }) =>
        (["ConfigMap", "ServiceAccount"].includes(kind) && text.includes(`"${name}"`)) ||
        (["NetworkPolicy", "Sidecar"].includes(kind) && name === `${service}-tasks`),
    );
    assert.ok(needed.some(({ kind }) => kind === "ServiceAccount"));
    for (const one of needed) assert.equal(waveOf(one), -2, `${one.kind}/${one.metadata.name}`);
    assert.equal(waveOf(job), -1);
    const pods = objects.filter(
      ({ kind, metadata }) => ["Deployment", "Rollout"].includes(kind) && metadata.name === service,
    );
    assert.deepEqual(pods.map(waveOf), [0], service);
  }
  const waits = ["CronJob", "Deployment", "HorizontalPodAutoscaler", "Rollout", "ScaledObject"];
  for (const one of objects.filter(({ kind }) => waits.includes(kind)))
    assert.equal(waveOf(one), 0, one.kind);
}
