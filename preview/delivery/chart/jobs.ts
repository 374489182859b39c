import type { ApplicationObject, StackApplications } from "../applications";
import { isRecord, textOf } from "../json";
import { annotated } from "../order";
import type { ObjectVariants } from "../variants";
import { emit } from "./emit";
import { template } from "./merge";
import { hookOf, hookPairs } from "./hook";
import type { TemplateNode, TemplatePart } from "./node";
import { type ChartContext, mergingOf } from "./parameters";

/** How templates have a ConfigMap's name. */
const configName = '"applications.configName" (dict "root" $';

/** What makes a copy for an upgrade's migration: there before it, and away again once that is done. */
const copyAnnotations = {
  "helm.sh/hook": "pre-upgrade",
  "helm.sh/hook-weight": "-1",
  "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
} as const;

/**
 * The applications with Jobs that are called by their service and task alone: the digest that the program has in a Job's name is of
 * the image and settings that it knew, and a chart has others set.
 */
export function withPlainJobs(applications: StackApplications): StackApplications {
  return {
    ...applications,
    objects: applications.objects.map((one) => {
      const { metadata, kind } = one.object;
      if (kind !== "Job" || !isRecord(metadata)) return one;
      const name = textOf(metadata["name"]).replace(/-[0-9a-f]+$/, "");
      const id = one.id.replace(/[^/]*$/, name);
      return { ...one, id, object: { ...one.object, metadata: { ...metadata, name } } };
    }),
  };
}

/** Whether a migration is done at all: not of a version that knows less than the one before it has done to the stores. */
const isMigrated = "$service.migrate";

/**
 * A Job can't be changed: it has its name by what its specification comes to, so that another one is another Job. An upgrade has
 * it before anything else of itself, with ConfigMaps of its own. What the condition is of stands beside its definition, which no
 * template may have within one.
 */
export function jobDocument(
  context: ChartContext,
  node: TemplateNode,
  { service, object }: ApplicationObject,
  when?: string,
): string {
  const { metadata } = object;
  const job = isRecord(metadata) ? textOf(metadata["name"]) : "";
  if (node.kind !== "fields" || service === undefined) {
    throw new Error(`${job}: expected a Job of a service, got one of none`);
  }
  const everywhere = new Map(context.stacks.map(({ stack }) => [stack, true]));
  context.values.state(["services", service, "migrate"], everywhere);
  const condition = when === undefined ? isMigrated : `and ${isMigrated} (${when})`;
  const ofJob = `"applications.jobConfigName" (dict "root" $ ${hookPairs(context, service)}`;
  const isSpec = ({ key }: TemplatePart) => key === "spec";
  return [
    `{{- define "applications.job.${job}" }}`,
    `{{- $service := index $.Values.services ${JSON.stringify(service)} }}`,
    emit({ kind: "fields", fields: node.fields.filter(isSpec) }).replaceAll(configName, ofJob),
    "{{- end }}",
    `{{- if ${condition} }}`,
    "---",
    emit({ kind: "fields", fields: node.fields.filter((field) => !isSpec(field)) }),
    `{{- include "applications.job.${job}" $ }}`,
    "{{- end }}",
  ].join("\n");
}

/** Copies of a service's ConfigMap for the migration of an upgrade, which comes before the ConfigMap itself. */
export function copyDocument(context: ChartContext, variants: ObjectVariants): string {
  const [first] = variants.values();
  const objects = new Map(
    [...variants].map(([stack, { object }]) => [stack, annotated(object, copyAnnotations)]),
  );
  const when = `and ${isMigrated} (include "applications.isHook" ${hookOf(context, first?.service ?? "")})`;
  const text = emit(template(mergingOf(context, variants), objects)).replaceAll(
    configName,
    configName.replace("configName", "hookConfigName"),
  );
  return `{{- if ${when} }}\n---\n${text}\n{{- end }}`;
}
