/*
 * What `kustomize build` makes of an overlay, as far as our overlays ask of it, so that they are tested where kubectl is not:
 * resources of other folders and files, ConfigMaps by generators, images, and patches of RFC 6902.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { DeliveryFile } from "../../../preview/delivery/delivery";
import type { Manifest } from "./applications";

interface Kustomization {
  readonly resources?: readonly string[];
  readonly configMapGenerator?: readonly Generator[];
  readonly images?: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
  readonly patches?: readonly { readonly path: string; readonly target: Readonly<Record<string, string>> }[];
}

interface Generator {
  readonly name: string;
  readonly namespace: string;
  readonly envs?: readonly string[];
  readonly files?: readonly string[];
  readonly options: {
    readonly immutable?: boolean;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

interface Operation {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** Objects of a folder with a kustomization. */
export function build(files: readonly DeliveryFile[], folder: string): readonly Manifest[] {
  const read = (path: string): string => {
    const file = files.find((one) => one.path === join(folder, path));
    assert.ok(file !== undefined, `${join(folder, path)} is missing`);
    return file.text;
  };
  const kustomization = parse(read("kustomization.yaml")) as Kustomization;
  const resources = (kustomization.resources ?? []).flatMap((path) =>
    path.endsWith(".yaml")
      ? parseAllDocuments(read(path)).map((document) => document.toJSON() as Manifest)
      : build(files, join(folder, path)),
  );
  const generated = (kustomization.configMapGenerator ?? []).map((generator) => configMap(generator, read));
  const all = [...resources, ...generated].map((object) => withImages(object, kustomization.images ?? []));
  return (kustomization.patches ?? []).reduce((objects, { path, target }) => {
    const operations = parse(read(path)) as readonly Operation[];
    const hit = objects.filter((object) => isTarget(object, target));
    assert.equal(hit.length, 1, `${path}: ${JSON.stringify(target)}`);
    return objects.map((object) =>
      isTarget(object, target) ? operations.reduce((patched, one) => applied(patched, one), object) : object,
    );
  }, all);
}

function configMap(
  { name, namespace, envs = [], files = [], options }: Generator,
  read: (path: string) => string,
): Manifest {
  const { immutable, labels, annotations } = options;
  const variables = envs.flatMap((path) =>
    read(path)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
  const contents = files.map((file) => {
    const [key = "", path = ""] = file.split("=");
    return [key, read(path)] as const;
  });
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels, ...(annotations === undefined ? {} : { annotations }) },
    data: Object.fromEntries([...variables, ...contents]),
    ...(immutable === undefined ? {} : { immutable }),
  };
}

function withImages(object: Manifest, images: NonNullable<Kustomization["images"]>): Manifest {
  return JSON.parse(JSON.stringify(object), (key, value: unknown) => {
    if (key !== "image" || typeof value !== "string") return value;
    const found = images.find(({ name }) => value.startsWith(`${name}:`));
    return found === undefined ? value : `${found.newName}:${found.newTag}`;
  }) as Manifest;
}

function isTarget(
  object: Manifest,
  { group, version, kind, name, namespace }: Readonly<Record<string, string>>,
): boolean {
  const apiVersion = group === "" ? version : `${group ?? ""}/${version ?? ""}`;
  const { metadata } = object;
  return (
    object["apiVersion"] === apiVersion &&
    object.kind === kind &&
    metadata.name === name &&
    metadata["namespace"] === namespace
  );
}

/** RFC 6902, of the operations that are used. */
function applied(object: Manifest, { op, path, value }: Operation): Manifest {
  const copy = JSON.parse(JSON.stringify(object)) as Manifest;
  const keys = path
    .slice(1)
    .split("/")
    .map((key) => key.replace(/~1/g, "/").replace(/~0/g, "~"));
  const parent = keys
    .slice(0, -1)
    .reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>>)[key], copy);
  assert.ok(typeof parent === "object" && parent !== null, `${path}: its parent is missing`);
  const last = keys.at(-1) ?? "";
  if (op !== "add") assert.ok(last in parent, `${path}: it is missing`);
  if (op === "remove") Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return copy;
}
