import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import assert from "node:assert/strict";
import { scaleServices } from "../../../components/scaling/scaleServices";
import { type Measured, requestsPerSecond } from "../../../components/workload/requestSeries";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { find, run } from "../../support/run";

const silent: WorkloadSpec = {
  image: { repository: "api", tag: "1.0.0" },
  port: 3000,
  replicas: { min: 3, max: 40 },
  resources: { cpu: "500m", memory: "512Mi" },
  scaling: { requestsPerSecond: 50 },
};
const api: WorkloadSpec = { ...silent, metrics: { port: 9464 } };

const metricsUrl = "http://metrics.example:9090";

const triggersOf = async (spec: WorkloadSpec, measured: Measured): Promise<readonly object[]> => {
  const { resources } = await run(() => {
    const system = new pulumi.ComponentResource("groundwork:test:System", "system");
    const provider = new k8s.Provider("main", { kubeconfig: "{}" });
    const release = new k8s.helm.v3.Release("keda", { chart: "keda" }, { provider });
    scaleServices(
      "shop-scaling",
      {
        services: { api: spec },
        namespace: "shop",
        pods: { api: system },
        counted: { queues: {} },
        requests: { measured, namespace: "shop" },
        keda: { release },
        metrics: { url: metricsUrl },
      },
      { parent: system, provider },
    );
    return system;
  });
  const { triggers } = find(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject").inputs["spec"] as {
    triggers: readonly { name?: string }[];
  };
  return triggers.filter(({ name }) => name === "requests-per-second");
};

const queries: Readonly<Record<Measured, string>> = {
  mesh: 'sum(rate(istio_requests_total{reporter="destination",namespace="shop",destination_canonical_service="api"}[60s])) or 0 * sum(up{namespace="shop",job="shop/sidecars",pod=~"api-[a-z0-9]+-[a-z0-9]{5}"})',
  workload:
    'sum(rate(http_server_request_duration_seconds_count{namespace="shop",job="shop/api",http_route!~"/livez|/readyz|/metrics"}[60s])) or 0 * sum(up{namespace="shop",job="shop/api"})',
};

describe("a service that is scaled on its requests", () => {
  for (const measured of ["mesh", "workload"] as const) {
    it(`has a pod for each so many a second, by what the ${measured} counts`, async () => {
      assert.equal(requestsPerSecond(measured, { service: "api", namespace: "shop" }), queries[measured]);
      assert.deepEqual(await triggersOf(api, measured), [
        {
          type: "prometheus",
          name: "requests-per-second",
          metricType: "AverageValue",
          metadata: {
            serverAddress: metricsUrl,
            query: queries[measured],
            threshold: "50",
            ignoreNullValues: "false",
          },
        },
      ]);
    });
  }

  it("has to tell of them itself where no mesh does", async () => {
    await assert.rejects(triggersOf(silent, "workload"), /api\.metrics/);
    assert.equal((await triggersOf(silent, "mesh")).length, 1);
  });
});
