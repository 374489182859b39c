import assert from "node:assert/strict";
import type { ClusterPart } from "../../../components/cluster/clusterPart";
import { ClusterMonitors } from "../../../components/metrics/clusterMonitors";
import { findAll, run } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { at } from "../traffic/scene";

const parts: readonly ClusterPart[] = [
  {
    monitor: "controller",
    podLabels: { app: "controller" },
    port: "metrics",
    alerts: { "node-made-up": { severity: "warning", description: "It is made up.", expr: "up == 0" } },
  },
  { monitor: "agent", podLabels: { app: "agent" }, port: 8085, nodePort: 8085, alerts: {} },
];

const make = () =>
  run(
    () =>
      new ClusterMonitors(
        "shop-cluster-monitors",
        { parts },
        { providers: [new ClusterStub("main").provider] },
      ),
  );

describe("ClusterMonitors", () => {
  it("ask each part of the cluster where it runs, by the name of its port or by its number", async () => {
    const { resources } = await make();
    const monitors = findAll(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").map((monitor) => ({
      name: monitor.name,
      namespace: at(monitor, "metadata", "namespace"),
      labels: at(monitor, "spec", "selector", "matchLabels"),
      endpoints: at(monitor, "spec", "podMetricsEndpoints"),
    }));
    assert.deepEqual(
      monitors.sort((a, b) => b.name.localeCompare(a.name)),
      [
        {
          name: "shop-cluster-monitors-controller",
          namespace: "kube-system",
          labels: { app: "controller" },
          endpoints: [{ port: "metrics", path: "/metrics", interval: "10s" }],
        },
        {
          name: "shop-cluster-monitors-agent",
          namespace: "kube-system",
          labels: { app: "agent" },
          endpoints: [{ targetPort: 8085, path: "/metrics", interval: "10s" }],
        },
      ],
    );
  });

  it("alert beside what watches every cluster, to the platform's team", async () => {
    const { resources } = await make();
    const [rules, ...others] = findAll(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    assert.ok(rules);
    assert.deepEqual(others, []);
    assert.equal(at(rules, "metadata", "namespace"), "monitoring");
    assert.equal(at(rules, "spec", "groups", 0, "name"), "controller");
    assert.equal(at(rules, "spec", "groups", 1), undefined);
    assert.equal(at(rules, "spec", "groups", 0, "rules", 0, "alert"), "node-made-up");
    assert.equal(at(rules, "spec", "groups", 0, "rules", 0, "labels", "team"), "platform");
  });
});
