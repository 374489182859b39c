import { stringify } from "yaml";
import type { ApplicationObject, StackApplications } from "../applications";
import type { Delivery, DeliveryFile } from "../delivery";
import type { JsonObject } from "../json";
import { annotated, migratingServices, orderOf } from "../order";
import { objectVariants, type ObjectVariants } from "../variants";
import { emit } from "./emit";
import { helpers } from "./helpers";
import { copyDocument, jobDocument, withPlainJobs } from "./jobs";
import { isAnyOf, template } from "./merge";
import { type ChartContext, mergingOf } from "./parameters";
import { notes, readme } from "./pages";
import { valuesSchema } from "./schema";
import { sharedValues } from "./shared";
import { ChartValues } from "./values";
import { meaningAt, valuesFile } from "./valuesFile";

/** Since 1.30 the kubelet waits before it stops a container without a program of the image's (PodLifecycleSleepAction). */
const kubeVersion = ">=1.30.0-0";

/** Templates, and what may be set of them. */
export interface Templates {
  readonly files: readonly DeliveryFile[];
  readonly values: ChartValues;
}

/** The objects of every stack as one, with values for what differs or may be set. */
export function templatesOf(all: readonly StackApplications[]): Templates {
  const stacks = all.map(withPlainJobs);
  const [{ namespace: system } = { namespace: "" }] = stacks;
  const names = stacks.map(({ stack }) => stack);
  const values = new ChartValues(names);
  const shared = sharedValues(stacks);
  values.state(["environment"], new Map(names.map((name) => [name, name])));
  values.state(["managedBy"], new Map(names.map((name) => [name, "Helm"])));
  for (const { path, texts } of shared) values.state(path, texts);
  for (const map of ["connections", "authorities", "platform"]) {
    values.state([map], new Map(names.map((name) => [name, {}])));
  }
  const context = { stacks, system, shared, values, migrating: migratingServices(stacks) };
  const byFile = new Map<string, readonly string[]>();
  for (const variants of objectVariants(stacks)) {
    const file = [...variants.values()][0]?.service ?? "system";
    byFile.set(file, [...(byFile.get(file) ?? []), documentOf(context, variants)]);
  }
  for (const map of ["connections", "authorities"]) values.hoist(map);
  const files = [...byFile].map(([file, documents]) => ({
    path: `templates/${file}.yaml`,
    text: `${headOf(file)}${documents.join("\n")}\n`,
  }));
  const text = files.map((file) => file.text).join("");
  // a value that no template reads would promise what it does not do
  for (const { path, expression } of shared.filter((value) => value.path[0] === "network")) {
    if (!text.includes(expression)) values.drop(path);
  }
  return { files, values };
}

function documentOf(context: ChartContext, variants: ObjectVariants): string {
  const [first] = variants.values();
  const objects = new Map([...variants].map(([stack, one]) => [stack, ordered(context, one)]));
  const node = template(mergingOf(context, variants), objects);
  const everywhere = variants.size === context.stacks.length;
  const when = everywhere ? undefined : (generatedCondition(first) ?? isAnyOf([...variants.keys()]));
  if (first?.object["kind"] === "Job") return jobDocument(context, node, first, when);
  const own = `---\n${emit(node)}`;
  const isCopied = first?.generated !== undefined && context.migrating.has(first.service ?? "");
  const document = isCopied ? `${own}\n${copyDocument(context, variants)}` : own;
  return when === undefined ? document : `{{- if ${when} }}\n${document}\n{{- end }}`;
}

/** With what it says to Helm and Argo CD; a service account's annotations are values. */
function ordered({ migrating }: ChartContext, one: ApplicationObject): JsonObject {
  if (one.object["kind"] === "ServiceAccount") return one.object;
  const keep = one.generated === undefined ? {} : { "helm.sh/resource-policy": "keep" };
  return annotated(one.object, { ...orderOf(one, migrating), ...keep });
}

/** A ConfigMap that not all stacks have is there where it has any content. */
function generatedCondition(object: ApplicationObject | undefined): string | undefined {
  return object?.generated === undefined ? undefined : `$service.${object.generated}`;
}

/** A Helm chart of the applications. */
export function chartFiles({ stacks, version, blueprint, cloud }: Delivery): readonly DeliveryFile[] {
  const [{ namespace: system } = { namespace: blueprint }] = stacks;
  const names = stacks.map(({ stack }) => stack);
  const { files: templates, values } = templatesOf(stacks);
  return [
    { path: "Chart.yaml", text: chartFile({ system, version, blueprint, cloud, stacks }) },
    { path: "README.md", text: readme(system, values, names) },
    { path: "values.yaml", text: valuesFile(defaultsHead(names), values.defaults(), meaningAt) },
    ...names.map((name) => ({ path: `values-${name}.yaml`, text: stackValues(name, values) })),
    { path: "values.schema.json", text: `${JSON.stringify(valuesSchema(values, names), undefined, 2)}\n` },
    { path: "templates/_helpers.tpl", text: helpers },
    { path: "templates/NOTES.txt", text: notes(system) },
    ...templates,
  ];
}

function headOf(file: string): string {
  return file === "system" ? "" : `{{- $service := index $.Values.services ${JSON.stringify(file)} }}\n`;
}

function chartFile({
  system,
  version,
  blueprint,
  cloud,
  stacks,
}: Pick<Delivery, "stacks" | "version" | "blueprint" | "cloud"> & { readonly system: string }): string {
  return stringify({
    apiVersion: "v2",
    name: system,
    description: `Applications of ${system}, as the program registers them.`,
    type: "application",
    version,
    kubeVersion,
    annotations: {
      "groundwork.dev/blueprint": blueprint,
      "groundwork.dev/cloud": cloud,
      "groundwork.dev/stacks": stacks.map(({ stack }) => stack).join(","),
    },
  });
}

function defaultsHead(names: readonly string[]): string {
  const files = names.map((name) => `values-${name}.yaml`).join(", ");
  return `What all environments have alike. What is empty or missing here is in ${files}.`;
}

function stackValues(stack: string, values: ChartValues): string {
  const asked = new Set(values.askedOf(stack).map(({ path }) => JSON.stringify(path)));
  return valuesFile(
    `What ${stack} has otherwise than values.yaml. Give what is empty in a file of your own, beside this one.`,
    values.of(stack),
    (path) => (asked.has(JSON.stringify(path)) ? `known after the platform's update: ${path.join(".")}` : ""),
  );
}
