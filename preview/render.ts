import { stringify } from "yaml";
import { type PlanResource, SECRET } from "./plan";
import type { Ran } from "./run";
import { autoName } from "./standInCloud";
import { toTemplate } from "./wire";

/** One Kubernetes object, as a file. */
export interface Manifest {
  /** Path below the output folder: `<namespace>/<kind>-<name>.yaml`. */
  readonly path: string;
  readonly yaml: string;
  /** What the file says. */
  readonly object: KubernetesObject;
  /** Whether values are masked in it. */
  readonly masked: boolean;
}

/** An object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly namespace?: string;
  };
  readonly [field: string]: unknown;
}

/** Folder of what no namespace holds. */
const clusterFolder = "_cluster";

/**
 * Kinds of Kubernetes' own API groups, the CSI's snapshots among them, that no namespace holds
 * (`kubectl api-resources --namespaced=false`).
 */
const clusterKinds: ReadonlySet<string> = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttributesClass",
  "VolumeSnapshotClass",
  "VolumeSnapshotContent",
]);

/** A release's objects, and where those go that name no namespace. */
export interface RenderedRelease {
  readonly namespace: string;
  readonly objects: readonly KubernetesObject[];
}

/**
 * Every Kubernetes object of the program in the order of their paths: those that it makes itself, and those of the releases
 * that were rendered.
 */
export function manifests(
  run: Pick<Ran<unknown>, "resources" | "inputs">,
  releases: readonly RenderedRelease[] = [],
): readonly Manifest[] {
  const own = run.resources
    .filter((resource) => isObject(resource))
    // an object without a name has the one that Pulumi would give it, by which others refer to it
    .map(({ urn }) => objectOf(run.inputs.get(urn) ?? {}, autoName(urn)));
  const objects = [...own, ...releases.flatMap((release) => ofRelease(release))];
  const paths = objects.map((object) => pathOf(object));
  return objects
    .map((object, index) => {
      const path = paths[index] ?? "";
      const unique = paths.indexOf(path) === paths.lastIndexOf(path);
      return manifestOf(object, unique ? path : pathOf(object, groupOf(object)));
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Releases and lists are not objects of the API; what is patched or only read, and so has no kind, is not ours. */
function isObject({ type, inputs }: PlanResource): boolean {
  const [pkg, module = "", kind = ""] = type.split(":");
  const isApi = module.includes("/") && !module.startsWith("helm.sh/") && !module.startsWith("yaml/");
  return pkg === "kubernetes" && isApi && inputs["kind"] !== undefined && !/(List|Patch)$/.test(kind);
}

function objectOf(inputs: Parameters<typeof toTemplate>[0], autoNamed: string): KubernetesObject {
  const { apiVersion, kind, metadata, ...rest } = toTemplate(inputs);
  const fields = typeof metadata === "object" && metadata !== null ? metadata : {};
  const object = {
    apiVersion: String(apiVersion),
    kind: String(kind),
    metadata: { name: autoNamed, ...fields },
    ...rest,
  };
  return object.kind === "Secret" ? withoutEncoding(object) : object;
}

/** As Helm would install them. What a chart makes up for a Secret is not what the cluster will have: masked. */
function ofRelease({ namespace, objects }: RenderedRelease): readonly KubernetesObject[] {
  return objects.map((object) => {
    const isOfCluster = clusterKinds.has(object.kind) || !isBuiltIn(object);
    const placed: KubernetesObject = isOfCluster
      ? object
      : { ...object, metadata: { namespace, ...object.metadata } };
    return object.kind === "Secret" ? maskedSecret(placed) : placed;
  });
}

function maskedSecret({ data, stringData, ...rest }: KubernetesObject): KubernetesObject {
  const keys = Object.keys({ ...(data ?? {}), ...(stringData ?? {}) });
  return keys.length === 0
    ? rest
    : { ...rest, stringData: Object.fromEntries(keys.map((key) => [key, SECRET])) };
}

/** A mask is not base64: masked values of a secret stand in `stringData`. */
function withoutEncoding(secret: KubernetesObject): KubernetesObject {
  const { data, stringData, ...rest } = secret;
  const encoded = Object.entries(data ?? {});
  const given = Object.fromEntries(encoded.filter(([, value]) => value !== SECRET));
  const masked = Object.fromEntries(encoded.filter(([, value]) => value === SECRET));
  const plain = { ...(stringData ?? {}), ...masked };
  return {
    ...rest,
    ...(Object.keys(given).length > 0 ? { data: given } : {}),
    ...(Object.keys(plain).length > 0 ? { stringData: plain } : {}),
  };
}

function manifestOf(object: KubernetesObject, path: string): Manifest {
  const yaml = toYaml(object);
  const masked = yaml.includes(SECRET);
  return {
    path,
    object,
    masked,
    yaml: masked ? `# ${SECRET} stands for a value that is not shown\n${yaml}` : yaml,
  };
}

/** For who reads it by YAML 1.1, in which `off` is false (kubectl does), as for others. */
export function toYaml(object: KubernetesObject): string {
  return stringify(object, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}

function pathOf(object: KubernetesObject, group = ""): string {
  const { kind, metadata } = object;
  const name = metadata.name.replace(/[^A-Za-z0-9.-]/g, "-");
  return `${folderOf(object)}/${kind.toLowerCase()}${group === "" ? "" : `.${group}`}-${name}.yaml`;
}

function folderOf(object: KubernetesObject): string {
  const { namespace } = object.metadata;
  if (namespace !== undefined) {
    return namespace;
  }
  return isBuiltIn(object) && !clusterKinds.has(object.kind) ? "default" : clusterFolder;
}

function isBuiltIn(object: KubernetesObject): boolean {
  const group = groupOf(object);
  return !group.includes(".") || group.endsWith(".k8s.io");
}

function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
}
