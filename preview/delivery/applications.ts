import { X509Certificate } from "node:crypto";
import { type Json, type PlanResource, SECRET, UNKNOWN } from "../plan";
import { autoName } from "../standInCloud";
import { isRecord, type JsonObject, leaves, type Pointer, pointerOf, textOf } from "./json";

/** A Kubernetes object of a system's applications, as one stack has it. */
export interface ApplicationObject {
  /** By which it is the same object in every stack: API version, kind, namespace and name. */
  readonly id: string;
  /** By which Pulumi knows it. */
  readonly urn: string;
  /** Service that it is of; `undefined` of what all have in common. */
  readonly service: string | undefined;
  readonly object: JsonObject;
  /** Role of a ConfigMap that has its name by its content (`connections`, `authorities`, `files`); `undefined` of all others. */
  readonly generated: string | undefined;
  /** Where values stand that only an update makes, or that are secret: whoever deploys has to give them. */
  readonly asked: ReadonlySet<Pointer>;
}

/** A system's applications, as one stack has them. */
export interface StackApplications {
  readonly stack: string;
  readonly namespace: string;
  readonly services: readonly string[];
  readonly objects: readonly ApplicationObject[];
}

/** Resources of a stack: with what the cloud would answer, and as its first preview has them. */
export interface StackRuns {
  readonly stack: string;
  readonly known: readonly PlanResource[];
  readonly first: readonly PlanResource[];
}

const systemType = "groundwork:workload:System";
const workloadType = "groundwork:workload:Workload";

/**
 * Components whose objects are the applications', beside those of `groundwork:workload`: who scales them, and their part in
 * the mesh. All else in the namespace is the platform's, which stands before they come: the namespace with its quota, bounds
 * and first policies, identities and what they sign in with, rights of controllers, rules and sizes by which they are watched.
 */
const componentTypes: ReadonlySet<string> = new Set([
  "groundwork:mesh:SystemMesh",
  "groundwork:scaling:ScaledWorkload",
]);

/** Kinds that are never the applications': what is secret stays where the platform has put it, and is named alone. */
const kindsOfPlatform: ReadonlySet<string> = new Set(["Secret", "Role", "RoleBinding"]);

/** What stands before annotations that speak to Pulumi alone. */
const pulumiPrefix = "pulumi.com/";

/** Objects of a system's applications: what a chart or a kustomization of them holds. */
export function applicationsOf({ stack, known, first }: StackRuns): StackApplications {
  const family = new Family(known);
  const namespace = namespaceOf(known, family);
  const services = known
    .filter(({ type }) => type === workloadType)
    .map((workload) => nameBelow(workload, family.parentOf(workload)));
  const unknown = new Map(first.map(({ urn, inputs }) => [urn, inputs]));
  const own = known.filter((resource) => isOfApplications(resource, family, namespace));
  const names = new Map(
    own.flatMap((resource) => {
      const short = shortName(resource, family);
      return short === undefined ? [] : [[autoName(resource.urn), short] as const];
    }),
  );
  const objects = own.map((resource) => {
    const generated = generatedName(resource, family);
    const asked = askedOf(resource.inputs, unknown.get(resource.urn) ?? {}, names);
    const object = withoutPulumi(renamed(resource.inputs, resource, names));
    const { kind, apiVersion, metadata } = object;
    const { name, namespace: home } = isRecord(metadata) ? metadata : {};
    return {
      urn: resource.urn,
      id: [apiVersion, kind, home, name].map(textOf).join("/"),
      service: serviceOf(resource, family) ?? longestOf(services, textOf(name)),
      object,
      generated: generated?.role,
      asked,
    };
  });
  return { stack, namespace, services, objects };
}

/** Who is whose child. */
class Family {
  private readonly byUrn: ReadonlyMap<string, PlanResource>;

  constructor(resources: readonly PlanResource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  parentOf({ parent }: PlanResource): PlanResource | undefined {
    return parent === null ? undefined : this.byUrn.get(parent);
  }

  /** From the parent up to the stack. */
  above(resource: PlanResource): readonly PlanResource[] {
    const parent = this.parentOf(resource);
    return parent === undefined ? [] : [parent, ...this.above(parent)];
  }
}

function namespaceOf(resources: readonly PlanResource[], family: Family): string {
  const namespace = resources.find(
    (resource) =>
      resource.type === "kubernetes:core/v1:Namespace" &&
      family.above(resource).some(({ type }) => type === systemType),
  );
  const metadata = namespace?.inputs["metadata"];
  if (!isRecord(metadata) || typeof metadata["name"] !== "string") {
    throw new Error("expected a stack whose services run on Kubernetes, got none with their namespace");
  }
  return metadata["name"];
}

function isOfApplications(resource: PlanResource, family: Family, namespace: string): boolean {
  const { type, inputs } = resource;
  const { kind, metadata } = inputs;
  if (!type.startsWith("kubernetes:") || typeof kind !== "string" || kindsOfPlatform.has(kind)) return false;
  const above = family.above(resource).map((ancestor) => ancestor.type);
  if (above.some((ancestor) => ancestor !== systemType && ancestor.startsWith("groundwork:workload:"))) {
    return true;
  }
  // the mesh has objects of the way in, too, which is the platform's
  const inNamespace = isRecord(metadata) && metadata["namespace"] === namespace;
  return inNamespace && above.some((ancestor) => componentTypes.has(ancestor));
}

function serviceOf(resource: PlanResource, family: Family): string | undefined {
  const workload = family.above(resource).find(({ type }) => type === workloadType);
  return workload === undefined ? undefined : nameBelow(workload, family.parentOf(workload));
}

/** Of which service the mesh's objects are, which begin with its name. */
function longestOf(services: readonly string[], name: string): string | undefined {
  return [...services]
    .sort((a, b) => b.length - a.length)
    .find((service) => name === service || name.startsWith(`${service}-`));
}

/** The part of a logical name that is its own, behind its parent's. */
function nameBelow({ name }: PlanResource, parent: PlanResource | undefined): string {
  return parent !== undefined && name.startsWith(`${parent.name}-`)
    ? name.slice(parent.name.length + 1)
    : name;
}

/** Pulumi names objects anew as their content changes; so does whoever makes them from a chart, by the content. */
function generatedName(
  resource: PlanResource,
  family: Family,
): { readonly service: string; readonly role: string } | undefined {
  const { kind } = resource.inputs;
  const service = serviceOf(resource, family);
  return isAutoNamed(resource) && kind === "ConfigMap" && service !== undefined
    ? { service, role: nameBelow(resource, family.parentOf(resource)) }
    : undefined;
}

function isAutoNamed({ inputs: { metadata } }: PlanResource): boolean {
  return !isRecord(metadata) || metadata["name"] === undefined;
}

/** Name of an object that Pulumi names: what it is of, and its role there. */
function shortName(resource: PlanResource, family: Family): string | undefined {
  if (!isAutoNamed(resource)) return undefined;
  const service = serviceOf(resource, family);
  const own = nameBelow(resource, family.parentOf(resource));
  return service === undefined ? own : `${service}-${own}`;
}

/** The object with its name, and others' of it, as a chart has them. */
function renamed(inputs: JsonObject, { urn }: PlanResource, names: ReadonlyMap<string, string>): JsonObject {
  const short = names.get(autoName(urn));
  const metadata = inputs["metadata"] ?? {};
  const named =
    short === undefined || !isRecord(metadata)
      ? inputs
      : { ...inputs, metadata: { name: short, ...metadata } };
  const changed = replaced(named, names);
  return isRecord(changed) ? changed : named;
}

function replaced(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((item: Json) => replaced(item, names));
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, names)]))
    : value;
}

function withoutPulumi(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isRecord(metadata) || !isRecord(metadata["annotations"])) return object;
  const { annotations, ...rest } = metadata;
  const all = Object.entries(annotations);
  const left = all.filter(([key]) => !key.startsWith(pulumiPrefix));
  const kept = left.length === 0 && all.length > 0 ? {} : { annotations: Object.fromEntries(left) };
  return { ...object, metadata: { ...rest, ...kept } };
}

/** Where an object has values that its stack's first preview does not know, or that are secret. */
function askedOf(
  known: Json,
  first: Json | undefined,
  names: ReadonlyMap<string, string>,
  path: readonly string[] = [],
): ReadonlySet<Pointer> {
  if (typeof known === "string" && names.has(known)) return new Set();
  if (known === SECRET || isStandIn(known)) return new Set([pointerOf(path)]);
  if (first === UNKNOWN) return new Set(leaves(known, path).map((leaf) => pointerOf(leaf.path)));
  if (Array.isArray(known)) {
    return union(
      known.map((item: Json, index) =>
        askedOf(item, Array.isArray(first) ? (first as readonly Json[])[index] : undefined, names, [
          ...path,
          String(index),
        ]),
      ),
    );
  }
  if (!isRecord(known)) return new Set();
  return union(
    Object.entries(known).map(([key, value]) =>
      askedOf(value, isRecord(first) ? first[key] : undefined, names, [...path, key]),
    ),
  );
}

/** What is read from a cluster has a value in every preview; a certificate that is none gives itself away. */
function isStandIn(value: Json): boolean {
  if (typeof value !== "string" || !value.startsWith("-----BEGIN CERTIFICATE-----")) return false;
  try {
    new X509Certificate(value);
    return false;
  } catch {
    return true;
  }
}

function union(sets: readonly ReadonlySet<Pointer>[]): ReadonlySet<Pointer> {
  return new Set(sets.flatMap((set) => [...set]));
}
