import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { presetNames } from "../../blueprints/presets";
import { measuredBy } from "../../components/mesh/istioSpec";
import { planSlos } from "../../components/slo/plan";
import { sloGroups } from "../../components/slo/rules";
import { shardsOf } from "../../docs/generate/sizing/elasticsearch";
import { bucketGiB, bytesPerSecond } from "../../docs/generate/sizing/loki";
import { sizingPage, sizingRows } from "../../docs/generate/sizing/page";
import {
  churn,
  largestShard,
  objectiveSeries,
  prometheus,
  queryShare,
  seriesBytes,
  seriesOf,
} from "../../docs/generate/sizing/prometheus";

const root = join(__dirname, "../..");

describe("docs/observability-sizing.md", () => {
  it("is what the code says today (npm run docs writes it)", async () => {
    assert.equal(readFileSync(join(root, "docs/observability-sizing.md"), "utf8"), await sizingPage());
  });

  const rows = sizingRows();
  for (const { blueprint, preset, part, needs, has } of rows) {
    it(`gives ${part} of ${blueprint} in ${preset} what its stated load comes to`, () => {
      for (const one of ["memoryGiB", "diskGiB"] as const) {
        assert.ok(needs[one] >= 0 && Number.isFinite(needs[one]), one);
        assert.ok(needs[one] <= has[one], `${one}: needs ${needs[one]}, has ${has[one]}`);
      }
    });
  }

  it("has Prometheus of every system in every size", () => {
    const ofPrometheus = rows.filter(({ part }) => part.startsWith("Prometheus"));
    assert.equal(ofPrometheus.length, blueprintNames.length * presetNames.length);
  });

  it("has the nodes of Elasticsearch that hold logs, of each system that has them, and few enough shards", () => {
    const nodes = rows.filter(({ part }) => part.startsWith("Elasticsearch"));
    assert.deepEqual(
      nodes.map(({ blueprint, preset, part }) => `${blueprint} ${preset} ${part}`),
      ["suuupra", "gainsly", "explico"].flatMap((system) => [
        `${system} small Elasticsearch`,
        ...["standard", "ha"].flatMap((preset) =>
          ["hot", "warm"].map((tier) => `${system} ${preset} Elasticsearch, each of 3 ${tier} nodes`),
        ),
      ]),
    );
    const logs = { gibPerDay: 10, retentionDays: 30, auditRetentionDays: 365 };
    // 31 days of the platform's, of services' 3 in three shards and 28 in one, 14 months and 2 months: each twice
    assert.equal(shardsOf({ logs, highlyAvailable: true }), 2 * (31 + 9 + 28 + 14 + 2));
    assert.equal(shardsOf({ logs, highlyAvailable: false }), 31 + 31 + 14 + 2);
  });

  it("counts series by nodes, pods, proxies and stores", () => {
    const load = { nodes: 10, pods: 100, platformPods: 50, storePods: 3 };
    const without = 10 * 2_500 + 153 * 250 + 3 * 4_000 + 60_000;
    assert.equal(seriesOf(load, false), without);
    assert.equal(seriesOf(load, true), without + 100 * 800);
  });

  it("counts what is recorded of objectives from the rules, and states it of each system", () => {
    const { namespace } = blueprints.explico;
    const { platform } = blueprints.explico;
    const [[service, spec] = assert.fail("no service")] = Object.entries(blueprints.explico.services);
    const one = objectiveSeries({ blueprint: { ...blueprints.explico, services: { [service]: spec } } });
    const slos = planSlos(service, spec, { namespace, measured: measuredBy(platform.istio) });
    const names = slos
      .flatMap(sloGroups)
      .flatMap(({ recordings = [] }) => recordings.map(({ record }) => record));
    assert.equal(one, names.length);
    assert.ok(one >= slos.length * 7, `${one} series of ${slos.length} objectives`);
    const all = objectiveSeries({ blueprint: blueprints.explico });
    assert.ok(all > one);
    const { stated } =
      rows.find(
        (row) => row.blueprint === "explico" && row.preset === "ha" && row.part.startsWith("Prometheus"),
      ) ?? assert.fail("no Prometheus of explico");
    assert.match(stated, new RegExp(`, ${all} of them recorded of objectives: `));
  });

  it("gives the largest of two shards its part of the series, of which none is recorded", () => {
    const one = { preset: "ha", blueprint: blueprints.suuupra } as const;
    const monitoring = { ...blueprints.suuupra.monitoring, shards: 2 };
    const two = { ...one, blueprint: { ...blueprints.suuupra, monitoring } };
    const [whole = assert.fail("none")] = prometheus(one);
    const [part = assert.fail("none")] = prometheus(two);
    assert.equal(part.part, "Prometheus, each of 4 in 2 shards");
    const recordedGiB = (objectiveSeries(one) * churn * seriesBytes * (1 + queryShare)) / 2 ** 30;
    const expected = (whole.needs.memoryGiB - recordedGiB) * 0.625;
    assert.ok(Math.abs(part.needs.memoryGiB - expected) < 1e-9);
    assert.equal(largestShard({}), 1);
    assert.equal(largestShard({ shards: 8 }), 1.25 / 8);
  });

  it("has Loki of each system that has one, and counts lines by pods and nodes", () => {
    const ofLoki = rows.filter(({ part }) => part.startsWith("Loki"));
    assert.deepEqual(
      ofLoki.map(({ blueprint, preset }) => `${blueprint} ${preset}`),
      presetNames.map((preset) => `seo-platform ${preset}`),
    );
    assert.equal(
      bytesPerSecond({ nodes: 10, pods: 100, platformPods: 50, storePods: 4 }),
      100 * 2_000 + 50 * 125 + 4 * 250 + 10 * 300,
    );
    // 10 GiB a day for 30 days and 7 more, a fifth of it, and a twentieth for the index, by three
    assert.ok(Math.abs(bucketGiB(10, 30, 3) - 233.1) < 1e-9);
  });
});
