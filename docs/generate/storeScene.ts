import type { Json, PlanResource } from "../../preview/plan";

/** A store's resources in the plan of its stack. */
export interface StoreScene {
  /** Its logical name, which its component and its main resource have: `suuupra-prod-postgres`. */
  readonly name: string;
  /** What is under its component. */
  readonly own: readonly PlanResource[];
  /** The whole stack. */
  readonly all: readonly PlanResource[];
}

/** A path of inputs: keys with points between them, or one by one where a key has points. */
export type Path = string | readonly string[];

/** The value at a path of inputs; numbers are places in a list. */
export function valueAt(inputs: Json | undefined, path: Path): Json | undefined {
  const keys = typeof path === "string" ? path.split(".") : path;
  return keys.reduce<Json | undefined>((at, key) => {
    if (typeof at !== "object" || at === null) return undefined;
    return isList(at) ? at[Number(key)] : at[key];
  }, inputs);
}

/** The text at a path, or undefined where there is none. */
export function textAt(inputs: Json | undefined, path: Path): string | undefined {
  const value = valueAt(inputs, path);
  return typeof value === "string" ? value : undefined;
}

/** The number at a path, 0 where there is none. */
export function numberAt(inputs: Json | undefined, path: Path): number {
  const value = valueAt(inputs, path);
  return typeof value === "number" ? value : 0;
}

/** Whether the value at a path is true. */
export function isOn(inputs: Json | undefined, path: Path): boolean {
  return valueAt(inputs, path) === true;
}

/** The list at a path, empty where there is none. */
export function listAt(inputs: Json | undefined, path: Path): readonly Json[] {
  const value = valueAt(inputs, path);
  return isList(value) ? value : [];
}

/** The first resource of a type that is made for another: whose property comes from it. */
export function siblingOf(
  main: PlanResource,
  { own }: StoreScene,
  type: string,
  property: string,
): PlanResource | undefined {
  return own.find((at) => at.type === type && (at.propertyDependencies[property] ?? []).includes(main.urn));
}

/** The resource of a type that a property of another comes from. */
export function sourceOf(
  resource: PlanResource,
  property: string,
  { all }: StoreScene,
  type: string,
): PlanResource | undefined {
  const urns = resource.propertyDependencies[property] ?? [];
  return all.find((at) => at.type === type && urns.includes(at.urn));
}

/** Resources of a type among the store's own. */
export function ownOf({ own }: StoreScene, type: string): readonly PlanResource[] {
  return own.filter((at) => at.type === type);
}

/** Whose key what is written is encrypted by. */
export type Encryption = "the stack's key" | "another's key" | "the cloud's key" | "no";

const keyTypes: readonly string[] = ["aws:kms/key:Key", "gcp:kms/cryptoKey:CryptoKey"];

/** Whose key the one at a path of inputs is: the stack's own where it comes from a key that the stack makes. */
export function keyAt(resource: PlanResource, path: string, { all }: StoreScene): Encryption {
  if (valueAt(resource.inputs, path) === undefined) return "the cloud's key";
  const urns = resource.propertyDependencies[path.split(".")[0] ?? path] ?? [];
  const isOwn = all.some(({ type, urn }) => keyTypes.includes(type) && urns.includes(urn));
  return isOwn ? "the stack's key" : "another's key";
}

/** Whose key the disks of a class of the cluster are encrypted by. */
export function volumeKey(storageClass: string | undefined, scene: StoreScene): Encryption {
  const made = scene.all.find(
    ({ type, inputs }) =>
      type === "kubernetes:storage.k8s.io/v1:StorageClass" &&
      textAt(inputs, "metadata.name") === storageClass,
  );
  if (made === undefined) return "no";
  const { inputs } = made;
  if (textAt(inputs, "provisioner") !== "ebs.csi.aws.com") {
    return keyAt(made, "parameters.disk-encryption-kms-key", scene);
  }
  return textAt(inputs, "parameters.encrypted") === "true" ? keyAt(made, "parameters.kmsKeyId", scene) : "no";
}

/** Whether a resource policy refuses what does not come by TLS. */
export function refusesPlain(policy: string | undefined): boolean {
  const document: Json = policy === undefined ? null : (JSON.parse(policy) as Json); // what a provider is given is JSON
  return listAt(document, "Statement").some(
    (statement) =>
      textAt(statement, "Effect") === "Deny" &&
      textAt(statement, "Principal") === "*" &&
      textAt(statement, "Condition.Bool.aws:SecureTransport") === "false",
  );
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
