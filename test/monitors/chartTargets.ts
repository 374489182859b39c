import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, PlanResource } from "../../preview/plan";
import { clouds } from "../../components/cloud";
import { blueprintNames } from "../../blueprints/names";
import { findAll } from "../support/run";
import type { Targets } from "./targets";

/** A stack whose charts are rendered. */
export interface RenderedStack {
  readonly title: string;
  readonly stack: string;
  readonly set: readonly string[];
}

/** Prod of all systems on both clouds, and what they have elsewhere. */
export const renderedStacks: readonly RenderedStack[] = [
  ...blueprintNames.flatMap((blueprint) =>
    clouds.map((cloud) => ({
      title: `${blueprint} on ${cloud}`,
      stack: "prod",
      set: [`cloud=${cloud}`, `blueprint=${blueprint}`],
    })),
  ),
  {
    title: "suuupra on aws, in shards",
    stack: "prod",
    set: ["cloud=aws", "blueprint=suuupra", "monitoring.shards=2"],
  },
  {
    title: "suuupra on gcp, with MongoDB in the cluster",
    stack: "prod",
    set: ["cloud=gcp", "blueprint=suuupra", "mongo.hosting=cluster"],
  },
  {
    title: "explico on aws, by an Ingress and without sidecars",
    stack: "prod",
    set: ["cloud=aws", "blueprint=explico", "ingress=ingress", "platform.istio.mode=ambient"],
  },
  {
    title: "suuupra in dev on aws, with Kafka and the bucket in the cluster",
    stack: "dev",
    set: ["cloud=aws", "blueprint=suuupra", "kafka.hosting=cluster", "bucket.hosting=cluster"],
  },
];

/** A rule of the monitoring stack's chart, and the jobs of whose series it is. */
export interface JobsOfRule {
  readonly rule: string;
  readonly jobs: readonly string[];
}

/** What a release makes in some stacks. */
export interface RenderedRelease extends Targets {
  readonly chart: string;
  readonly version: string;
  readonly release: string;
  readonly namespace: string;
  /** Titles of the stacks. */
  readonly stacks: readonly string[];
  /** The values by which it was rendered, as far as they say what is scraped. */
  readonly switches: Json;
  readonly rules: readonly JobsOfRule[];
}

/** Where the releases' targets are kept; `render.ts` writes it and says how. */
export const chartTargetsFile = join(__dirname, "../fixtures/chartTargets.json");

export function readChartTargets(): readonly RenderedRelease[] {
  return JSON.parse(readFileSync(chartTargetsFile, "utf8")) as readonly RenderedRelease[];
}

/** A chart as a plan installs it. */
export interface InstalledRelease extends Pick<
  RenderedRelease,
  "chart" | "version" | "release" | "namespace"
> {
  readonly switches: Json;
}

/** The releases of a plan. */
export function releasesIn(resources: readonly PlanResource[]): readonly InstalledRelease[] {
  return findAll(resources, "kubernetes:helm.sh/v3:Release").map(({ inputs }) => {
    // as components/platform/release.ts writes them
    const { chart, version, name, namespace, values } = inputs as unknown as {
      readonly [key in "chart" | "version" | "name" | "namespace"]: string;
    } & { readonly values: Json };
    return {
      chart: chart.replace(/^.*\//, ""),
      version,
      release: name,
      namespace,
      switches: switchesOf(values) ?? {},
    };
  });
}

/** Keys of values that say what is scraped, by what, and what is alerted on. */
const scraping =
  /monitor|metrics|prometheus|exporter|rules|coredns|kube(let|proxy|etcd|scheduler|controller)/i;

/** What of values is on or off below such keys; undefined where nothing is. */
function switchesOf(values: Json, below = false): Json | undefined {
  if (typeof values === "boolean") return below ? values : undefined;
  if (typeof values !== "object" || values === null || Array.isArray(values)) return undefined;
  const kept = Object.entries(values).flatMap(([key, value]: [string, Json]): [string, Json][] => {
    const inner = switchesOf(value, below || scraping.test(key));
    return inner === undefined ? [] : [[key, inner]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept.sort(([a], [b]) => a.localeCompare(b)));
}

/** The jobs by whose series an expression asks; of a pattern the pattern. */
export function jobsIn(expr: string): readonly string[] {
  return [...new Set([...expr.matchAll(/\bjob=~?"([^"]+)"/g)].map(([, job = ""]) => job))].sort();
}
