import assert from "node:assert/strict";
import { AnalysisTemplate } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate";
import { type IRollout, Rollout } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout";
import * as k8s from "@pulumi/kubernetes";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { StrategySpec } from "../../../components/workload/strategy";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/till", tag: "1.2.3" },
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
  metrics: { port: 9464 },
};
const rolloutType = "kubernetes:argoproj.io/v1alpha1:Rollout";
const templateType = "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate";
const canary: StrategySpec = { kind: "canary" };
const blueGreen: StrategySpec = { kind: "blueGreen" };
const front = { namespace: "front", service: "front", port: 80, pods: {} };
const inMesh = { front, knowsRequests: true };

const make = async (change: Partial<WorkloadSpec>, args: Partial<WorkloadArgs> = {}) => {
  const { resources } = await run(() => {
    const provider = new k8s.Provider("main", { kubeconfig: "{}" });
    const controller = new k8s.core.v1.ConfigMap("controller", {}, { provider });
    return new Workload(
      "shop-till",
      {
        service: "till",
        spec: { ...spec, ...change },
        system: "shop",
        namespace: "shop",
        rollouts: { controller, namespace: "shop" },
        ...args,
      },
      { provider },
    );
  });
  return resources;
};

type RolloutSpec = IRollout["spec"];
const specOf = (resources: readonly PlanResource[]): RolloutSpec =>
  find(resources, rolloutType).inputs["spec"] as unknown as RolloutSpec;

interface Metric {
  readonly name: string;
  readonly interval: string;
  readonly initialDelay: string;
  readonly count?: number;
  readonly failureLimit: number;
  readonly consecutiveErrorLimit: number;
  readonly successCondition: string;
  readonly provider: { readonly prometheus: { readonly address: string; readonly query: string } };
}
const metricsOf = (resources: readonly PlanResource[]): Readonly<Record<string, Metric>> => {
  const { metrics } = find(resources, templateType).inputs["spec"] as unknown as {
    metrics: readonly Metric[];
  };
  return Object.fromEntries(metrics.map((metric) => [metric.name, metric]));
};

describe("a workload whose new versions are judged", () => {
  for (const [what, strategy, args] of [
    ["canary", canary, {}],
    ["canary in a mesh", canary, { mesh: inMesh }],
    ["blue-green", blueGreen, {}],
  ] as const) {
    describe(what, () => {
      it("is a Rollout that fits its kind's schema, and no Deployment", async () => {
        const resources = await make({ strategy }, args);
        assert.deepEqual(findAll(resources, "kubernetes:apps/v1:Deployment"), []);
        const { metadata, spec: made } = find(resources, rolloutType).inputs as unknown as {
          metadata: IRollout["metadata"];
          spec: RolloutSpec;
        };
        new Rollout({ metadata: metadata ?? {}, spec: made }).validate();
        const template = find(resources, templateType).inputs as unknown as {
          metadata: object;
          spec: ConstructorParameters<typeof AnalysisTemplate>[0] extends infer D
            ? D extends { spec: infer S }
              ? S
              : never
            : never;
        };
        new AnalysisTemplate({ metadata: template.metadata, spec: template.spec }).validate();
      });

      it("waits for Argo Rollouts and for how it is judged, and what comes after it for its first version", async () => {
        const resources = await make({ strategy }, args);
        const rollout = find(resources, rolloutType);
        const urnOf = (name: string) => (urn: string) => urn.endsWith(`::${name}`);
        assert.ok(waitsFor(resources, rollout, urnOf("controller")));
        assert.ok(waitsFor(resources, rollout, urnOf("shop-till-analysis")));
        const { annotations } = rollout.inputs["metadata"] as {
          annotations: Readonly<Record<string, string>>;
        };
        assert.equal(annotations["pulumi.com/waitFor"], "condition=Available");
      });

      it("is scaled and kept up as a Deployment is", async () => {
        const resources = await make({ strategy }, args);
        const scaler = find(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler");
        assert.deepEqual((scaler.inputs["spec"] as { scaleTargetRef: object }).scaleTargetRef, {
          apiVersion: "argoproj.io/v1alpha1",
          kind: "Rollout",
          name: "till",
        });
        assert.equal(specOf(resources).replicas, undefined);
        find(resources, "kubernetes:policy/v1:PodDisruptionBudget");
      });

      it("spreads each version's pods by themselves, by the label that Argo Rollouts gives them", async () => {
        const { template } = specOf(await make({ strategy }, args)) as unknown as {
          template: { spec: { topologySpreadConstraints: { matchLabelKeys?: string[] }[] } };
        };
        assert.deepEqual(template.spec.topologySpreadConstraints[0]?.matchLabelKeys, [
          "rollouts-pod-template-hash",
        ]);
      });

      it("goes back where pods don't start, and at once where somebody takes it back", async () => {
        const { progressDeadlineAbort, progressDeadlineSeconds, rollbackWindow } = specOf(
          await make({ strategy }, args),
        );
        assert.deepEqual(
          [progressDeadlineAbort, progressDeadlineSeconds, rollbackWindow],
          [true, 600, { revisions: 1 }],
        );
      });
    });
  }

  it("gets its requests by the steps of a canary, is judged from the first on, and never has fewer pods", async () => {
    const { strategy } = specOf(await make({ strategy: canary }));
    assert.deepEqual(strategy, {
      canary: {
        maxUnavailable: 0,
        maxSurge: "25%",
        steps: [
          { setWeight: 10 },
          { pause: { duration: "2m" } },
          { setWeight: 50 },
          { pause: { duration: "5m" } },
        ],
        analysis: {
          templates: [{ templateName: "till" }],
          args: [{ name: "version", valueFrom: { podTemplateHashValue: "Latest" } }],
          startingStep: 1,
        },
      },
    });
  });

  for (const [route, names] of [
    [undefined, ["till"]],
    [{ path: "/till" }, ["till", "till-way-in"]],
  ] as const) {
    it(`is split by the mesh ${route === undefined ? "among its callers" : "there and on the way in"}`, async () => {
      const { strategy } = specOf(
        await make(
          { strategy: canary, ...(route !== undefined && { route }) },
          { mesh: inMesh, host: "shop.example.com" },
        ),
      );
      assert.deepEqual(strategy?.canary?.trafficRouting?.istio, {
        virtualServices: names.map((name) => ({ name, routes: ["till"] })),
        destinationRule: { name: "till-versions", stableSubsetName: "stable", canarySubsetName: "canary" },
      });
    });
  }

  for (const [promotion, automatic] of [
    ["automatic", true],
    ["manual", false],
  ] as const) {
    it(`is handed the requests at once, ${promotion}, and those before it stay until it is judged`, async () => {
      const resources = await make({ strategy: { kind: "blueGreen", promotion, judgedMinutes: 10 } });
      const { blueGreen: made } = specOf(resources).strategy ?? {};
      assert.deepEqual(
        [made?.activeService, made?.previewService, made?.autoPromotionEnabled, made?.scaleDownDelaySeconds],
        ["till", "till-preview", automatic, 900],
      );
      assert.deepEqual(made?.postPromotionAnalysis?.templates, [{ templateName: "till" }]);
    });
  }

  it("has a Service for its requests and one to look at it before, whose pods Argo Rollouts names", async () => {
    const services = [...findAll(await make({ strategy: blueGreen }), "kubernetes:core/v1:Service")].sort(
      (one, other) => other.name.localeCompare(one.name),
    );
    assert.deepEqual(
      services.map(({ inputs }) => {
        const { metadata, spec: made } = inputs as unknown as {
          metadata: { name: string };
          spec: { selector: object };
        };
        return [metadata.name, made.selector];
      }),
      [
        ["till", { "app.kubernetes.io/name": "till" }],
        ["till-preview", { "app.kubernetes.io/name": "till" }],
      ],
    );
    for (const { ignoreChanges } of services) assert.deepEqual(ignoreChanges, ["spec.selector"]);
  });

  it("leaves the Service of all others alone", async () => {
    for (const strategy of [canary, { kind: "rolling" } as const]) {
      const [service, ...others] = findAll(await make({ strategy }), "kubernetes:core/v1:Service");
      assert.deepEqual([service?.ignoreChanges, others], [[], []]);
    }
  });

  it("is refused without Argo Rollouts", async () => {
    const provider = new k8s.Provider("main", { kubeconfig: "{}" });
    await assert.rejects(
      run(
        () =>
          new Workload(
            "shop-till",
            { service: "till", spec: { ...spec, strategy: canary }, system: "shop", namespace: "shop" },
            { provider },
          ),
      ),
      /till\.strategy\.kind: expected "rolling" where there is no Argo Rollouts, got "canary"/,
    );
  });

  it("is refused where neither a mesh nor itself measures its requests", async () => {
    const { metrics, ...unmeasured } = spec;
    assert.ok(metrics !== undefined);
    const provider = new k8s.Provider("main", { kubeconfig: "{}" });
    const unmeasuredArgs = {
      service: "till",
      spec: { ...unmeasured, strategy: canary },
      system: "shop",
      namespace: "shop",
      rollouts: { controller: provider, namespace: "shop" },
    };
    await assert.rejects(
      run(() => new Workload("shop-till", unmeasuredArgs, { provider })),
      /till\.metrics: expected a port, as no mesh measures the requests/,
    );
    await run(
      () =>
        new Workload(
          "shop-till",
          { ...unmeasuredArgs, mesh: inMesh },
          { provider: new k8s.Provider("other", { kubeconfig: "{}" }) },
        ),
    );
  });
});

describe("a new version is judged", () => {
  for (const [whose, args, requests, durations, slowest, job] of [
    [
      "by the mesh's measurements",
      { mesh: inMesh },
      "istio_requests_total",
      "istio_request_duration_milliseconds_bucket",
      400,
      "shop/sidecars",
    ],
    [
      "by its own, in the names that OpenTelemetry gives them",
      {},
      "http_server_request_duration_seconds_count",
      "http_server_request_duration_seconds_bucket",
      0.4,
      "shop/till",
    ],
  ] as const) {
    it(`${whose}, of its own pods alone`, async () => {
      const metrics = metricsOf(
        await make(
          { strategy: { kind: "canary", analysis: { successPercent: 99, p95Milliseconds: 400 } } },
          args,
        ),
      );
      const pods = 'namespace="shop",pod=~"till-{{args.version}}-.*"';
      const query = (name: string) => metrics[name]?.provider.prometheus.query ?? "";
      for (const { provider } of Object.values(metrics)) {
        assert.equal(
          provider.prometheus.address,
          "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
        );
        assert.ok(provider.prometheus.query.includes(pods));
      }
      assert.equal(query("measured"), `sum(up{${pods},job="${job}"})`);
      assert.ok(query("failed-percent").includes(requests) && query("failed-percent").includes('=~"5.."'));
      assert.ok(query("p95").includes(durations) && query("p95").startsWith("histogram_quantile(0.95"));
      assert.match(metrics["failed-percent"]?.successCondition ?? "", /\|\| result\[0\] <= 1$/);
      assert.ok(metrics["p95"]?.successCondition.endsWith(`|| result[0] <= ${slowest}`));
    });
  }

  it("and is sent back where all of its answers fail: what there is none of counts as none", async () => {
    const { "failed-percent": failed } = metricsOf(await make({ strategy: canary }));
    assert.match(failed?.provider.prometheus.query ?? "", /\(sum\(.*\) or vector\(0\)\) \/ sum\(/);
  });

  it("and is sent back where Prometheus does not ask its pods, but not where nobody calls them", async () => {
    const { measured, p95 } = metricsOf(await make({ strategy: canary }));
    assert.equal(measured?.successCondition, "len(result) > 0 && result[0] >= 1");
    assert.match(p95?.successCondition ?? "", /^len\(result\) == 0 \|\| isNaN\(result\[0\]\) \|\| /);
  });

  for (const [strategy, count] of [
    [canary, undefined],
    [{ kind: "blueGreen", judgedMinutes: 10 }, 20],
  ] as const) {
    it(`each half minute, ${count === undefined ? "as long as its steps go on" : "for as long as it says"}: the second bad one sends it back`, async () => {
      for (const metric of Object.values(metricsOf(await make({ strategy })))) {
        assert.deepEqual(
          [
            metric.interval,
            metric.initialDelay,
            metric.count,
            metric.failureLimit,
            metric.consecutiveErrorLimit,
          ],
          ["30s", "60s", count, 1, 4],
        );
      }
    });
  }
});
