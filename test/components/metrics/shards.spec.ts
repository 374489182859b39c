import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rulerAlerts } from "../../../components/metrics/rulerAlerts";
import { clouds } from "../../../components/cloud";
import {
  criticalGroupWaitSeconds,
  longestPageDelaySeconds,
  pageDelaySeconds,
  peerTimeoutSeconds,
} from "../../../components/platform/pageDelay";
import type { PlanResource } from "../../../preview/plan";
import { policiesIn } from "../../monitors/policies";
import { type Labels, selects } from "../../monitors/targets";
import { configOf, problemsOf, stackValues } from "../../config/stackFiles";
import { planOf } from "../../support/plans";
import { findAll } from "../../support/run";
import { needTool } from "../../support/tools";
import { at } from "../traffic/scene";

const querier = "http://thanos-query.thanos.svc:9090";
const prometheusRule = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

/** Pods, by the name of their namespace and their labels. */
interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
}

const pods = (namespace: string, labels: Labels): Pods => ({ namespace, labels });
const ruler = pods("monitoring", { "app.kubernetes.io/name": "thanos-ruler" });
const prometheus = pods("monitoring", { "app.kubernetes.io/name": "prometheus" });
const alertmanager = pods("monitoring", { "app.kubernetes.io/name": "alertmanager" });
const grafana = pods("monitoring", { "app.kubernetes.io/name": "grafana" });
const query = pods("thanos", {
  "app.kubernetes.io/name": "thanos",
  "app.kubernetes.io/instance": "thanos",
  "app.kubernetes.io/component": "query",
});
const keda = pods("keda", { app: "keda-operator" });
const rollouts = pods("argo-rollouts", {
  "app.kubernetes.io/component": "rollouts-controller",
  "app.kubernetes.io/name": "argo-rollouts",
  "app.kubernetes.io/instance": "argo-rollouts",
});

interface Trigger {
  readonly name?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number }[];
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Labels };
  readonly podSelector?: { readonly matchLabels?: Labels };
}

/** Whether pods get through to a port of others: both sides' policies have to say so. */
function getsThrough(resources: readonly PlanResource[], from: Pods, to: Pods, port: number): boolean {
  const says = (one: Pods, other: Pods, way: "ingress" | "egress"): boolean =>
    policiesIn(resources).some(({ metadata, spec }) => {
      if (metadata.namespace !== one.namespace || !selects(spec.podSelector, one.labels)) return false;
      const rules = (spec as unknown as Readonly<Record<string, readonly Rule[] | undefined>>)[way] ?? [];
      return rules.some(({ ports = [], ...peers }) => {
        if (!ports.some((open) => open.port === port)) return false;
        return [...(peers.from ?? []), ...(peers.to ?? [])].some(({ namespaceSelector, podSelector }) => {
          const inNamespace =
            namespaceSelector === undefined
              ? other.namespace === one.namespace
              : namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"] === other.namespace;
          return inNamespace && podSelector !== undefined && selects(podSelector, other.labels);
        });
      });
    });
  return says(from, to, "egress") && says(to, from, "ingress");
}

for (const cloud of clouds) {
  describe(`Prometheus in two shards on ${cloud}`, () => {
    const set = [`cloud=${cloud}`, "blueprint=suuupra"];
    let resources: readonly PlanResource[];
    const chart = (name: string, ...path: readonly (string | number)[]): unknown => {
      const release = findAll(resources, "kubernetes:helm.sh/v3:Release").find(
        ({ inputs }) => inputs["name"] === name,
      );
      assert.ok(release !== undefined);
      return at(release, "values", ...path);
    };
    const stack = "kube-prometheus-stack";

    before(async () => {
      const scaled = "services.web.scaling.requestsPerSecond=50";
      resources = await planOf("prod", ...set, "monitoring.shards=2", scaled);
    });

    it("has the replicas of each shard apart, a budget over all, and room for them", () => {
      const spec = chart(stack, "prometheus", "prometheusSpec") as Record<string, unknown>;
      assert.equal(spec["shards"], 2);
      assert.equal(spec["replicas"], 2);
      assert.deepEqual(chart(stack, "prometheus", "podDisruptionBudget"), { enabled: true, minAvailable: 3 });
      const [nodes] = spec["topologySpreadConstraints"] as readonly Record<string, unknown>[];
      assert.deepEqual(
        [nodes?.["topologyKey"], nodes?.["whenUnsatisfiable"], nodes?.["additionalLabelSelectors"]],
        ["kubernetes.io/hostname", "DoNotSchedule", "OnShard"],
      );
      const quota = findAll(resources, "kubernetes:core/v1:ResourceQuota").find(
        (one) => at(one, "metadata", "namespace") === "monitoring",
      );
      assert.ok(quota !== undefined);
      const disk = spec["storageSpec"] as {
        volumeClaimTemplate: { spec: { resources: { requests: { storage: string } } } };
      };
      const diskGiB = Number.parseInt(disk.volumeClaimTemplate.spec.resources.requests.storage, 10);
      assert.equal(at(quota, "spec", "hard", "requests.storage"), `${4 * diskGiB + 40 + 2 * 20}Gi`);
    });

    it("evaluates no rule but those about the ruler, which evaluates all others, as often", () => {
      const rulerSpec = ["thanosRuler", "thanosRulerSpec"] as const;
      assert.deepEqual(chart(stack, "prometheus", "prometheusSpec", "ruleSelector"), {
        matchLabels: { "groundwork/evaluator": "prometheus" },
      });
      assert.deepEqual(chart(stack, ...rulerSpec, "ruleSelector"), {
        matchExpressions: [{ key: "groundwork/evaluator", operator: "DoesNotExist" }],
      });
      const labelled = findAll(resources, prometheusRule).filter(
        (rule) => at(rule, "metadata", "labels", "groundwork/evaluator") !== undefined,
      );
      assert.deepEqual(
        labelled.map((rule) => at(rule, "metadata", "name")),
        ["thanos-ruler"],
      );
      // of a shard that is gone the others know nothing, so that who asks all of them says it
      const ofThanos = findAll(resources, prometheusRule).find(
        (rule) => at(rule, "metadata", "name") === "thanos",
      );
      assert.ok(ofThanos !== undefined);
      assert.match(JSON.stringify(ofThanos.inputs), /thanos-shard-away.*prometheus-shard-1-\[0-9\]/);
      // what a shard does not scrape would be absent to it
      for (const { expr } of Object.values(rulerAlerts)) assert.doesNotMatch(expr, /absent/);
      assert.equal(chart(stack, ...rulerSpec, "replicas"), 2);
      assert.deepEqual(chart(stack, "thanosRuler", "podDisruptionBudget"), {
        enabled: true,
        minAvailable: 1,
      });
      const [asked] = chart(stack, ...rulerSpec, "queryConfig", "secret") as readonly [
        {
          scheme: string;
          static_configs: readonly string[];
          http_config: { transport_config: { response_header_timeout: number } };
        },
      ];
      assert.deepEqual([`${asked.scheme}://${String(asked.static_configs)}`], [querier]);
      // of a node that is gone no answer comes; the next evaluation asks another one
      assert.equal(asked.http_config.transport_config.response_header_timeout, 10e9);
      assert.equal(
        chart(stack, ...rulerSpec, "retention"),
        chart(stack, "prometheus", "prometheusSpec", "retention"),
      );
      assert.deepEqual(
        chart(stack, ...rulerSpec, "alertmanagersConfig", "secret", "alertmanagers", 0, "static_configs"),
        [0, 1, 2].map(
          (index) =>
            `alertmanager-kube-prometheus-stack-alertmanager-${index}.alertmanager-operated.monitoring:9093`,
        ),
      );
      assert.equal(
        chart(stack, ...rulerSpec, "alertmanagersConfig", "secret", "alertmanagers", 0, "timeout"),
        "2s",
      );
      const seconds = (path: readonly string[]): number => Number.parseInt(String(chart(stack, ...path)), 10);
      const delay = pageDelaySeconds({
        scrapeSeconds: seconds(["prometheus", "prometheusSpec", "scrapeInterval"]),
        evaluationSeconds: seconds([...rulerSpec, "evaluationInterval"]),
        groupWaitSeconds: criticalGroupWaitSeconds,
        peerTimeoutSeconds,
        lostAlertmanagers: 1,
      });
      assert.ok(delay <= longestPageDelaySeconds, `${delay} s`);
    });

    it("has one who answers for all shards and for what is recorded, once whatever replicas say it", () => {
      assert.deepEqual(chart("thanos", "query", "endpoints", "static"), [
        "dnssrv+_grpc._tcp.kube-prometheus-stack-thanos-discovery.monitoring.svc.cluster.local",
        "dnssrv+_grpc._tcp.thanos-ruler-operated.monitoring.svc.cluster.local",
      ]);
      // what else it were to leave in would tell what is recorded from what is scraped
      assert.deepEqual(chart("thanos", "query", "replicaLabels"), [
        "prometheus_replica",
        "thanos_ruler_replica",
        "prometheus",
        "cluster",
      ]);
      const written = [
        ...Object.keys(chart(stack, "prometheus", "prometheusSpec", "externalLabels") as object),
        ...Object.keys(chart(stack, "thanosRuler", "thanosRulerSpec", "labels") as object),
      ];
      assert.deepEqual(written, ["cluster", "cluster"]);
    });

    it("has the archive asked for nothing that an alert looks back at, and the rest of it served", () => {
      const days = 4;
      const args = chart("thanos", "storegateway", "extraArgs") as readonly string[];
      assert.ok(args.includes(`--max-time=-${days}d`), args.join(" "));
      const units: Readonly<Record<string, number>> = { s: 1 / 86_400, m: 1 / 1440, h: 1 / 24, d: 1 };
      const rules = findAll(resources, prometheusRule).flatMap((object) =>
        (
          at(object, "spec", "groups") as readonly {
            readonly rules: readonly { readonly expr: string; readonly record?: string }[];
          }[]
        ).flatMap((group) => group.rules),
      );
      const longest = (expr: string): number =>
        Math.max(
          0,
          ...[...expr.matchAll(/\[(\d+)([smhd])[\]:]/g)].map(
            ([, count, unit = ""]) => Number(count) * (units[unit] ?? NaN),
          ),
        );
      const far = rules.filter(({ expr }) => !(longest(expr) < days)).map(({ record }) => record);
      // what is left of a budget of thirty days alone, which no alert asks for
      assert.deepEqual([...new Set(far)], ["namespace_service_slo:failures_per_event:ratio"]);
      assert.ok(Math.max(...rules.map(({ expr }) => longest(expr))) === 30);
      const budget = "namespace_service_slo:error_budget_remaining:ratio";
      for (const { expr, record } of rules.filter((rule) => rule.record === undefined)) {
        assert.ok(!expr.includes(`${String(far[0])}{`) && !expr.includes(budget), `${record ?? ""} ${expr}`);
      }
    });

    it("scales nothing by what only some of the shards have counted", function () {
      const triggers = findAll(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject").flatMap(
        (scaled) => at(scaled, "spec", "triggers") as readonly Trigger[],
      );
      const trigger = triggers.find(({ name }) => name === "requests-per-second");
      assert.ok(trigger !== undefined);
      assert.equal(trigger.metadata["queryParameters"], "partial_response=false");
      assert.equal(trigger.metadata["ignoreNullValues"], "false");
      const promtool = needTool(this, "promtool");
      const pods = "prometheus-kube-prometheus-stack-prometheus";
      const connected = (shard: string, values: string) => ({
        series: `thanos_store_nodes_grpc_connections{job="thanos-query", store_type="sidecar", external_labels="{prometheus_replica=\\"${pods}${shard}-0\\"}"}`,
        values,
      });
      const served = {
        series:
          'istio_requests_total{reporter="destination", namespace="suuupra", destination_canonical_service="web"}',
        values: "0+300x40",
      };
      const asking = (second: string, samples: readonly object[]) => ({
        interval: "30s",
        input_series: [served, connected("", "1x40"), connected("-shard-1", second)],
        promql_expr_test: [{ expr: trigger.metadata["query"], eval_time: "10m", exp_samples: samples }],
      });
      const folder = mkdtempSync(join(tmpdir(), "shards-"));
      try {
        const file = join(folder, "tests.yaml");
        const tests = [asking("1x40", [{ labels: "{}", value: 10 }]), asking("1x10 stale", [])];
        writeFileSync(file, JSON.stringify({ evaluation_interval: "30s", tests }));
        const { status, stdout, stderr } = spawnSync(promtool, ["test", "rules", file], { encoding: "utf8" });
        assert.equal(status, 0, stdout + stderr);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("is asked by nobody by itself: Grafana, KEDA and Argo Rollouts ask who answers for all shards", () => {
      assert.equal(chart(stack, "grafana", "sidecar", "datasources", "url"), querier);
      const templates = findAll(resources, "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate");
      assert.ok(templates.length > 0);
      for (const template of templates) {
        const metrics = at(template, "spec", "metrics") as readonly {
          provider: { prometheus: { address: string } };
        }[];
        for (const { provider } of metrics) assert.equal(provider.prometheus.address, querier);
      }
      const triggers = findAll(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject").flatMap(
        (scaled) => at(scaled, "spec", "triggers") as readonly { metadata: Record<string, string> }[],
      );
      const asking = triggers.filter(({ metadata }) => metadata["serverAddress"] !== undefined);
      assert.ok(asking.length > 0);
      for (const { metadata } of asking) assert.equal(metadata["serverAddress"], querier);
      const text = JSON.stringify(resources.map(({ inputs }) => inputs));
      assert.doesNotMatch(text, /kube-prometheus-stack-prometheus\.monitoring\.svc/);
    });

    const ways: readonly (readonly [string, Pods, Pods, number])[] = [
      ["the ruler to the querier", ruler, query, 9090],
      ["the ruler to Alertmanager", ruler, alertmanager, 9093],
      ["the querier to the ruler", query, ruler, 10901],
      ["the querier to the sidecars", query, prometheus, 10901],
      ["Grafana to the querier", grafana, query, 9090],
      ["KEDA to the querier", keda, query, 9090],
      ["Argo Rollouts to the querier", rollouts, query, 9090],
    ];
    for (const [what, from, to, port] of ways) {
      it(`lets ${what}`, () => {
        assert.ok(getsThrough(resources, from, to, port));
      });
    }

    it("lets Prometheus scrape the ruler", () => {
      const admitted = policiesIn(resources).some(
        ({ metadata, spec }) =>
          metadata.namespace === "monitoring" &&
          selects(spec.podSelector, ruler.labels) &&
          spec.ingress?.some(
            ({ from = [], ports = [] }) =>
              ports.some(({ port }) => port === 10902) &&
              from.some(
                ({ podSelector }) => podSelector !== undefined && selects(podSelector, prometheus.labels),
              ),
          ) === true,
      );
      assert.ok(admitted);
    });

    it("keeps what the ruler records in the archive, as an identity of the ruler's own", () => {
      assert.deepEqual(chart(stack, "thanosRuler", "thanosRulerSpec", "objectStorageConfig"), {
        existingSecret: { name: "thanos-objstore", key: "objstore.yml" },
      });
      assert.equal(
        chart(stack, "thanosRuler", "serviceAccount", "name"),
        "kube-prometheus-stack-thanos-ruler",
      );
      const text = JSON.stringify(resources.map(({ inputs }) => inputs));
      assert.match(text, /kube-prometheus-stack-thanos-ruler/);
      const own = resources.filter(({ urn }) => /monitoring-ruler-identity/.test(urn));
      assert.ok(own.length > 0);
    });

    it("is as it was where nothing is said", async () => {
      resources = await planOf("prod", ...set);
      assert.equal(chart(stack, "thanosRuler"), undefined);
      const spec = chart(stack, "prometheus", "prometheusSpec") as Record<string, unknown>;
      assert.ok(!("shards" in spec) && !("ruleSelector" in spec));
      assert.deepEqual(chart("thanos", "query", "replicaLabels"), ["prometheus_replica"]);
      assert.ok(
        !(chart("thanos", "storegateway", "extraArgs") as readonly string[]).join().includes("max-time"),
      );
      assert.ok(
        !findAll(resources, prometheusRule).some((rule) => at(rule, "metadata", "name") === "thanos-ruler"),
      );
      assert.ok(!getsThrough(resources, keda, query, 9090));
      assert.ok(getsThrough(resources, keda, prometheus, 9090));
    });
  });

  describe(`Shards in a stack's file on ${cloud}`, () => {
    const values = (shards: unknown, more: Record<string, string> = {}): Record<string, string> => ({
      ...stackValues("prod"),
      cloud,
      blueprint: "suuupra",
      monitoring: JSON.stringify({ shards }),
      ...more,
    });

    it("are what it says, up to eight, and one where it says nothing", () => {
      assert.equal(configOf(values(8)).blueprint.monitoring.shards, 8);
      assert.equal(
        configOf({ ...stackValues("prod"), cloud, blueprint: "suuupra" }).blueprint.monitoring.shards,
        undefined,
      );
      for (const wrong of [0, 9, 1.5]) {
        assert.match(problemsOf(values(wrong)).join("\n"), /^monitoring\.shards: /m);
      }
    });

    it("are refused without Thanos, which would answer for all of them", () => {
      const without = { platform: JSON.stringify({ thanos: { enabled: false } }) };
      assert.match(
        problemsOf(values(2, without)).join("\n"),
        /^monitoring\.shards: expected 1 without platform\.thanos.*, got 2$/m,
      );
      assert.equal(configOf(values(1, without)).blueprint.monitoring.shards, 1);
    });
  });
}
