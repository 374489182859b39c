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
  /** Whether values are masked in it. */
  readonly masked: boolean;
}

interface KubernetesObject {
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

/** Kinds of Kubernetes' own API groups that no namespace holds (`kubectl api-resources --namespaced=false`). */
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
]);

/** Every Kubernetes object of the program that is not inside a chart, in the order of their paths. */
export function manifests(run: Pick<Ran<unknown>, "resources" | "inputs">): readonly Manifest[] {
  const objects = run.resources
    .filter((resource) => isObject(resource))
    // an object without a name has the one that Pulumi would give it, by which others refer to it
    .map(({ urn }) => objectOf(run.inputs.get(urn) ?? {}, autoName(urn)));
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
  // who reads it may go by YAML 1.1, in which `off` is false (kubectl does)
  const yaml = stringify(object, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
  const masked = yaml.includes(SECRET);
  return { path, masked, yaml: masked ? `# ${SECRET} stands for a value that is not shown\n${yaml}` : yaml };
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
  const group = groupOf(object);
  const own = !group.includes(".") || group.endsWith(".k8s.io");
  return own && !clusterKinds.has(object.kind) ? "default" : clusterFolder;
}

function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes("/") ? (apiVersion.split("/", 1)[0] ?? "") : "";
}
