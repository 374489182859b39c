import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, PlanResource } from "../../preview/plan";
import type { KubernetesObject } from "./admission";
import { findAll } from "./run";

/** What a chart makes with our values, as far as the guard rails ask about it. */
export interface RenderedChart {
  /** Version of the chart that was rendered. */
  readonly version: string;
  readonly objects: readonly {
    /** In which stacks it is so: `<blueprint> <cloud>`, all of prod. */
    readonly stacks: readonly string[];
    readonly object: ChartObject;
  }[];
}

export interface ChartObject extends KubernetesObject {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Kinds that the rules are about, and under which names requests speak of them. */
export const judgedKinds: Readonly<Record<string, string>> = {
  Namespace: "namespaces",
  Service: "services",
  Pod: "pods",
  ReplicationController: "replicationcontrollers",
  DaemonSet: "daemonsets",
  Deployment: "deployments",
  ReplicaSet: "replicasets",
  StatefulSet: "statefulsets",
  CronJob: "cronjobs",
  Job: "jobs",
};

/** Where the charts' objects are kept; `renderCharts.ts` writes it and says how. */
export const chartObjectsFile = join(__dirname, "../fixtures/chartObjects.json");

/** The charts' objects, by the names of charts. */
export function readChartObjects(): Readonly<Record<string, RenderedChart>> {
  return JSON.parse(readFileSync(chartObjectsFile, "utf8")) as Readonly<Record<string, RenderedChart>>;
}

/** The fields of a specification that rules read; the test's own breaches show that each is among them. */
const judgedFields: ReadonlySet<string> = new Set(
  [
    ["type", "externalIPs"],
    ["template", "jobTemplate", "spec", "metadata", "labels"],
    ["hostNetwork", "hostPID", "hostIPC", "volumes", "hostPath", "path"],
    ["serviceAccountName", "automountServiceAccountToken"],
    ["containers", "initContainers", "ephemeralContainers", "name", "image"],
    ["securityContext", "privileged"],
  ].flat(),
);

/** An object without what no rule reads. */
export function judgedPart(value: Json): Json {
  if (isList(value)) return value.map(judgedPart);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (key === "labels") return [[key, inner]];
    if (!judgedFields.has(key)) return [];
    if (key === "volumes" && isList(inner)) return [[key, inner.filter(isOfNode).map(judgedPart)]];
    return [[key, judgedPart(inner)]];
  });
  return Object.fromEntries(kept.filter(([, inner]) => !isEmpty(inner)));
}

function isOfNode(volume: Json): boolean {
  return typeof volume === "object" && volume !== null && "hostPath" in volume;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Every image that an object names, wherever it does: as a text, or by its repository and tag. */
export function imagesIn(value: Json): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, Json]) => {
    const image = key === "image" ? imageOf(inner) : undefined;
    return image === undefined ? imagesIn(inner) : [image];
  });
}

function imageOf(value: Json): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  const { repository, tag } = value;
  return typeof repository === "string" && typeof tag === "string" ? `${repository}:${tag}` : undefined;
}

/** What the API server takes as if it were not there, or a rule does. */
function isEmpty(value: Json): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

/** A chart that a plan installs. */
export interface InstalledChart {
  readonly chart: string;
  readonly version: string;
  readonly namespace: string;
  readonly values: Json;
}

/** The charts of a plan, by the names that they have in their repositories. */
export function installedCharts(resources: readonly PlanResource[]): readonly InstalledChart[] {
  return findAll(resources, "kubernetes:helm.sh/v3:Release").map(({ inputs }) => {
    // as components/platform/release.ts writes them
    const { chart, version, namespace, values } = inputs as unknown as InstalledChart;
    return { chart: nameOf(chart), version, namespace, values };
  });
}

/** A chart's name without the registry that it comes from. */
function nameOf(chart: string): string {
  return chart.replace(/^.*\//, "");
}
