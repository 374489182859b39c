import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";
import { folders } from "../../components/dashboards/board";
import { askedByDashboards, askedByRules, askedByScalers, unanswered } from "./asked";
import { cloudMetrics } from "./cloudMetrics";
import { dashboardsIn, panelsOf, type Shown, stacks, targetsOf } from "./stacks";

const root = `${__dirname}/../..`;

/** Largest ConfigMap, bytes. */
const mebibyte = 2 ** 20;

for (const stack of stacks) {
  describe(`the dashboards of ${stack.title}`, () => {
    let resources: readonly PlanResource[];
    let shown: readonly Shown[];
    before(async () => {
      resources = await planOf(stack.stack, ...stack.set);
      shown = dashboardsIn(resources);
    });

    it("are fourteen or more, each under a uid, a title and a ConfigMap of its own", () => {
      assert.ok(shown.length >= 14, `only ${shown.length}`);
      for (const of of [({ json }) => json.uid, ({ json }) => json.title] as ((one: Shown) => unknown)[]) {
        assert.equal(new Set(shown.map(of)).size, shown.length);
      }
      assert.equal(new Set(shown.map(({ configMap }) => configMap.urn)).size, shown.length);
    });

    it("ask Prometheus what it can parse, for series that something in the stack tells, by labels that they have", async () => {
      const asked = askedByDashboards(resources);
      assert.ok(asked.length > 100, `only ${asked.length} queries`);
      assert.deepEqual(await unanswered(resources, asked), []);
    });

    it("stand beside alerts that ask for series which something in the stack tells", async () => {
      const { asked } = askedByRules(resources);
      assert.ok(asked.length > 15, `only ${asked.length} rules`);
      assert.deepEqual(await unanswered(resources, asked), []);
    });

    it("stand beside scalers that ask for series which something in the stack tells", async () => {
      const asked = askedByScalers(resources);
      if (stack.set.includes("blueprint=seo-platform"))
        assert.ok(asked.some(({ by }) => by === "backend-api"));
      assert.deepEqual(await unanswered(resources, asked), []);
    });

    it("ask the cloud for metrics that it has", () => {
      const unknown = shown.flatMap(({ json }) =>
        panelsOf(json).flatMap((panel) =>
          targetsOf(panel).flatMap(({ namespace, metricName, timeSeriesList, expr }) => {
            if (expr !== undefined) return [];
            const metric = timeSeriesList?.filters[2] ?? `${namespace}/${metricName}`;
            return cloudMetrics.has(metric) ? [] : [`${json.uid}: ${panel.title}: ${metric}`];
          }),
        ),
      );
      assert.deepEqual(unknown, []);
    });

    it("ask data sources that Grafana has", () => {
      const values = resources.flatMap(({ type, inputs }) =>
        type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === "kube-prometheus-stack"
          ? [
              inputs["values"] as unknown as {
                grafana: { additionalDataSources: { uid: string; type: string }[] };
              },
            ]
          : [],
      );
      const known = values
        .flatMap(({ grafana }) => grafana.additionalDataSources)
        .map(({ uid, type }) => `${type} ${uid}`);
      assert.equal(known.length, 1);
      const asked = shown.flatMap(({ json }) =>
        panelsOf(json).flatMap((panel) =>
          targetsOf(panel).map(({ datasource: { uid, type } }) => `${type} ${uid}`),
        ),
      );
      assert.deepEqual(new Set(asked), new Set(["prometheus ${datasource}", ...known]));
    });

    it("say of each panel what it shows, in which unit, from one data source, and stand side by side", () => {
      for (const { json } of shown) {
        const titles = panelsOf(json).map(({ title }) => title);
        for (const panel of panelsOf(json)) {
          const where = `${json.uid}: ${panel.title}`;
          assert.ok((panel.title ?? "").length > 1, where);
          assert.match(panel.description ?? "", /^[A-Z0-9].{15,}\.$/, where);
          assert.ok(panel.fieldConfig?.defaults.unit, `${where} has no unit`);
          const targets = targetsOf(panel);
          assert.ok(targets.length > 0, `${where} asks nothing`);
          assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, where);
          for (const { datasource } of targets) assert.deepEqual(datasource, panel.datasource, where);
          const { w = 0, x = 0 } = panel.gridPos ?? {};
          assert.ok(w > 0 && x + w <= 24, where);
        }
        assert.ok(titles.length >= 2, `${json.uid} has ${titles.length} panels`);
      }
    });

    it("have what a reader needs to find and to share them", () => {
      for (const { json, folder, text, configMap } of shown) {
        const uid = json.uid ?? "";
        assert.match(uid, /^groundwork-[a-z-]{2,29}$/);
        assert.ok(json.tags?.includes("groundwork"), uid);
        assert.equal(json.timezone, "browser");
        assert.equal(json.editable, false);
        assert.equal(json.refresh, "1m");
        assert.ok(json.schemaVersion >= 42, uid);
        assert.ok((folders as readonly string[]).includes(folder), `${uid} is in "${folder}"`);
        assert.ok(Buffer.byteLength(text) < mebibyte, `${uid} has ${text.length} bytes`);
        const [source] = json.templating.list ?? [];
        assert.deepEqual(
          [source?.name, source?.type, source?.query],
          ["datasource", "datasource", "prometheus"],
        );
        const [page] = /docs\/runbooks\/[a-z-]+\.md/.exec(json.description ?? "") ?? [];
        if (page !== undefined) assert.ok(existsSync(`${root}/${page}`), `${uid}: no ${page}`);
        assert.equal(
          (configMap.inputs as unknown as { metadata: { namespace: string } }).metadata.namespace,
          "monitoring",
        );
      }
    });
  });
}
