import assert from "node:assert/strict";
import { ArgoRollouts, type ArgoRolloutsArgs } from "../../../components/delivery/argoRollouts";
import { argoRolloutsAlerts } from "../../../components/delivery/argoRolloutsAlerts";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const made = async (change: Partial<ArgoRolloutsArgs> = {}): Promise<readonly PlanResource[]> => {
  const { resources } = await run(
    () =>
      new ArgoRollouts("shop-rollouts", {
        highlyAvailable: true,
        nodeSelector: { pool: "system" },
        systemNamespace: "shop",
        standingNamespace: "shop",
        inMesh: true,
        ...change,
      }),
  );
  return resources;
};

interface Values {
  readonly installCRDs: boolean;
  readonly keepCRDs: boolean;
  readonly clusterInstall: boolean;
  readonly createClusterAggregateRoles: boolean;
  readonly providerRBAC: object;
  readonly dashboard: object;
  readonly controller: {
    readonly replicas: number;
    readonly extraArgs: readonly string[];
    readonly pdb: object;
    readonly nodeSelector: object;
    readonly priorityClassName: string;
    readonly resources: {
      readonly requests: { readonly memory: string };
      readonly limits: { readonly memory: string };
    };
  };
}
const release = (resources: readonly PlanResource[]) => find(resources, "kubernetes:helm.sh/v3:Release");
const values = (resources: readonly PlanResource[]) =>
  release(resources).inputs["values"] as unknown as Values;

interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
const rulesOf = (resources: readonly PlanResource[]) =>
  find(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"] as unknown as RoleRule[];

interface PolicySpec {
  readonly podSelector: { readonly matchLabels: object };
  readonly ingress: readonly {
    readonly from?: readonly object[];
    readonly ports: readonly { port: number }[];
  }[];
  readonly egress: readonly {
    readonly to?: readonly object[];
    readonly ports: readonly { port: number }[];
  }[];
}
const policy = (resources: readonly PlanResource[], name: string) => {
  const { inputs } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name);
  return {
    namespace: (inputs["metadata"] as { namespace: string }).namespace,
    ...(inputs["spec"] as unknown as PolicySpec),
  };
};

describe("Argo Rollouts", () => {
  for (const [highlyAvailable, replicas, pdb] of [
    [true, 2, { enabled: true, maxUnavailable: 1 }],
    [false, 1, { enabled: false }],
  ] as const) {
    it(`is ${String(replicas)} of it, of which one leads, on the platform's nodes and before others`, async () => {
      const { controller } = values(await made({ highlyAvailable }));
      assert.deepEqual([controller.replicas, controller.pdb], [replicas, pdb]);
      assert.deepEqual(
        [controller.nodeSelector, controller.priorityClassName],
        [{ pool: "system" }, "platform-critical"],
      );
      assert.equal(controller.resources.requests.memory, controller.resources.limits.memory);
    });
  }

  it("sees the system's namespace alone, and has no right in the whole cluster", async () => {
    const resources = await made();
    const { clusterInstall, createClusterAggregateRoles, providerRBAC, controller } = values(resources);
    assert.deepEqual(
      [clusterInstall, createClusterAggregateRoles, providerRBAC],
      [false, false, { enabled: false }],
    );
    assert.ok(controller.extraArgs.includes("--namespace=shop"));
    assert.deepEqual(findAll(resources, "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"), []);
    const { metadata, subjects, roleRef } = find(
      resources,
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ).inputs as unknown as { metadata: { namespace: string }; subjects: object[]; roleRef: { name: string } };
    assert.deepEqual([metadata.namespace, roleRef.name], ["shop", "argo-rollouts"]);
    assert.deepEqual(subjects, [
      { kind: "ServiceAccount", name: "argo-rollouts", namespace: "argo-rollouts" },
    ]);
  });

  it("reads no Secret, starts no Job, makes no Service and no role there", async () => {
    const may = (verb: string, resource: string) => async () =>
      rulesOf(await made()).some(
        ({ resources, verbs }) => resources.includes(resource) && verbs.includes(verb),
      );
    for (const [verb, resource] of [
      ["get", "secrets"],
      ["list", "secrets"],
      ["create", "jobs"],
      ["create", "services"],
      ["delete", "pods"],
      ["create", "roles"],
    ] as const) {
      assert.equal(await may(verb, resource)(), false, `${verb} ${resource}`);
    }
    for (const [verb, resource] of [
      ["create", "replicasets"],
      ["patch", "services"],
      ["update", "rollouts/status"],
      ["create", "analysisruns"],
      // its caches wait for these lists, whatever it has to do with them
      ["list", "ingresses"],
      ["list", "jobs"],
    ] as const) {
      assert.equal(await may(verb, resource)(), true, `${verb} ${resource}`);
    }
  });

  for (const inMesh of [true, false]) {
    it(`may ${inMesh ? "" : "not "}split requests ${inMesh ? "in" : "without"} a mesh`, async () => {
      const split = rulesOf(await made({ inMesh })).filter(({ apiGroups }) =>
        apiGroups.includes("networking.istio.io"),
      );
      assert.deepEqual(
        split.map(({ resources }) => resources),
        inMesh ? [["virtualservices", "destinationrules"]] : [],
      );
    });
  }

  it("has its rights before it starts: it looks once whether there is a mesh", async () => {
    const resources = await made();
    assert.ok(waitsFor(resources, release(resources), (urn) => urn.endsWith("::shop-rollouts-rights")));
  });

  it("leaves its kinds, and with them what they keep, when it goes", async () => {
    const { installCRDs, keepCRDs, dashboard } = values(await made());
    assert.deepEqual([installCRDs, keepCRDs, dashboard], [true, true, { enabled: false }]);
  });

  it("asks Prometheus, which asks it, and speaks to the API server and to nobody else", async () => {
    const resources = await made();
    const own = policy(resources, "shop-rollouts-controller");
    const ports = (rules: PolicySpec["egress"]) =>
      rules.flatMap((rule) => rule.ports.map(({ port }) => port));
    assert.deepEqual([ports(own.egress), ports(own.ingress)], [[443, 9090], [8090]]);
    assert.deepEqual(own.egress[1]?.to, own.ingress[0]?.from);
    const other = policy(resources, "shop-rollouts-prometheus");
    assert.deepEqual([other.namespace, ports(other.ingress), other.egress], ["monitoring", [9090], []]);
    assert.deepEqual(other.ingress[0]?.from, [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "argo-rollouts" } },
        podSelector: { matchLabels: own.podSelector.matchLabels },
      },
    ]);
  });

  it("is asked for its figures, and alerted of", async () => {
    const resources = await made();
    const { spec } = find(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs as unknown as {
      spec: { podMetricsEndpoints: { port: string }[] };
    };
    assert.equal(spec.podMetricsEndpoints[0]?.port, "metrics");
    const { spec: rules } = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule")
      .inputs as unknown as { spec: { groups: { rules: { alert: string; expr: string }[] }[] } };
    const alerts = rules.groups.flatMap((group) => group.rules);
    assert.deepEqual(
      alerts.map(({ alert }) => alert),
      Object.keys(argoRolloutsAlerts),
    );
    for (const { expr } of alerts) assert.match(expr, /namespace="argo-rollouts"/);
  });
});
