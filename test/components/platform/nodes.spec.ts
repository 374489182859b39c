import assert from "node:assert/strict";
import type { Cluster } from "../../../components/cluster/cluster";
import { PlatformServices } from "../../../components/platform/platformServices";
import type { PlanResource } from "../../../preview/plan";
import { findAll, run } from "../../support/run";
import { IdentityStub, ZoneStub } from "./cloudStubs";
import { ClusterStub } from "./clusterStub";

/** The platform on a cluster with such nodes. */
async function on(nodes: Pick<Cluster, "managedNodes" | "singlePodNodes">): Promise<readonly PlanResource[]> {
  const { resources } = await run(
    () =>
      new PlatformServices("platform", {
        cluster: new ClusterStub("main", nodes),
        zone: new ZoneStub("zone"),
        loadBalancerAnnotations: {},
        hasMetricsServer: true,
        coreDns: false,
        acmeEmail: "platform@example.com",
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [],
        monitoring: { prometheusReplicas: 1, alertmanagerReplicas: 1, retentionDays: 7, diskGiB: 20 },
      }),
  );
  return resources;
}

/** A value of the monitoring stack's chart by its path. */
function stack(resources: readonly PlanResource[], ...path: readonly string[]): unknown {
  const release = findAll(resources, "kubernetes:helm.sh/v3:Release").find(
    ({ inputs }) => inputs["chart"] === "kube-prometheus-stack",
  );
  return path.reduce<unknown>(
    (object, key) => (object as Record<string, unknown> | undefined)?.[key],
    release?.inputs["values"],
  );
}

describe("PlatformServices and whose the nodes are", () => {
  it("runs nothing on nodes that are the cloud's own, and makes nothing in kube-system there", async () => {
    const resources = await on({ managedNodes: true });
    assert.equal(stack(resources, "nodeExporter", "enabled"), false);
    assert.equal(stack(resources, "prometheus-node-exporter"), undefined);
    assert.doesNotMatch(JSON.stringify(resources.map(({ inputs }) => inputs)), /"privileged"/);
    // the kubelets are scraped all the same, by a Service in our own namespace
    assert.equal(stack(resources, "prometheusOperator", "kubeletService", "namespace"), "monitoring");
    assert.equal(stack(resources, "kubelet", "namespace"), "monitoring");
    for (const part of ["kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy", "coreDns"]) {
      assert.equal(stack(resources, part, "enabled"), false, part);
    }
  });

  it("replaces the node exporter on a tenth of the nodes at a time", async () => {
    assert.deepEqual(stack(await on({}), "prometheus-node-exporter", "updateStrategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: "10%" },
    });
  });

  it("keeps the node exporter off nodes that take one pod each, and asks for no such thing elsewhere", async () => {
    const resources = await on({ singlePodNodes: { label: "example.com/compute", value: "serverless" } });
    const path = ["prometheus-node-exporter", "affinity"] as const;
    assert.match(
      JSON.stringify(stack(resources, ...path)),
      /"key":"example\.com\/compute","operator":"NotIn","values":\["serverless"\]/,
    );
    const elsewhere = await on({});
    assert.equal(stack(elsewhere, ...path), undefined);
    assert.equal(stack(elsewhere, "nodeExporter"), undefined);
    assert.equal(stack(elsewhere, "kubelet"), undefined);
  });
});
