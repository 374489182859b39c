import type { Json } from "../../plan";
import type { ApplicationObject } from "../applications";
import type { DeliveryFile } from "../delivery";
import { isRecord, type JsonObject, pointerOf, textOf } from "../json";

/** ConfigMaps that kustomize names by their content, and the files that it makes them of. */
export interface GeneratedConfigMaps {
  readonly generators: readonly JsonObject[];
  /** Below the overlay's folder. */
  readonly files: readonly DeliveryFile[];
}

interface Entry {
  readonly key: string;
  readonly value: string;
  readonly isAsked: boolean;
  /** Whether it is a file of its own: a text of several lines, or a key that is no variable's name. */
  readonly isFile: boolean;
}

/** A generator for each ConfigMap. What only an update makes is in files that are missing until somebody has filled them in. */
export function configMapFiles(objects: readonly ApplicationObject[]): GeneratedConfigMaps {
  const made = objects.map((object) => configMap(object));
  const files = new Map(made.flatMap(({ files: own }) => own.map(({ path, text }) => [path, text] as const)));
  return {
    generators: made.map(({ generator }) => generator),
    files: [...files].map(([path, text]) => ({ path, text })),
  };
}

function configMap(object: ApplicationObject): {
  readonly generator: JsonObject;
  readonly files: readonly DeliveryFile[];
} {
  const { metadata, data, immutable } = object.object;
  const { name = "", namespace = "", labels = {}, annotations } = isRecord(metadata) ? metadata : {};
  const entries = entriesOf(object, data ?? {});
  const variables = (isAsked: boolean) => entries.filter((one) => !one.isFile && one.isAsked === isAsked);
  const own = `${textOf(name)}.env`;
  const [given, asked] = [variables(false), variables(true)];
  const envs = [
    ...(given.length === 0 ? [] : [`configmaps/${own}`]),
    ...(asked.length === 0 ? [] : [`outputs/${own}`]),
  ];
  const files = entries.filter(({ isFile }) => isFile);
  const pathOf = ({ key, isAsked }: Entry) =>
    isAsked ? `outputs/${key}` : `configmaps/${textOf(name)}/${key}`;
  const generator = {
    name,
    namespace,
    envs,
    files: files.map((file) => `${file.key}=${pathOf(file)}`),
    options: {
      ...(immutable === true ? { immutable } : {}),
      labels: relabelled(labels),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
  return {
    generator,
    files: [
      ...(given.length === 0 ? [] : [{ path: `configmaps/${own}`, text: envFile(given) }]),
      ...(asked.length === 0 ? [] : [{ path: `outputs/${own}.example`, text: envFile(asked) }]),
      ...files.map((file) =>
        file.isAsked
          ? { path: `${pathOf(file)}.example`, text: "" }
          : { path: pathOf(file), text: file.value },
      ),
    ],
  };
}

function entriesOf({ asked }: ApplicationObject, data: Json): readonly Entry[] {
  return Object.entries(isRecord(data) ? data : {}).map(([key, value]) => {
    const text = textOf(value);
    const isAsked = asked.has(pointerOf(["data", key]));
    const isFile = text.includes("\n") || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
    return { key, value: isAsked ? "" : text, isAsked, isFile };
  });
}

function envFile(entries: readonly Entry[]): string {
  return entries.map(({ key, value }) => `${key}=${value}\n`).join("");
}

function relabelled(labels: Json): Json {
  const label = "app.kubernetes.io/managed-by";
  return isRecord(labels) && labels[label] === "pulumi" ? { ...labels, [label]: "kustomize" } : labels;
}
