/*
 * Writes test/fixtures/chartTargets.json: what the charts run with our values, and by which monitors Prometheus finds it. By
 * hand, since it takes Helm (on the PATH) and the charts:
 *
 *   for each chart of components/platform/charts.ts: helm pull <chart> --repo <repo> --version <version> --untar -d charts
 *   node --require=tsx/cjs test/monitors/render.ts charts
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clusterOf, releasesOf, templateReleases } from "../../preview/helm";
import { runStack } from "../../preview/program";
import type { KubernetesObject } from "../../preview/render";
import { readStack } from "../../preview/stack";
import {
  chartTargetsFile,
  jobsIn,
  type JobsOfRule,
  releasesIn,
  type RenderedRelease,
  renderedStacks,
} from "./chartTargets";
import { servicesOf, targetsIn } from "./targets";

const root = join(__dirname, "../..");

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}

function rulesIn(objects: readonly KubernetesObject[]): readonly JobsOfRule[] {
  return objects
    .filter(({ kind }) => kind === "PrometheusRule")
    .flatMap((object) => {
      const { groups } = object["spec"] as {
        readonly groups: readonly { readonly rules: readonly Rule[] }[];
      };
      return groups.flatMap(({ rules }) =>
        rules.map(({ alert, record, expr }) => ({ rule: alert ?? record ?? "", jobs: jobsIn(String(expr)) })),
      );
    });
}

async function main([chartFolder]: readonly string[]): Promise<void> {
  if (chartFolder === undefined) throw new Error("which folder has the charts? see the head of this file");
  /** By all that is not the stack. */
  const byContent = new Map<string, RenderedRelease>();
  for (const { title, stack, set } of renderedStacks) {
    const run = await runStack(readStack({ root, stack, set: [...set] }), {
      root,
      outputs: "known",
      echo: false,
    });
    const releases = releasesOf(run);
    const installed = releasesIn(run.resources);
    const rendered = await templateReleases(releases, { ...clusterOf(run.resources), chartFolder });
    releases.forEach(({ name, namespace }, index) => {
      const facts = installed.find((one) => one.release === name && one.namespace === namespace);
      if (facts === undefined) throw new Error(`${title}: expected the plan to install ${name}, got nothing`);
      const objects = rendered[index]?.objects ?? [];
      const { workloads, services, monitors } = targetsIn(objects, namespace);
      // no other is looked for by its labels
      const found = services.filter((service) =>
        monitors.some((one) => servicesOf(one, [service]).length > 0),
      );
      const made = { ...facts, workloads, services: found, monitors, rules: rulesIn(objects) };
      const key = JSON.stringify(made);
      byContent.set(key, { ...made, stacks: [...(byContent.get(key)?.stacks ?? []), title] });
    });
  }
  const releases = [...byContent.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  writeFileSync(chartTargetsFile, `[\n${releases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
}

function keyOf({ chart, namespace, stacks }: RenderedRelease): string {
  return `${chart} ${namespace} ${stacks.join()}`;
}

void main(process.argv.slice(2));
