import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  clusterOf,
  type HelmRelease,
  releasesOf,
  templateRelease,
  templateReleases,
} from "../../preview/helm";
import { runStack } from "../../preview/program";
import { type KubernetesObject, manifests, type RenderedRelease } from "../../preview/render";
import { writeManifests } from "../../preview/renderFolder";
import { readStack } from "../../preview/stack";
import { conformance } from "./kubeconform";
import { criticals, type Finding } from "./kubeScore";
import { countOf, type PodCount, podsIn } from "./pods";
import { shortcomings } from "./production";
import { schemaLocation } from "./schemas";

/** One stack of one system on one cloud. */
export interface Combination {
  readonly blueprint: string;
  readonly stack: string;
  readonly cloud: string;
}

/** A combination, rendered whole. */
export interface Rendering {
  readonly combination: Combination;
  readonly kubernetesVersion: string;
  readonly releases: readonly HelmRelease[];
  readonly rendered: readonly RenderedRelease[];
  /** The program's own objects and those of charts. */
  readonly objects: readonly KubernetesObject[];
  /** Writes the objects into a folder. */
  readonly write: (folder: string) => void;
}

/** What was seen of a combination. */
export interface Verdict {
  readonly combination: Combination;
  readonly releases: number;
  /** Of Kubernetes' own kinds and of custom ones, those inside charts among them. */
  readonly objects: number;
  readonly customResources: number;
  readonly namespaces: number;
  /** Objects that passed kubeconform. */
  readonly valid: number;
  readonly invalid: readonly string[];
  /** Critical findings of kube-score, pods with a fault, and in prod what they lack of what production asks for. */
  readonly findings: readonly Finding[];
  /** Pods of charts as their defaults make them; those that don't render without values are named. */
  readonly byDefault: { readonly count: PodCount; readonly refused: readonly string[] };
  /** Pods of charts with our values. */
  readonly withValues: PodCount;
}

const root = join(__dirname, "../..");

/** Runs a stack's program and renders everything that it would have in Kubernetes. */
export async function renderAll(combination: Combination, chartFolder?: string): Promise<Rendering> {
  const { blueprint, stack, cloud } = combination;
  const set = [`cloud=${cloud}`, `blueprint=${blueprint}`];
  const run = await runStack(readStack({ root, stack, set }), { root, outputs: "known", echo: false });
  const cluster = clusterOf(run.resources);
  const releases = releasesOf(run);
  const rendered = await templateReleases(releases, {
    ...cluster,
    ...(chartFolder === undefined ? {} : { chartFolder }),
  });
  const files = manifests(run, rendered);
  return {
    combination,
    kubernetesVersion: cluster.kubernetesVersion ?? "",
    releases,
    rendered,
    objects: files.map(({ object }) => object),
    write: (folder) => {
      writeManifests(files, folder);
    },
  };
}

/** How a combination is judged. */
export interface VerifyOptions {
  readonly chartFolder?: string;
  /** Where kubeconform has the schemas from of kinds that no chart defines. */
  readonly schemas: readonly string[];
  /** Folder of the custom resources' schemas. */
  readonly schemaFolder: string;
}

/** Holds everything that a combination has in Kubernetes against schemas and good practice. */
export async function verify(
  { combination, kubernetesVersion, releases, rendered, objects, write }: Rendering,
  { chartFolder, schemas, schemaFolder }: VerifyOptions,
): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-manifests-"));
  try {
    write(folder);
    const { valid, findings } = conformance(folder, kubernetesVersion, [
      schemaLocation(schemaFolder),
      ...schemas,
    ]);
    const scored = criticals(
      // a CRD is a schema, and nothing that runs
      objects.filter(({ kind }) => kind !== "CustomResourceDefinition"),
      kubernetesVersion,
    );
    const pods = podsIn(objects);
    return {
      combination,
      releases: releases.length,
      objects: objects.length,
      customResources: objects.filter(isCustom).length,
      namespaces: objects.filter(({ kind }) => kind === "Namespace").length,
      valid,
      invalid: findings.map((finding) => finding.replace(`${folder}/`, "")),
      findings: [
        ...scored,
        ...pods.flatMap(({ owner, faults }) =>
          faults.map((fault) => ({ check: fault, object: owner, detail: "" })),
        ),
        ...(combination.stack === "prod" ? shortcomings(objects) : []),
      ],
      byDefault: await byDefault(releases, chartFolder),
      withValues: countOf(podsIn(rendered.flatMap((release) => release.objects))),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Objects of groups that Kubernetes does not have itself; their definitions aside. */
function isCustom({ apiVersion }: KubernetesObject): boolean {
  const [group = ""] = apiVersion.split("/", 1);
  return group.includes(".") && !group.endsWith(".k8s.io") && apiVersion.includes("/");
}

/** The charts once more, as they come: what our values change is the difference. */
async function byDefault(
  releases: readonly HelmRelease[],
  chartFolder: string | undefined,
): Promise<Verdict["byDefault"]> {
  const objects: KubernetesObject[] = [];
  const refused: string[] = [];
  for (const release of releases) {
    try {
      objects.push(
        ...(await templateRelease(
          { ...release, values: {} },
          chartFolder === undefined ? {} : { chartFolder },
        )),
      );
    } catch {
      refused.push(release.chart);
    }
  }
  return { count: countOf(podsIn(objects)), refused };
}
