import assert from "node:assert/strict";
import {
  clusterAlerts,
  StandardAlerts,
  type WatchedSystem,
  workloadAlerts,
} from "../../../components/metrics/standardAlerts";
import { find, findAll, run } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { at } from "../traffic/scene";

const rules = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const system: WatchedSystem = {
  namespace: "shop",
  measured: "workload",
  services: {
    api: { port: 8080 },
    quick: { port: 8080, slos: { latencyMilliseconds: 250 } },
    model: { port: 8080, slos: { latencyMilliseconds: 5000 } },
    reports: { port: 8080, priority: "batch" },
    worker: { priority: "batch" },
  },
};

interface Rule {
  readonly alert: string;
  readonly labels: Readonly<Record<string, string>>;
}

const make = (managedNodes: boolean) =>
  run(
    () =>
      new StandardAlerts(
        "shop-standard-alerts",
        { system, team: "shop", managedNodes },
        { providers: [new ClusterStub("main").provider] },
      ),
  );

describe("StandardAlerts", () => {
  it("are the system's team's where they are about its services, and the platform's otherwise", async () => {
    const { resources } = await make(false);
    const teams = findAll(resources, rules).flatMap((object) =>
      (at(object, "spec", "groups", 0, "rules") as readonly Rule[]).map(
        ({ alert, labels }) => `${alert} ${labels["team"] ?? ""} ${labels["severity"] ?? ""}`,
      ),
    );
    assert.deepEqual(teams.sort(), [
      "cluster-crash-loop platform warning",
      "cluster-job-failed platform warning",
      "node-disk platform warning",
      "volume-disk platform warning",
      "workload-connections shop critical",
      "workload-crash-loop shop warning",
      "workload-errors shop critical",
      "workload-job-failed shop warning",
      "workload-slow shop warning",
    ]);
  });

  it("stand where Prometheus does, which needs no namespace of the system's", async () => {
    const { resources } = await make(false);
    for (const object of findAll(resources, rules)) {
      assert.equal(at(object, "metadata", "namespace"), "monitoring");
    }
  });

  it("say nothing of nodes that are the cloud's, which no exporter looks at", async () => {
    const { resources } = await make(true);
    const cluster = find(resources, rules, "shop-standard-alerts-cluster");
    assert.doesNotMatch(JSON.stringify(cluster.inputs), /node_filesystem/);
    assert.match(JSON.stringify(cluster.inputs), /kubelet_volume_stats/);
    assert.ok("node-disk" in clusterAlerts({ system: "shop", managedNodes: false }));
  });

  it("ask for requests as they are measured: of the sidecars in a mesh, else of the services themselves", () => {
    const inMesh = workloadAlerts({ ...system, measured: "mesh" });
    const without = workloadAlerts(system);
    for (const alert of ["workload-errors", "workload-slow"]) {
      assert.match(inMesh[alert]?.expr ?? "", /istio_request/);
      assert.doesNotMatch(inMesh[alert]?.expr ?? "", /http_server/);
      assert.match(without[alert]?.expr ?? "", /http_server_request_duration_seconds/);
      assert.doesNotMatch(without[alert]?.expr ?? "", /istio/);
    }
  });

  it("wait as long for an answer as the service's objective gives it, and a second at least", () => {
    const { expr = "" } = workloadAlerts(system)["workload-slow"] ?? {};
    assert.match(
      expr,
      /job!~"shop\/\(model\|reports\)".* > 1 or .*job=~"shop\/\(model\)".* > 5 or .*job=~"shop\/\(reports\)".* > 2\.5\) and /,
    );
    assert.doesNotMatch(expr, /quick|worker/);
    const { expr: inMesh = "" } = workloadAlerts({ ...system, measured: "mesh" })["workload-slow"] ?? {};
    assert.match(inMesh, /_service!~"\(model\|reports\)".* > 1000 or .*_service=~"\(model\)".* > 5000 or /);
  });

  it("ask for no other system's series", () => {
    for (const { expr } of Object.values(workloadAlerts(system))) {
      const selectors = expr.match(/\{[^}]*\}/g) ?? [];
      assert.ok(selectors.length > 0 && selectors.every((one) => one.includes('namespace="shop"')), expr);
    }
  });
});
