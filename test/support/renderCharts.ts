/*
 * Writes test/fixtures/chartObjects.json: what our charts make with our values in prod, of every blueprint on both clouds,
 * as far as the guard rails ask about it. By hand, since it takes Helm and the charts:
 *
 *   for each chart of components/platform/charts.ts: helm pull <chart> --repo <repo> --version <version> --untar -d charts
 *   node --require=tsx/cjs test/support/renderCharts.ts charts [helm]
 *
 * A chart that is not in the folder keeps what the file has of it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { Json } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import {
  type ChartObject,
  chartObjectsFile,
  imagesIn,
  type InstalledChart,
  installedCharts,
  judgedKinds,
  judgedPart,
  readChartObjects,
  type RenderedChart,
} from "./chartObjects";

const root = join(__dirname, "../..");

/** Kinds for which charts ask before they make something of them. */
const kinds = [
  ...["monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor"],
  ...["cert-manager.io/v1", "gateway.networking.k8s.io/v1"],
];

function render(
  folder: string,
  helm: string,
  { chart, namespace, values }: InstalledChart,
): readonly ChartObject[] {
  const scratch = mkdtempSync(join(tmpdir(), "charts-"));
  const file = join(scratch, "values.json");
  writeFileSync(file, JSON.stringify(values));
  const from = [chart, join(folder, chart), "--namespace", namespace, "--values", file];
  const asked = [
    "--skip-tests",
    "--kube-version",
    "1.35.0",
    ...kinds.flatMap((kind) => ["--api-versions", kind]),
  ];
  const text = execFileSync(helm, ["template", ...from, ...asked], { encoding: "utf8", maxBuffer: 2 ** 28 });
  rmSync(scratch, { recursive: true });
  return parseAllDocuments(text)
    .map((document) => document.toJSON() as RenderedObject | null)
    .flatMap((object) => (object === null ? [] : judgedOf(object, namespace)));
}

/** What charts make of any kind. */
type RenderedObject = Omit<ChartObject, "metadata"> & {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** An object as the rules are asked of it; of a custom resource a pod of each image that its operator is told to run. */
function judgedOf({ apiVersion, kind, metadata, spec = {} }: RenderedObject, release: string): ChartObject[] {
  const { name, namespace = release } = metadata;
  if (judgedKinds[kind] !== undefined) {
    // the part of an object is one
    const judged = judgedPart(spec) as Readonly<Record<string, Json>>;
    return [{ kind, metadata: { name, namespace }, spec: judged }];
  }
  if (!/^[^/]+\.[^/]+\//.test(apiVersion) || /k8s\.io\//.test(apiVersion)) return [];
  return imagesIn(spec).map((image) => ({
    kind: "Pod",
    metadata: { name: `${kind} ${name}`, namespace },
    spec: { containers: [{ name: "of-its-operator", image }] },
  }));
}

async function main([folder, helm = "helm"]: readonly string[]): Promise<void> {
  if (folder === undefined) throw new Error("which folder has the charts? see the head of this file");
  /** Stacks by the object, as a text, by the chart. */
  const found = new Map<string, Map<string, string[]>>();
  for (const blueprint of blueprintNames) {
    for (const cloud of clouds) {
      const stack = readStack({ root, stack: "prod", set: [`blueprint=${blueprint}`, `cloud=${cloud}`] });
      const { resources } = await runStack(stack, { root, outputs: "known", echo: false });
      for (const release of installedCharts(resources)) {
        if (!existsSync(join(folder, release.chart))) {
          process.stderr.write(`${blueprint} ${cloud}: no chart ${release.chart}\n`);
          continue;
        }
        const objects = found.get(release.chart) ?? new Map<string, string[]>();
        found.set(release.chart, objects);
        for (const object of render(folder, helm, release)) {
          const text = JSON.stringify(object);
          objects.set(text, [...new Set([...(objects.get(text) ?? []), `${blueprint} ${cloud}`])]);
        }
      }
    }
  }
  const rendered = [...found].map(([chart, objects]): [string, RenderedChart] => {
    const { version } = parse(readFileSync(join(folder, chart, "Chart.yaml"), "utf8")) as { version: string };
    return [
      chart,
      {
        version,
        objects: [...objects].map(([text, stacks]) => ({ stacks, object: JSON.parse(text) as ChartObject })),
      },
    ];
  });
  const kept = existsSync(chartObjectsFile) ? Object.entries(readChartObjects()) : [];
  const all = new Map([...kept, ...rendered].sort(([a], [b]) => a.localeCompare(b)));
  writeFileSync(chartObjectsFile, textOf([...all]));
}

/** With an object a line, so that what changed can be read. */
function textOf(charts: readonly (readonly [string, RenderedChart])[]): string {
  const written = charts.map(([chart, { version, objects }]) => {
    const lines = objects.map((object) => `\n    ${JSON.stringify(object)}`);
    return `  ${JSON.stringify(chart)}: {"version": ${JSON.stringify(version)}, "objects": [${lines.join(",")}]}`;
  });
  return `{\n${written.join(",\n")}\n}\n`;
}

void main(process.argv.slice(2));
