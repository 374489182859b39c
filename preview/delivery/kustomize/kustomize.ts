import { stringify } from "yaml";
import type { Json } from "../../plan";
import type { ApplicationObject, StackApplications } from "../applications";
import type { Delivery, DeliveryFile } from "../delivery";
import { imageParts } from "../images";
import { isList, isRecord, type JsonObject, leaves, pointerOf, textOf } from "../json";
import { annotated, migratingServices, orderOf } from "../order";
import { objectVariants } from "../variants";
import { configMapFiles } from "./configMaps";
import { imagesOf, kustomized } from "./objects";
import { changes, type Operation } from "./patch";

const head = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };

/** Which fields of kinds that kustomize does not know name a ConfigMap. */
const references = {
  nameReference: [
    {
      kind: "ConfigMap",
      version: "v1",
      fieldSpecs: ["volumes/configMap/name", "containers/envFrom/configMapRef/name"].map((field) => ({
        kind: "Rollout",
        group: "argoproj.io",
        path: `spec/template/spec/${field}`,
      })),
    },
  ],
};

/** A base that all stacks have in common, and an overlay for each with what differs there. */
export function kustomizeFiles({ stacks: plain }: Delivery): readonly DeliveryFile[] {
  const migrating = migratingServices(plain);
  const stacks = plain.map((stack) => ordered(stack, migrating));
  const all = objectVariants(stacks).filter((variants) => [...variants.values()][0]?.generated === undefined);
  const common = all.filter((variants) => variants.size === stacks.length);
  const last = stacks.at(-1);
  if (last === undefined) return [];
  const base = common.flatMap((variants) => variants.get(last.stack) ?? []);
  const services = [...new Set(base.map(({ service }) => service))];
  const files = services.map((service) => ({
    path: `base/${service ?? "system"}.yaml`,
    text: documents(
      base.filter((object) => object.service === service).map((object) => kustomized(object, last.namespace)),
    ),
  }));
  const resources = files.map(({ path }) => path.replace("base/", ""));
  return [
    { path: "base/kustomization.yaml", text: yaml({ ...head, resources }) },
    ...files,
    ...stacks.flatMap((stack) => overlay(stack, base)),
  ];
}

/**
 * With what the objects say to Argo CD. No Job can be changed, and a transformer may give one another image: as a hook it is made
 * anew, after what it needs and before the pods.
 */
function ordered(applications: StackApplications, migrating: ReadonlySet<string>): StackApplications {
  const hook = {
    "argocd.argoproj.io/hook": "Sync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation,HookSucceeded",
  };
  return {
    ...applications,
    objects: applications.objects.map((one) => ({
      ...one,
      object: annotated(one.object, {
        ...orderOf(one, migrating),
        ...(one.object["kind"] === "Job" && hook),
      }),
    })),
  };
}

function overlay(
  applications: StackApplications,
  base: readonly ApplicationObject[],
): readonly DeliveryFile[] {
  const { stack, namespace, objects } = applications;
  const folder = `overlays/${stack}`;
  const of = new Map(base.map((object) => [object.id, kustomized(object, namespace)]));
  const plain = objects.filter(({ generated }) => generated === undefined);
  const own = plain.filter(({ id }) => !of.has(id));
  const patches = plain.flatMap((object) => {
    const before = of.get(object.id);
    const operations = before === undefined ? [] : changes(before, kustomized(object, namespace));
    return operations.length === 0 ? [] : [patch(`patches/${fileOf(object)}`, object, operations)];
  });
  const asked = plain
    .filter((object) => object.asked.size > 0)
    .map((object) => askedPatch(object, namespace));
  const configMaps = configMapFiles(objects.filter(({ generated }) => generated !== undefined));
  const hasRollouts = objects.some(({ object }) => object["kind"] === "Rollout");
  const kustomization = {
    ...head,
    resources: ["../../base", ...(own.length === 0 ? [] : ["resources.yaml"])],
    ...(hasRollouts ? { configurations: ["references.yaml"] } : {}),
    ...(configMaps.generators.length === 0 ? {} : { configMapGenerator: configMaps.generators }),
    images: images(plain, namespace),
    patches: [...patches, ...asked].map(({ path, target }) => ({ path, target })),
  };
  return [
    { path: "kustomization.yaml", text: yaml(kustomization) },
    ...(own.length === 0
      ? []
      : [{ path: "resources.yaml", text: documents(own.map((object) => kustomized(object, namespace))) }]),
    ...(hasRollouts ? [{ path: "references.yaml", text: yaml(references) }] : []),
    ...configMaps.files,
    ...patches.map(({ path, operations }) => ({ path, text: yaml(operations) })),
    ...asked.map(({ path, operations }) => ({ path: `${path}.example`, text: yaml(operations) })),
  ].map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
}

interface Patch {
  readonly path: string;
  readonly target: JsonObject;
  readonly operations: readonly Operation[];
}

function patch(path: string, { object }: ApplicationObject, operations: readonly Operation[]): Patch {
  const { apiVersion, kind, metadata } = object;
  const [version = "", group = ""] = textOf(apiVersion).split("/").reverse();
  const { name = "", namespace = "" } = isRecord(metadata) ? metadata : {};
  return { path, operations, target: { group, version, kind: kind ?? "", name, namespace } };
}

/** What only an update makes, in a file that is missing until somebody has filled it in. */
function askedPatch(object: ApplicationObject, system: string): Patch {
  const asked = leaves(object.object).filter(({ path }) => object.asked.has(pointerOf(path)));
  const before = kustomized(object, system);
  const after = asked.reduce<Json>((made, { path }) => withEmpty(made, path), before);
  return patch(`outputs/${fileOf(object)}`, object, changes(before, after));
}

/** The value with an empty text at a place in it. */
function withEmpty(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return "";
  if (isList(value)) {
    return value.map((item, index) => (String(index) === key ? withEmpty(item, rest) : item));
  }
  const fields = isRecord(value) ? value : {};
  return { ...fields, [key]: withEmpty(fields[key] ?? {}, rest) };
}

function fileOf({ object: { kind, metadata } }: ApplicationObject): string {
  const { name = "" } = isRecord(metadata) ? metadata : {};
  return `${textOf(kind).toLowerCase()}-${textOf(name)}.yaml`;
}

function images(objects: readonly ApplicationObject[], system: string): readonly JsonObject[] {
  const found = new Map<string, JsonObject>();
  for (const image of objects.flatMap(({ object }) => imagesOf(object))) {
    const parts = imageParts(image, system);
    if (parts !== undefined) {
      const { registry, repository, tag, digest } = parts;
      const version = digest === "" ? { newTag: tag } : { newTag: tag, digest };
      found.set(repository, { name: repository, newName: `${registry}/${repository}`, ...version });
    }
  }
  return [...found.values()];
}

function documents(objects: readonly JsonObject[]): string {
  return objects.map((object) => yaml(object)).join("---\n");
}

export function yaml(value: object | Json): string {
  return stringify(value, { compat: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
