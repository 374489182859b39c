import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { messageOf, UsageError } from "./errors";
import type { PlanResource } from "./plan";
import type { KubernetesObject, RenderedRelease } from "./render";
import type { Ran } from "./run";
import { toTemplate } from "./wire";

/** A release of a plan, as `helm template` takes it. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  /** Name of the chart in its repository, without a registry's address. */
  readonly chart: string;
  readonly version: string;
  /** Where Helm has it from: a repository, or the chart's whole address in a registry (`oci://…`). */
  readonly source: { readonly repo: string } | { readonly address: string };
  readonly values: Readonly<Record<string, unknown>>;
  /** Leave out the CRDs of the chart's `crds/`. */
  readonly skipCrds: boolean;
}

/** What a chart may ask of the cluster that it goes into, and where charts are had from. */
export interface HelmOptions {
  /**
   * Folder with unpacked charts, one below it for each, by the chart's name: nothing is asked of the network.
   *
   * @default - each release's own repository or registry
   */
  readonly chartFolder?: string;
  /**
   * Version of Kubernetes: `1.35`.
   *
   * @default - Helm's own
   */
  readonly kubernetesVersion?: string;
  /**
   * What the cluster has beside Kubernetes' own: `monitoring.coreos.com/v1`, and kinds in it:
   * `monitoring.coreos.com/v1/PodMonitor`.
   *
   * @default []
   */
  readonly apiVersions?: readonly string[];
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** A chart of a few hundred CRDs is some tens of MiB of YAML. */
const maxBuffer = 256 * 2 ** 20;

const run = promisify(execFile);

/** Where clusters of either cloud say which version they are asked to have. */
const versionFields: Readonly<Record<string, string>> = {
  "eks:index:Cluster": "version",
  "gcp:container/cluster:Cluster": "minMasterVersion",
};

interface CustomResourceDefinitionSpec {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

/** Every Helm release of a run; secrets in their values are masked. */
export function releasesOf({
  resources,
  inputs,
}: Pick<Ran<unknown>, "resources" | "inputs">): readonly HelmRelease[] {
  return resources
    .filter(({ type }) => type === releaseType)
    .map(({ urn }) => releaseOf(inputs.get(urn) ?? {}));
}

function releaseOf(inputs: Parameters<typeof toTemplate>[0]): HelmRelease {
  const { name, namespace, chart, version, repositoryOpts, values, skipCrds } = toTemplate(inputs);
  const address = String(chart);
  const { repo = "" } = (repositoryOpts ?? {}) as { readonly repo?: string };
  return {
    name: String(name),
    namespace: String(namespace),
    chart: address.slice(address.lastIndexOf("/") + 1),
    version: String(version),
    source: address.startsWith("oci://") ? { address } : { repo },
    values: (values ?? {}) as HelmRelease["values"],
    skipCrds: skipCrds === true,
  };
}

/** The version of Kubernetes that a plan's cluster is asked to have. */
export function clusterOf(resources: readonly PlanResource[]): Pick<HelmOptions, "kubernetesVersion"> {
  const [kubernetesVersion] = resources.flatMap(({ type, inputs }) => {
    const field = versionFields[type];
    const version = field === undefined ? undefined : inputs[field];
    return typeof version === "string" ? [version] : [];
  });
  return kubernetesVersion === undefined ? {} : { kubernetesVersion };
}

/**
 * Every object of the releases, as {@link templateRelease} has them. A chart may ask the cluster which kinds it has, so they
 * are rendered twice: first for their CRDs, when one that misses a kind may fail, and then for a cluster that has them all.
 */
export async function templateReleases(
  releases: readonly HelmRelease[],
  options: HelmOptions = {},
): Promise<readonly RenderedRelease[]> {
  const first = await inTurn(releases, (release) => templateRelease(release, options).catch(() => []));
  const apiVersions = [...new Set([...(options.apiVersions ?? []), ...kindsOf(first.flat())])].sort();
  const second = await inTurn(releases, (release) => templateRelease(release, { ...options, apiVersions }));
  return releases.map(({ namespace }, index) => ({ namespace, objects: second[index] ?? [] }));
}

async function inTurn<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) {
    results.push(await each(item));
  }
  return results;
}

/** What CRDs add to the API: versions of groups, and kinds in them, as a chart's `.Capabilities.APIVersions` lists both. */
export function kindsOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === "CustomResourceDefinition")
    .flatMap((definition) => {
      const { group, names, versions } = definition["spec"] as CustomResourceDefinitionSpec;
      return versions
        .filter(({ served }) => served)
        .flatMap(({ name }) => [`${group}/${name}`, `${group}/${name}/${names.kind}`]);
    });
}

/**
 * Every object of a release, CRDs and hooks among them, as `helm template` renders them without a cluster.
 *
 * Throws a {@link UsageError} when Helm is not there, or the chart's folder is not, or Helm refuses the chart with
 * these values: with what Helm said.
 */
export async function templateRelease(
  release: HelmRelease,
  options: HelmOptions = {},
): Promise<readonly KubernetesObject[]> {
  return objectsIn(await templateText(release, options));
}

/** As {@link templateRelease}, as Helm prints it. */
export async function templateText(release: HelmRelease, options: HelmOptions = {}): Promise<string> {
  const { name, chart, version } = release;
  const running = run("helm", argumentsOf(release, options), { maxBuffer });
  running.child.stdin?.on("error", () => {
    // Helm ended before it had read its values: its exit says why
  });
  // JSON is YAML of every version: Helm reads 1.1, in which a plain `off` is false
  running.child.stdin?.end(JSON.stringify(release.values));
  const { stdout } = await running.catch((error: unknown) => {
    throw new UsageError(
      isMissing(error)
        ? "--charts: expected helm on the PATH, which renders charts, got none (https://helm.sh/docs/intro/install)"
        : `release ${name}: expected chart ${chart} ${version} to render with its values, got ${saidOf(error)}`,
    );
  });
  return stdout;
}

function argumentsOf(release: HelmRelease, options: HelmOptions): readonly string[] {
  const { kubernetesVersion, apiVersions = [] } = options;
  return [
    "template",
    release.name,
    ...chartOf(release, options),
    `--namespace=${release.namespace}`,
    "--values=-",
    // run by `helm test` alone, which nobody here does
    "--skip-tests",
    ...(release.skipCrds ? ["--skip-crds"] : ["--include-crds"]),
    ...(kubernetesVersion === undefined ? [] : [`--kube-version=${kubernetesVersion}`]),
    ...apiVersions.map((apiVersion) => `--api-versions=${apiVersion}`),
  ];
}

function chartOf({ chart, version, source }: HelmRelease, { chartFolder }: HelmOptions): readonly string[] {
  if (chartFolder !== undefined) {
    const folder = join(chartFolder, chart);
    if (!existsSync(join(folder, "Chart.yaml"))) {
      throw new UsageError(
        `--chart-folder: expected the unpacked chart ${chart} ${version} in ${folder}, got none`,
      );
    }
    return [folder];
  }
  return "address" in source
    ? [source.address, `--version=${version}`]
    : [chart, `--repo=${source.repo}`, `--version=${version}`];
}

/** The objects in a stream of YAML: Kubernetes reads YAML 1.1, in which `off` is false, and what Helm prints is written for it. */
function objectsIn(stream: string): readonly KubernetesObject[] {
  return parseAllDocuments(stream, { version: "1.1", merge: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) {
      throw new UsageError(`--charts: expected YAML from helm, got ${error.message}`);
    }
    const value: unknown = document.toJS();
    return isObject(value) ? (value.kind === "List" ? itemsOf(value) : [value]) : [];
  });
}

function itemsOf(list: KubernetesObject): readonly KubernetesObject[] {
  const { items } = list as { readonly items?: readonly unknown[] };
  return (items ?? []).filter(isObject);
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === "object" && value !== null && "kind" in value && "apiVersion" in value;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

function saidOf(error: unknown): string {
  const { stderr } = error as { readonly stderr?: string };
  return stderr === undefined || stderr.trim() === "" ? messageOf(error) : stderr.trim();
}
