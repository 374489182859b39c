import assert from "node:assert/strict";
import type { PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";
import { releasesIn, renderedStacks, type RenderedStack } from "./chartTargets";
import { admits, policiesIn } from "./policies";
import { jobsOf, renderedOf, type ScrapedStack, scrapedStack } from "./stack";
import { addons, operated, rulesOff, unscraped, type Unscraped, type Watched, withoutPods } from "./table";
import { scrapesOf } from "./targets";

/** Objects of a plan of kinds that are not Kubernetes' own. */
function customs(resources: readonly PlanResource[]) {
  return resources.flatMap(({ type, inputs }) => {
    const { apiVersion, kind, metadata } = inputs as unknown as {
      apiVersion?: string;
      kind?: string;
      metadata?: { name: string; namespace?: string };
    };
    const [group = "", version] = (apiVersion ?? "").split("/");
    if (!type.startsWith("kubernetes:") || version === undefined || !group.includes(".")) return [];
    return [
      { kind: `${group}/${kind ?? ""}`, name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" },
    ];
  });
}

const isWatched = (row: Unscraped | Watched): row is Watched => "monitors" in row;

/** Rows of the tables that some stack has used. */
const used = new Set<string>();

for (const rendered of renderedStacks) {
  const { title, stack, set }: RenderedStack = rendered;
  describe(`Prometheus in ${title}`, () => {
    let resources: readonly PlanResource[];
    let all: ScrapedStack;
    let monitors: ReadonlySet<string>;
    before(async () => {
      resources = await planOf(stack, ...set);
      all = scrapedStack(title, resources);
      monitors = new Set(all.monitors.map(({ namespace, name }) => `${namespace}/${name}`));
    });

    it("is told of by charts as they were rendered last (test/monitors/render.ts does it anew)", () => {
      const releases = releasesIn(resources);
      assert.ok(releases.length > 10, `only ${releases.length} releases`);
      const others = releases.filter((one) => renderedOf(title, one) === undefined);
      assert.deepEqual(
        others.map(({ release, namespace }) => `${namespace}/${release}`),
        [],
      );
    });

    it("scrapes every workload, or there is a reason why not", () => {
      assert.ok(all.workloads.length > 20, `only ${all.workloads.length} workloads`);
      const faults = all.workloads.flatMap((workload) => {
        const key = `${workload.from}: ${workload.name}`;
        const isScraped = scrapesOf(workload, all).length > 0;
        if (unscraped[key] === undefined) return isScraped ? [] : [`nobody scrapes ${key}`];
        used.add(key);
        return isScraped ? [`${key} is scraped, although there is a reason why not`] : [];
      });
      assert.deepEqual(faults, []);
    });

    it("is let in by the pods that it scrapes", () => {
      const policies = policiesIn(resources);
      const shut = all.workloads.flatMap((workload) =>
        workload.onNode
          ? []
          : scrapesOf(workload, all)
              .filter(({ port }) => !admits(policies, workload, port))
              .map(({ port }) => `${workload.from}: ${workload.namespace}/${workload.name} at ${port}`),
      );
      assert.deepEqual(shut, []);
    });

    it("scrapes what operators make, or there is a reason why not", () => {
      const faults = customs(resources).flatMap(({ kind, namespace, name }) => {
        const row = operated[kind];
        if (row === undefined) {
          if (!withoutPods.has(kind)) return [`nothing is said of ${kind}`];
          used.add(kind);
          return [];
        }
        used.add(kind);
        if (!isWatched(row)) return [];
        return row
          .monitors(namespace, name)
          .flatMap((one) => (monitors.has(one) ? [] : [`${kind}: no ${one}`]));
      });
      assert.deepEqual(faults, []);
    });

    it("scrapes the add-ons of EKS, or there is a reason why not", () => {
      const names = resources.flatMap(({ type, inputs }) =>
        type === "aws:eks/addon:Addon" ? [inputs["addonName"] as string] : [],
      );
      assert.equal(names.length > 0, set.includes("cloud=aws"));
      const faults = names.flatMap((name) => {
        const row = addons[name];
        used.add(name);
        if (row === undefined) return [`nothing is said of ${name}`];
        if (!isWatched(row)) return [];
        return row
          .monitors("kube-system", name)
          .flatMap((one) => (monitors.has(one) ? [] : [`${name}: no ${one}`]));
      });
      assert.deepEqual(faults, []);
    });

    it("has no rule of the chart's by series that nothing tells, and all of those that can be answered", () => {
      const jobs = jobsOf(all);
      assert.ok(all.rules.length > 100, `only ${all.rules.length} rules`);
      const idle = all.rules.flatMap(({ rule, jobs: asked }) =>
        asked
          .filter((job) => ![...jobs].some((one) => new RegExp(`^(?:${job})$`).test(one)))
          .map((job) => `${rule}: ${job}`),
      );
      assert.deepEqual(idle, []);

      const [values] = resources.flatMap(({ type, inputs }) =>
        type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === "kube-prometheus-stack"
          ? [inputs["values"] as unknown as MonitoringValues]
          : [],
      );
      assert.ok(values);
      const isOff = ({ where }: (typeof rulesOff)[string]): boolean =>
        where === "everywhere" ||
        (where === "gcp" && set.includes("cloud=gcp")) ||
        (where === "managed" && values.nodeExporter?.enabled === false);
      const off = Object.entries(values.defaultRules.rules).flatMap(([group, isOn]) => (isOn ? [] : [group]));
      assert.deepEqual(
        off.sort(),
        Object.keys(rulesOff)
          .filter((group) => rulesOff[group] !== undefined && isOff(rulesOff[group]))
          .sort(),
      );
    });
  });
}

interface MonitoringValues {
  readonly nodeExporter?: { readonly enabled?: boolean };
  readonly defaultRules: { readonly rules: Readonly<Record<string, boolean>> };
}

describe("the tables of what is not scraped, and of who scrapes what operators make", () => {
  it("have no row that is of no stack", () => {
    const rows = [...Object.keys({ ...unscraped, ...operated, ...addons }), ...withoutPods];
    assert.deepEqual(
      rows.filter((row) => !used.has(row)),
      [],
    );
  });
});
