import assert from "node:assert/strict";
import { Keda } from "../../../components/scaling/keda";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { IdentityStub } from "../platform/cloudStubs";

const made = async (
  change: { highlyAvailable?: boolean; countsInCloud?: boolean; scalesRollouts?: boolean } = {},
): Promise<readonly PlanResource[]> => {
  const { resources } = await run(
    () =>
      new Keda("shop-keda", {
        highlyAvailable: true,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["192.0.2.1/32"], ports: [80] }],
        watchedNamespaces: ["shop", "stall"],
        scalesRollouts: false,
        countsInCloud: true,
        ...change,
      }),
  );
  return resources;
};

interface Values {
  readonly watchNamespace: string;
  readonly operator: { readonly replicaCount: number };
  readonly metricsServer: { readonly replicaCount: number };
  readonly webhooks: { readonly replicaCount: number; readonly port: number };
  readonly podDisruptionBudget: Readonly<Record<string, object>>;
  readonly rbac: object;
  readonly permissions: object;
  readonly service: { readonly portHttpsTarget: number };
  readonly certificates: { readonly certManager: { readonly enabled: boolean } };
  readonly serviceAccount: { readonly operator: { readonly annotations: object } };
}

const release = (resources: readonly PlanResource[]): PlanResource =>
  find(resources, "kubernetes:helm.sh/v3:Release", "shop-keda");
const values = (resources: readonly PlanResource[]): Values =>
  release(resources).inputs["values"] as unknown as Values;

interface PolicySpec {
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly ingress: readonly {
    readonly from?: readonly object[];
    readonly ports: readonly { readonly port: number }[];
  }[];
  readonly egress: readonly {
    readonly to?: readonly object[];
    readonly ports: readonly { readonly port: number }[];
  }[];
}
const policy = (resources: readonly PlanResource[], name: string): PolicySpec =>
  find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs[
    "spec"
  ] as unknown as PolicySpec;
const ports = (rules: PolicySpec["egress"]): readonly number[] =>
  rules.flatMap((rule) => rule.ports.map(({ port }) => port));

describe("Keda", () => {
  for (const [highlyAvailable, replicas, budget] of [
    [true, 2, { maxUnavailable: 1 }],
    [false, 1, {}],
  ] as const) {
    it(`is ${String(replicas)} of each of its parts`, async () => {
      const { operator, metricsServer, webhooks, podDisruptionBudget } = values(
        await made({ highlyAvailable }),
      );
      for (const part of [operator, metricsServer, webhooks]) assert.equal(part.replicaCount, replicas);
      assert.deepEqual(podDisruptionBudget, { operator: budget, metricServer: budget, webhooks: budget });
    });
  }

  it("sees the namespaces that it is given, no Secret of theirs, and scales no kinds but Kubernetes' own", async () => {
    const { watchNamespace, permissions, rbac } = values(await made());
    assert.equal(watchNamespace, "shop,stall");
    assert.deepEqual(permissions, {
      operator: { restrict: { secret: true } },
      metricServer: { restrict: { secret: true } },
    });
    assert.deepEqual(rbac, { enabledCustomScaledRefKinds: false });
  });

  it("may scale Rollouts, too, where Argo Rollouts keeps some of them", async () => {
    assert.deepEqual(values(await made({ scalesRollouts: true })).rbac, {
      enabledCustomScaledRefKinds: true,
      scaledRefKinds: [{ apiGroup: "argoproj.io", kind: "rollouts" }],
    });
  });

  it("has its certificate from cert-manager, and is called on a port that GKE's control plane gets through to", async () => {
    const { certificates, service, webhooks } = values(await made());
    assert.equal(certificates.certManager.enabled, true);
    assert.deepEqual([service.portHttpsTarget, webhooks.port], [10250, 10250]);
  });

  it("has an identity, and a way to its credentials, only where something is counted that asks for one", async () => {
    for (const countsInCloud of [true, false]) {
      const resources = await made({ countsInCloud });
      assert.equal(findAll(resources, "groundwork:test:Identity").length, countsInCloud ? 1 : 0);
      assert.deepEqual(
        values(resources).serviceAccount.operator.annotations,
        countsInCloud ? { "example.com/identity": "keda-keda-operator" } : {},
      );
      assert.deepEqual(
        ports(policy(resources, "shop-keda-operator").egress),
        countsInCloud ? [443, 9090, 80] : [443, 9090],
      );
    }
  });

  it("asks the platform's Prometheus, which lets in its operator and nothing else of it", async () => {
    const { podSelector, ingress } = policy(await made(), "shop-keda-prometheus");
    assert.deepEqual(podSelector.matchLabels, { "app.kubernetes.io/name": "prometheus" });
    assert.deepEqual(ingress, [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "keda" } },
            podSelector: { matchLabels: { app: "keda-operator" } },
          },
        ],
        ports: [{ protocol: "TCP", port: 9090 }],
      },
    ]);
  });

  it("hears its metrics server in its operator, and Prometheus, and nobody else", async () => {
    const { ingress } = policy(await made(), "shop-keda-operator");
    assert.deepEqual(
      ingress.map((rule) => [rule.from?.length, ...rule.ports.map(({ port }) => port)]),
      [
        [1, 9666],
        [1, 8080],
      ],
    );
  });

  it("waits for its policies, and its alerts for it", async () => {
    const resources = await made();
    const operator = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-keda-operator");
    assert.ok(waitsFor(resources, release(resources), (urn) => urn === operator.urn));
    const alerts = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    assert.ok(waitsFor(resources, alerts, (urn) => urn === release(resources).urn));
  });
});
